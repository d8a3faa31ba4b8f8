// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/polar.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points both_signs{-2.5, 0.3, 1.7, -0.6};

const auto length = [](const auto& a, const auto& b)
{
    using std::hypot;
    return hypot(a, b);
};

const auto angle = [](const auto& y, const auto& x)
{
    using std::atan2;
    return atan2(y, x);
};

} // namespace

TEST_CASE("hypot: values and gradients for tensors and numbers on either side")
{
    check_binary(length, length, both_signs, {1.3, -0.7, 2.2});
    check_number(length, length, both_signs, 1.6);
}

TEST_CASE("atan2: values and gradients for tensors and numbers on either side")
{
    check_binary(angle, angle, both_signs, {1.3, -0.7, 2.2});
    check_number(angle, angle, both_signs, -1.6);
}

TEST_CASE("hypot and atan2: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::hypot(x, y) * x + xgrad::atan2(x, y)); },
                both_signs, {1, -0.3, 2});
}
