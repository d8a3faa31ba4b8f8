// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/extrema.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace
{

using namespace elementwise_checks;

const points some{-2.5, 0.3, 1.7, -0.6, 4.1};
const points others{1.2, -0.7, 2.6};
const double no_number = std::nan("");

const auto smaller = [](const auto& a, const auto& b) { return xgrad::minimum(a, b); };
const auto larger = [](const auto& a, const auto& b) { return xgrad::maximum(a, b); };

} // namespace

TEST_CASE("abs: values and gradients, 0 at 0")
{
    const auto absolute = [](const auto& x) { return xgrad::abs(x); };
    check_unary(
        absolute, [](double x) { return std::abs(x); }, some);
    CHECK(gradient_at<double>(absolute, {-2, 0, -0.0, 3}) == points{-1, 0, 0, 1});
}

TEST_CASE("minimum: values and gradients")
{
    const auto reference = [](double a, double b) { return std::min(a, b); };
    check_binary(smaller, reference, some, others);
    check_number(smaller, reference, some, 0.7);
}

TEST_CASE("maximum: values and gradients")
{
    const auto reference = [](double a, double b) { return std::max(a, b); };
    check_binary(larger, reference, some, others);
    check_number(larger, reference, some, 0.7);
}

TEST_CASE("minimum and maximum: equal operands share the gradient")
{
    const auto low = [](const auto& x) { return xgrad::minimum(x, 2); };
    const auto high = [](const auto& x) { return xgrad::maximum(2, x); };
    CHECK(gradient_at<double>(low, {1, 2, 3}) == points{1, 0.5, 0});
    CHECK(gradient_at<double>(high, {1, 2, 3}) == points{0, 0.5, 1});
    CHECK(gradient_at<double>([](const auto& x) { return xgrad::maximum(x, x); }, {2}) ==
          points{1});
}

TEST_CASE("minimum and maximum: NaN wins on either side")
{
    for (const double value : value_at<double>(
             [](const auto& x) { return smaller(x, 1) + smaller(1, x); }, {no_number, no_number}))
        CHECK(std::isnan(value));
    for (const double value :
         value_at<float>([](const auto& x) { return larger(x, 1); }, {no_number}))
        CHECK(std::isnan(value));
    for (const double value :
         value_at<float>([](const auto& x) { return larger(1, x); }, {no_number}))
        CHECK(std::isnan(value));
}

TEST_CASE("clamp: values and gradients, of the limits as well")
{
    check_unary([](const auto& x) { return xgrad::clamp(x, -1, 1.5); },
                [](double x) { return std::clamp(x, -1.0, 1.5); }, some);
    check_inside(
        [](const auto& x, const auto& y)
        { return xgrad::sum(x * xgrad::clamp(x, y, y + 1) + y * xgrad::clamp(0.4, x, y)); },
        some, {-0.5, 0.9, -1.2});
}

TEST_CASE("clamp: the limits themselves let the gradient through")
{
    const auto unit = [](const auto& x) { return xgrad::clamp(x, 0, 1); };
    CHECK(value_at<double>(unit, {-1, 0, 0.5, 1, 2}) == points{0, 0, 0.5, 1, 1});
    CHECK(gradient_at<double>(unit, {-1, 0, 0.5, 1, 2}) == points{0, 1, 1, 1, 0});
    CHECK(std::isnan(value_at<double>(unit, {no_number})[0]));
}

TEST_CASE("clamp: the upper limit wins where the limits cross")
{
    const auto crossed = [](const auto& high) { return xgrad::clamp(0.5, 1, high); };
    CHECK(value_at<double>(crossed, {0.25, 0.75})[0] == 0.25);
    CHECK(gradient_at<double>(crossed, {0.25, 0.75, 1.5}) == points{1, 1, 0});
}

TEST_CASE("minimum, maximum, clamp and abs: float agrees with double")
{
    check_float(
        [](const auto& x, const auto& y)
        {
            return xgrad::sum(xgrad::minimum(x, y) * x + xgrad::maximum(y, x) +
                              xgrad::clamp(x, -1, y) * xgrad::abs(x));
        },
        some, others);
}
