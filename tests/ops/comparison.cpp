// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/comparison.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>

namespace
{

using namespace elementwise_checks;

const points at{1, 2, 3, std::nan("")};

} // namespace

TEST_CASE("comparisons: give 0 and 1, and only not_equal holds for NaN")
{
    const auto check = [](auto compare, const points& expected)
    {
        CHECK(value_at<double>(compare, at) == expected);
        CHECK(value_at<float>(compare, at) == expected);
    };
    check([](const auto& x) { return xgrad::less(x, 2); }, {1, 0, 0, 0});
    check([](const auto& x) { return xgrad::less_equal(x, 2); }, {1, 1, 0, 0});
    check([](const auto& x) { return xgrad::greater(x, 2); }, {0, 0, 1, 0});
    check([](const auto& x) { return xgrad::greater_equal(x, 2); }, {0, 1, 1, 0});
    check([](const auto& x) { return xgrad::equal(x, 2); }, {0, 1, 0, 0});
    check([](const auto& x) { return xgrad::not_equal(x, 2); }, {1, 0, 1, 1});
    check([](const auto& x) { return xgrad::not_equal(2, x); }, {1, 0, 1, 1});
    check([](const auto& x) { return xgrad::equal(x, x); }, {1, 1, 1, 0});
}

TEST_CASE("operators < <= > >=: are the comparisons")
{
    xgrad::parameter<double> x(1);
    xgrad::parameter<double> y(2);
    const auto same = [](const auto& a, const auto& b)
    { return std::is_same_v<decltype(a), decltype(b)>; };
    CHECK(same(x < y, xgrad::less(x, y)));
    CHECK(same(x <= y, xgrad::less_equal(x, y)));
    CHECK(same(x > y, xgrad::greater(x, y)));
    CHECK(same(x >= y, xgrad::greater_equal(x, y)));
    CHECK(value_at<double>([](const auto& v) { return 2 <= v; }, at) == points{0, 1, 1, 0});
}

TEST_CASE("comparisons: broadcast, and pass no gradient on")
{
    check_inside(
        [](const auto& x, const auto& y)
        {
            return xgrad::sum((x < y) * x + (x >= y) * xgrad::square(x) * y + (x > 0.1) * y +
                              (y <= x) * x);
        },
        {-2.5, 0.3, 1.7, -0.6, 4.1}, {1.2, -0.7, 2.6});
    const auto step = [](const auto& x) { return xgrad::greater(x, 0); };
    CHECK(gradient_at<double>(step, {-1, 0, 1}) == points{0, 0, 0});
}
