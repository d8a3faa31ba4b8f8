// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/ops/prod.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

constexpr auto multiplying = [](const auto& x, auto... options) { return prod(x, options...); };

double product_of(const std::vector<double>& v)
{
    double result = 1;
    for (const double element : v)
        result *= element;
    return result;
}

} // namespace

TEST_CASE("prod: equals its definition, whatever the axes")
{
    check_few_axes(multiplying, product_of);
}

TEST_CASE("prod: among fused operations, in float, for the last smaller batch")
{
    check_context(multiplying);
}

TEST_CASE("prod: the gradient is right where elements are 0")
{
    parameter<double, shape<3, 4>, named<"x">> x(
        xt::xtensor<double, 2>{{2, 3, 5, 7}, {2, 0, 5, 7}, {2, 0, 0, 7}});
    const auto out = prod(x, axis<1>);
    const auto check = check_gradient(out);
    CHECK_MESSAGE(check, check.message);
    plan p(sum(out));
    CHECK(p.value_and_gradient() == 210);
    CHECK(x.gradient()(0, 0) == 105);
    CHECK(x.gradient()(1, 0) == 0);
    CHECK(x.gradient()(1, 1) == 70);
    CHECK(x.gradient()(2, 1) == 0);
}
