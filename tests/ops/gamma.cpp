// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/gamma.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points both_signs{-2.5, 0.3, 1.7, -0.6, 4.2, 9.7};

} // namespace

TEST_CASE("lgamma: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::lgamma(x); },
                [](double x) { return std::lgamma(x); }, both_signs);
}

TEST_CASE("digamma: its recurrence, and gradients")
{
    check_unary([](const auto& x) { return xgrad::digamma(x + 1) - xgrad::digamma(x); },
                [](double x) { return 1 / x; }, both_signs);
}

TEST_CASE("lgamma and digamma: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::lgamma(x * y) + xgrad::digamma(y) * x); },
                both_signs, {1, 0.3, -0.8});
}
