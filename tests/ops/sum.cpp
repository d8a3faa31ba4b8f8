// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

constexpr auto summing = [](const auto& x, auto... options) { return sum(x, options...); };
constexpr auto averaging = [](const auto& x, auto... options) { return mean(x, options...); };

double sum_of(const std::vector<double>& v)
{
    double result = 0;
    for (const double element : v)
        result += element;
    return result;
}

double mean_of(const std::vector<double>& v) { return sum_of(v) / static_cast<double>(v.size()); }

} // namespace

TEST_CASE("sum: equals its definition, whatever the axes")
{
    check_axes(summing, sum_of, {0, 1, 2});
    check_axes(summing, sum_of, {0}, axis<0>, keep_dimensions);
    check_axes(summing, sum_of, {1}, axis<-2>);
    check_axes(summing, sum_of, {2}, axis<2>);
    check_axes(summing, sum_of, {0, 2}, axes<0, -1>);
    check_axes(summing, sum_of, {0, 1, 2}, axes<2, 0, 1>, keep_dimensions);
    check_axes(summing, sum_of, {}, axes<>);
}

TEST_CASE("mean: equals its definition, and is NaN for no elements")
{
    check_few_axes(averaging, mean_of);
}

TEST_CASE("sum, mean: among fused operations, in float, for the last smaller batch")
{
    check_context(summing);
    check_context(averaging);
}

TEST_CASE("sum: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 10, 3>, named<"x">> x(2);
    static_assert(std::is_same_v<shape_of<decltype(sum(x))>, shape<>>);
    static_assert(std::is_same_v<shape_of<decltype(sum(x, axis<0>))>, shape<10, 3>>);
    static_assert(std::is_same_v<shape_of<decltype(sum(x, axis<-1>))>, shape<dynamic, 10>>);
    static_assert(std::is_same_v<shape_of<decltype(sum(x, axes<1, 2>))>, shape<dynamic>>);
    static_assert(
        std::is_same_v<shape_of<decltype(sum(x, keep_dimensions, axes<0, 2>))>, shape<1, 10, 1>>);
    static_assert(std::is_same_v<shape_of<decltype(sum(x, keep_dimensions))>, shape<1, 1, 1>>);
    static_assert(std::is_same_v<shape_of<decltype(sum(x, axes<>))>, shape<dynamic, 10, 3>>);
}

TEST_CASE("sum: a full sum of fused operations takes one pass, named axes or not")
{
    const parameter<double, shape<3, 4>, named<"x">> x;
    CHECK(plan(sum(times(x, x))).summary().forward_steps == 1);
    CHECK(plan(sum(times(x, x), axes<-1, 0>)).summary().backward_steps == 0);
    CHECK(plan(mean(times(x, x))).summary().forward_steps == 1);
}

TEST_CASE("sum: axes that the tensor does not have are refused")
{
    using over_axis_3 = sum_op<axes_t<3>, false>;
    using over_axis_0_twice = sum_op<axes_t<0, -2>, false>;
    CHECK_FALSE(over_axis_3::infer(extents(2, 3)).fits);
    CHECK(over_axis_3::infer(extents(2, 3, 4, 5)).fits);
    CHECK_FALSE(over_axis_0_twice::infer(extents(2, 3)).fits);
    CHECK(over_axis_0_twice::infer(extents(2, 3, 4)).fits);
}
