// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/hyperbolic.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points some{-2.5, 0.3, 1.2, -0.6, 4.1};

} // namespace

TEST_CASE("sinh: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::sinh(x); }, [](double x) { return std::sinh(x); },
                some);
}

TEST_CASE("cosh: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::cosh(x); }, [](double x) { return std::cosh(x); },
                some);
}

TEST_CASE("tanh: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::tanh(x); }, [](double x) { return std::tanh(x); },
                some);
}

TEST_CASE("sinh: its gradient is right as long as its value is finite")
{
    const auto sinh = [](const auto& x) { return xgrad::sinh(x); };
    const points far{-700, -400, -25, 25, 400, 700};
    const auto gradient = gradient_at<double>(sinh, far);
    for (std::size_t i = 0; i < far.size(); ++i)
        CHECK(gradient[i] == doctest::Approx(std::cosh(far[i])));
}

TEST_CASE("tanh: saturates")
{
    const auto tanh = [](const auto& x) { return xgrad::tanh(x); };
    CHECK(value_at<float>(tanh, {-1e3, 1e3}) == points{-1, 1});
    CHECK(gradient_at<float>(tanh, {-1e3, 0, 1e3}) == points{0, 1, 0});
    CHECK(gradient_at<double>(tanh, {-1e3, 0, 1e3}) == points{0, 1, 0});
}

TEST_CASE("hyperbolic functions: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::sinh(x) * xgrad::tanh(x + y) - xgrad::cosh(x * y)); },
                some, {1, 0.3, -0.8});
}
