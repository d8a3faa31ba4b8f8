// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/ops/norm.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

constexpr auto measuring = [](const auto& x, auto... options) { return norm(x, options...); };

double norm_of(const std::vector<double>& v)
{
    double squares = 0;
    for (const double element : v)
        squares += element * element;
    return std::sqrt(squares);
}

} // namespace

TEST_CASE("norm: equals its definition, whatever the axes") { check_few_axes(measuring, norm_of); }

TEST_CASE("norm: among fused operations, in float, for the last smaller batch")
{
    check_context(measuring);
}

TEST_CASE("norm: the subgradient at 0 is 0")
{
    const parameter<double, shape<3>, named<"x">> x{0, 0, 0};
    plan p(norm(x));
    CHECK(p.value_and_gradient() == 0);
    for (const double g : x.gradient())
        CHECK(g == 0);
}
