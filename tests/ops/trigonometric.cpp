// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/trigonometric.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points angles{-2.5, 0.3, 1.2, -0.6, 7.3};
const points inside_one{-0.85, 0.3, 0.71, -0.02};

} // namespace

TEST_CASE("sin: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::sin(x); }, [](double x) { return std::sin(x); },
                angles);
}

TEST_CASE("cos: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::cos(x); }, [](double x) { return std::cos(x); },
                angles);
}

TEST_CASE("tan: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::tan(x); }, [](double x) { return std::tan(x); },
                angles);
}

TEST_CASE("asin: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::asin(x); }, [](double x) { return std::asin(x); },
                inside_one);
}

TEST_CASE("acos: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::acos(x); }, [](double x) { return std::acos(x); },
                inside_one);
}

TEST_CASE("atan: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::atan(x); }, [](double x) { return std::atan(x); },
                angles);
}

TEST_CASE("trigonometric functions: float agrees with double")
{
    check_float(
        [](const auto& x, const auto& y)
        {
            return xgrad::sum(xgrad::sin(x + y) * xgrad::cos(x - y) + xgrad::tan(x) +
                              xgrad::asin(x * y) + xgrad::acos(x) * xgrad::atan(y));
        },
        inside_one, {1, 0.3, -0.8});
}

TEST_CASE("sin and cos: of one angle in one loop, in either order, alone or with the gradient")
{
    check_unary([](const auto& x) { return xgrad::cos(x) * x - xgrad::sin(x) * xgrad::cos(2 * x); },
                [](double x) { return std::cos(x) * x - std::sin(x) * std::cos(2 * x); },
                {-2.5, 0.3, 1.7, -0.6});
    check_unary([](const auto& x) { return xgrad::sin(x) + xgrad::cos(x); },
                [](double x) { return std::sin(x) + std::cos(x); }, {-2.5, 0.3, 1.7, -0.6});
}
