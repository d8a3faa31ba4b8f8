// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What every elementwise operation is tested for. Few expression types that serve all sizes: their
// compile time is the cost of these tests.

#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace elementwise_checks
{

using points = std::vector<double>;

template <class T = double>
using vector = xgrad::parameter<T, xgrad::shape<xgrad::dynamic>, xgrad::named<"vector">>;

template <class T = double>
using rows_of_three =
    xgrad::parameter<T, xgrad::shape<xgrad::dynamic, 3>, xgrad::named<"rows of three">>;

template <class T = double>
using row = xgrad::parameter<T, xgrad::shape<3>, xgrad::named<"row">>;

/// Sets the elements to the points in turn, each time around a little further on.
void fill(auto& leaf, const points& from)
{
    using T = std::remove_cvref_t<decltype(*leaf.data())>;
    for (std::size_t i = 0; i < leaf.size(); ++i)
        leaf.data()[i] =
            static_cast<T>(from[i % from.size()] + 1e-3 * static_cast<double>(i / from.size()));
}

inline std::vector<std::size_t> sizes()
{
    constexpr std::size_t width = xgrad::simd::width<double>;
    return {0, 1, 2, 3, width - 1, width, width + 1, 3 * width + 2};
}

inline void check_close(double found, double expected, double tolerance = 1e-13)
{
    if (std::isfinite(expected))
        CHECK(std::abs(found - expected) <= tolerance * std::max(1.0, std::abs(expected)));
    else if (std::isnan(expected))
        CHECK(std::isnan(found));
    else
        CHECK(found == expected);
}

// The assertions stand in plain functions, as they cost much compile time in templates.

inline void check_passed(const xgrad::gradient_check& check)
{
    CHECK_MESSAGE(check, check.message);
}

inline void check_values(std::span<const double> found, std::size_t size,
                         const std::function<double(std::size_t)>& reference)
{
    REQUIRE(found.size() == size);
    for (std::size_t i = 0; i < size; ++i)
        check_close(found[i], reference(i));
}

inline void check_float(std::span<const float> found, std::span<const double> expected)
{
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        check_close(static_cast<double>(found[i]), expected[i], 1e-4);
}

/// Values and gradients where the operation stands alone.
template <class E, class Leaf>
void check_alone(const E& expression, const Leaf& x,
                 const std::function<double(std::size_t)>& reference)
{
    check_passed(xgrad::check_gradient(expression));
    xgrad::plan p(expression);
    const auto value = p.forward();
    check_values({value.data(), value.size()}, x.size(), reference);
}

/// The gradient of the scalar expression that @p build makes of two leaves, the first of shape
/// (5, 3) and the second of shape (3).
template <class Build>
void check_inside(Build build, const points& first, const points& second)
{
    rows_of_three<double> x(5);
    row<double> y;
    fill(x, first);
    fill(y, second);
    check_passed(xgrad::check_gradient(build(x, y)));
}

/// Value and gradient in float against those in double, of an expression as for check_inside.
template <class Build>
void check_float(Build build, const points& first, const points& second)
{
    rows_of_three<double> x(5);
    rows_of_three<float> x_float(5);
    row<double> y;
    row<float> y_float;
    fill(x, first);
    fill(x_float, first);
    fill(y, second);
    fill(y_float, second);
    xgrad::plan in_double(build(x, y));
    xgrad::plan in_float(build(x_float, y_float));
    const double value = in_double.value_and_gradient();
    check_close(static_cast<double>(in_float.value_and_gradient()), value, 1e-4);
    check_float({x_float.gradient().data(), x.size()}, {x.gradient().data(), x.size()});
    check_float({y_float.gradient().data(), y.size()}, {y.gradient().data(), y.size()});
}

/// A function of one tensor, away from its kinks, at points where 1.1 times them is in its domain.
template <class F, class Reference>
void check_unary(F f, Reference reference, const points& at)
{
    for (const std::size_t size : sizes())
    {
        vector<> x(size);
        fill(x, at);
        check_alone(f(x), x, [&](std::size_t i) { return reference(x.data()[i]); });
    }
    // With its operand and its result used twice, between other operations.
    check_inside(
        [f](const auto& x, const auto& y)
        {
            const auto t = x * y;
            const auto u = f(t);
            return xgrad::sum(u * t + u);
        },
        at, {1, 1.1, 0.9});
}

/// A function of two tensors, at points that are in its domain either way and away from its kinks.
template <class F, class Reference>
void check_binary(F f, Reference reference, const points& first, const points& second)
{
    for (const std::size_t size : sizes())
    {
        vector<> a(size);
        xgrad::parameter<double, xgrad::shape<xgrad::dynamic>, xgrad::named<"second">> b(size);
        fill(a, first);
        fill(b, second);
        check_alone(f(a, b), a, [&](std::size_t i) { return reference(a.data()[i], b.data()[i]); });
    }
    // Broadcast either way, and with the same operand twice.
    check_inside([f](const auto& x, const auto& y)
                 { return xgrad::sum(f(x, y) * x + f(y, x) + f(x, x)); },
                 first, second);
}

/// f with a number as second operand, and as first, and with the same operand twice.
template <class F, class Reference>
void check_number(F f, Reference reference, const points& at, double number)
{
    vector<> x(7);
    fill(x, at);
    const auto combine = [number](auto g, const auto& v)
    { return g(v, number) * v + g(number, v) - g(v, v); };
    check_alone(combine(f, x), x, [&](std::size_t i) { return combine(reference, x.data()[i]); });
}

/// The gradient of the sum of f(x), at points that may be kinks.
template <class T, class F>
std::vector<double> gradient_at(F f, const points& at)
{
    vector<T> x(at.size());
    fill(x, at);
    const auto y = xgrad::sum(f(x));
    xgrad::plan p(y);
    p.value_and_gradient();
    return std::vector<double>(x.gradient().begin(), x.gradient().end());
}

template <class T, class F>
std::vector<double> value_at(F f, const points& at)
{
    vector<T> x(at.size());
    fill(x, at);
    const auto y = f(x);
    xgrad::evaluation p(y);
    const auto value = p.forward();
    return std::vector<double>(value.begin(), value.end());
}

} // namespace elementwise_checks
