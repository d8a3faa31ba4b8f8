// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/comparison.hpp>
#include <xgrad/ops/exponential.hpp>
#include <xgrad/ops/power.hpp>
#include <xgrad/ops/trigonometric.hpp>
#include <xgrad/ops/where.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace
{

using namespace elementwise_checks;

constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

TEST_CASE("where: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::where(x > 0.5, x * x, -3 * x); },
                [](double x) { return x > 0.5 ? x * x : -3 * x; }, {-2.5, 0.3, 1.7, -0.6, 4.1});
    check_inside(
        [](const auto& x, const auto& y)
        { return xgrad::sum(xgrad::where(x < y, x * x, y) * x + xgrad::where(y > 0, 2, x)); },
        {-2.5, 0.3, 1.7, -0.6, 4.1}, {1.2, -0.7, 2.6});
}

TEST_CASE("where: takes any number but 0 for true, and gives the condition no gradient")
{
    const auto choose = [](const auto& x) { return xgrad::where(x, 1, 2); };
    CHECK(value_at<double>(choose, {0, 1, -0.5, -0.0, infinity, std::nan("")}) ==
          points{2, 1, 1, 2, 1, 1});
    CHECK(gradient_at<double>(choose, {0, 1, -0.5}) == points{0, 0, 0});
}

TEST_CASE("where: a branch that is not taken leaks neither NaN nor infinity")
{
    // The branches or their derivatives are NaN or infinite at some of the first three.
    const points at{-1, 0, 1e4, 0.5};
    const auto check = [&](auto branch, double expected)
    {
        const auto chosen = [&](const auto& x)
        { return xgrad::where(xgrad::equal(x, 0.5), branch(x), x); };
        const auto value = value_at<double>(chosen, at);
        const auto gradient = gradient_at<double>(chosen, at);
        for (std::size_t i = 0; i < 3; ++i)
        {
            CHECK(value[i] == at[i]);
            CHECK(gradient[i] == 1);
        }
        CHECK(gradient[3] == doctest::Approx(expected));
    };
    check([](const auto& x) { return xgrad::log(x); }, 2);
    check([](const auto& x) { return xgrad::sqrt(x); }, std::sqrt(0.5));
    check([](const auto& x) { return xgrad::log1p(x); }, 1 / 1.5);
    check([](const auto& x) { return xgrad::exp(x); }, std::exp(0.5));
    check([](const auto& x) { return xgrad::expm1(x); }, std::exp(0.5));
    check([](const auto& x) { return 1 / x; }, -4);
    check([](const auto& x) { return xgrad::pow(x, 0.5); }, std::sqrt(0.5));
    check([](const auto& x) { return xgrad::pow(x, -1); }, -4);
    check([](const auto& x) { return xgrad::asin(x); }, 1 / std::sqrt(0.75));
    check([](const auto& x) { return xgrad::acos(x); }, -1 / std::sqrt(0.75));
}

TEST_CASE("where: the branch that is not taken receives exactly 0")
{
    xgrad::parameter<double, xgrad::shape<3>> a{1, std::nan(""), 3};
    xgrad::parameter<double, xgrad::shape<3>> b{-infinity, 5, 6};
    const xgrad::constant<double, xgrad::shape<3>> condition(xt::xtensor<double, 1>{1, 0, 0});
    const auto y = xgrad::sum(xgrad::where(condition, a, b));
    xgrad::plan p(y);
    CHECK(p.value_and_gradient() == 1 + 5 + 6);
    CHECK(points(a.gradient().begin(), a.gradient().end()) == points{1, 0, 0});
    CHECK(points(b.gradient().begin(), b.gradient().end()) == points{0, 1, 1});
}

TEST_CASE("where and comparisons: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::where(x < y, x * y, y) + (x >= y) * x); },
                {-2.5, 0.3, 1.7, -0.6, 4.1}, {1.2, -0.7, 2.6});
}
