// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/ops/max.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

constexpr auto largest = [](const auto& x, auto... options) { return max(x, options...); };
constexpr auto smallest = [](const auto& x, auto... options) { return min(x, options...); };
constexpr double infinity = std::numeric_limits<double>::infinity();

double largest_of(const std::vector<double>& v)
{
    return v.empty() ? -infinity : *std::max_element(v.begin(), v.end());
}

double smallest_of(const std::vector<double>& v)
{
    return v.empty() ? infinity : *std::min_element(v.begin(), v.end());
}

} // namespace

TEST_CASE("max, min: equal their definitions, whatever the axes")
{
    check_few_axes(largest, largest_of);
    check_few_axes(smallest, smallest_of);
}

TEST_CASE("max: among fused operations, in float, for the last smaller batch")
{
    check_context(largest);
}

TEST_CASE("max, min: equal extremes share the gradient")
{
    const parameter<double, shape<5>, named<"x">> x{1, 4, 4, 1, 4};
    plan high(max(x));
    CHECK(high.value_and_gradient() == 4);
    CHECK(x.gradient()(1) == doctest::Approx(1.0 / 3));
    CHECK(x.gradient()(4) == doctest::Approx(1.0 / 3));
    CHECK(x.gradient()(0) == 0);
    plan low(min(x));
    CHECK(low.value_and_gradient() == 1);
    CHECK(x.gradient()(0) == 0.5);
    CHECK(x.gradient()(3) == 0.5);
    CHECK(x.gradient()(1) == 0);
}
