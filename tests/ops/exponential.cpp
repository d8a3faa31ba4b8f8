// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/exponential.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace
{

using namespace elementwise_checks;

const points both_signs{-2.5, 0.3, 1.7, -0.6, 0.01};
const points positive{0.05, 0.7, 3.0, 12.0};
constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

TEST_CASE("exp: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::exp(x); }, [](double x) { return std::exp(x); },
                both_signs);
}

TEST_CASE("expm1: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::expm1(x); },
                [](double x) { return std::expm1(x); }, both_signs);
}

TEST_CASE("log: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::log(x); }, [](double x) { return std::log(x); },
                positive);
}

TEST_CASE("log1p: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::log1p(x); },
                [](double x) { return std::log1p(x); }, {-0.7, 0.01, 0.4, 8.0});
}

TEST_CASE("log1mexp: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::log1mexp(x); },
                [](double x) { return std::log(-std::expm1(-x)); }, positive);
}

TEST_CASE("sqrt: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::sqrt(x); }, [](double x) { return std::sqrt(x); },
                positive);
}

TEST_CASE("log, log1p and sqrt: their limits at the edge of the domain")
{
    const auto log = [](const auto& x) { return xgrad::log(x); };
    CHECK(value_at<double>(log, {0})[0] == -infinity);
    CHECK(std::isnan(value_at<double>(log, {-1})[0]));
    CHECK(gradient_at<double>(log, {0})[0] == infinity);
    const auto log1p = [](const auto& x) { return xgrad::log1p(x); };
    CHECK(value_at<double>(log1p, {-1})[0] == -infinity);
    CHECK(gradient_at<double>(log1p, {-1})[0] == infinity);
    const auto sqrt = [](const auto& x) { return xgrad::sqrt(x); };
    CHECK(value_at<double>(sqrt, {0})[0] == 0);
    CHECK(gradient_at<double>(sqrt, {0})[0] == infinity);
}

TEST_CASE("exponentials and logarithms: float agrees with double")
{
    check_float(
        [](const auto& x, const auto& y)
        {
            return xgrad::sum(xgrad::log(x * y) + xgrad::sqrt(x) * xgrad::exp(-x) +
                              xgrad::log1p(x) * xgrad::expm1(y) + xgrad::log1mexp(x + y));
        },
        positive, {1, 0.3, 0.8});
}
