// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/ops/logsumexp.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

constexpr auto reducing = [](const auto& x, auto... options) { return logsumexp(x, options...); };

double log_sum_exp_of(const std::vector<double>& v)
{
    double result = 0;
    for (const double element : v)
        result += std::exp(element);
    return std::log(result);
}

} // namespace

TEST_CASE("logsumexp: equals its definition, whatever the axes")
{
    check_few_axes(reducing, log_sum_exp_of);
}

TEST_CASE("logsumexp: among fused operations, in float, for the last smaller batch")
{
    check_context(reducing);
}

TEST_CASE("logsumexp: neither overflows nor vanishes")
{
    const parameter<double, shape<2, 2>, named<"x">> x(
        xt::xtensor<double, 2>{{1000, 1000}, {-1000, -1000}});
    plan p(logsumexp(x, axis<1>));
    p.forward();
    CHECK(p.value()(0) == doctest::Approx(1000 + std::log(2.0)));
    CHECK(p.value()(1) == doctest::Approx(-1000 + std::log(2.0)));
    p.backward(xt::xtensor<double, 1>{1, 1});
    CHECK(x.gradient()(0, 0) == doctest::Approx(0.5));
    CHECK(x.gradient()(1, 1) == doctest::Approx(0.5));
}

TEST_CASE("logsumexp: keeps the exponentials for a backward sweep only")
{
    const parameter<double, shape<1000>, named<"x">> x;
    plan differentiated(logsumexp(x));
    evaluation evaluated(logsumexp(x));
    differentiated.value_and_gradient();
    evaluated.forward();
    CHECK(differentiated.summary().workspace_bytes >= 8000);
    CHECK(evaluated.summary().workspace_bytes < 1000);
    CHECK(x.gradient()(999) == doctest::Approx(0.001));
}
