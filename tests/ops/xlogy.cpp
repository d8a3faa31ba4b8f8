// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/xlogy.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points positive{0.05, 0.7, 3.0, 12.0};

const auto operation = [](const auto& a, const auto& b)
{
    if constexpr (xgrad::operands_like<decltype(a), decltype(b)>)
        return xgrad::xlogy(a, b);
    else
        return a * std::log(b);
};

} // namespace

TEST_CASE("xlogx: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::xlogx(x); },
                [](double x) { return x * std::log(x); }, positive);
}

TEST_CASE("xlogy: values and gradients for tensors and numbers on either side")
{
    check_binary(operation, operation, positive, {1.3, 0.7, 2.2});
    check_number(operation, operation, positive, 1.6);
}

TEST_CASE("xlogx and xlogy: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::xlogy(x, y) + xgrad::xlogx(x * y)); },
                positive, {1, 0.3, 2});
}
