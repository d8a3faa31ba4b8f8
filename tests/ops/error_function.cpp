// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/error_function.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points both_signs{-2.5, 0.3, 1.7, -0.6, 0.01};

} // namespace

TEST_CASE("erf, erfc and normal_cdf: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::erf(x); }, [](double x) { return std::erf(x); },
                both_signs);
    check_unary([](const auto& x) { return xgrad::erfc(x) + 2 * xgrad::normal_cdf(x); },
                [](double x) { return std::erfc(x) + std::erfc(-x / std::sqrt(2.0)); }, both_signs);
}

TEST_CASE("erf, erfc and normal_cdf: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::erf(x * y) * xgrad::erfc(y) + xgrad::normal_cdf(x)); },
                both_signs, {1, 0.3, -0.8});
}
