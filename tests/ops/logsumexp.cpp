// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/calculus/stop_gradient.hpp>
#include <xgrad/ops/arithmetic.hpp>
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

TEST_CASE("logsumexp: without a derivative, over any axes")
{
    parameter<double, shape<2, 3, 9>, named<"x">> x;
    for (std::size_t i = 0; i < x.value().size(); ++i)
        x.value().data()[i] = std::sin(static_cast<double>(i));
    const auto check = [&](const auto& e)
    {
        plan differentiated(e);
        evaluation evaluated(e);
        const auto expected = differentiated.forward();
        const auto found = evaluated.forward();
        for (std::size_t i = 0; i < expected.size(); ++i)
            CHECK(found.data()[i] == doctest::Approx(expected.data()[i]));
    };
    check(logsumexp(x, axes<0, 1, 2>, keep_dimensions));
    check(logsumexp(x, axis<0>));
    check(logsumexp(x, axis<1>));
    check(logsumexp(x, axis<2>));
    check(logsumexp(x, axes<0, 2>));

    plan stopped(sum(square(x)) + stop_gradient(logsumexp(x)));
    CHECK(stopped.value_and_gradient() == doctest::Approx(evaluation(sum(square(x))).forward() +
                                                          evaluation(logsumexp(x)).forward()));
    CHECK(x.gradient()(1, 2, 8) == doctest::Approx(2 * x.value()(1, 2, 8)));
}
