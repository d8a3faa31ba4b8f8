// SPDX-License-Identifier: BSD-3-Clause

// Values and derivatives at the points where a careless formula gives NaN, infinity or 0 instead:
// far from 0, at 0, at the edge of a domain. One table for the functions of one element.

#include "elementwise_checks.hpp"

#include <xgrad/calculus/dual.hpp>
#include <xgrad/calculus/dual_functions.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/ops/activations.hpp>
#include <xgrad/ops/comparison.hpp>
#include <xgrad/ops/error_function.hpp>
#include <xgrad/ops/exponential.hpp>
#include <xgrad/ops/extrema.hpp>
#include <xgrad/ops/fmod.hpp>
#include <xgrad/ops/gamma.hpp>
#include <xgrad/ops/hyperbolic.hpp>
#include <xgrad/ops/logsumexp.hpp>
#include <xgrad/ops/norm.hpp>
#include <xgrad/ops/polar.hpp>
#include <xgrad/ops/power.hpp>
#include <xgrad/ops/softmax.hpp>
#include <xgrad/ops/where.hpp>
#include <xgrad/ops/xlogy.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace
{

using namespace elementwise_checks;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = 3.14159265358979323846;
constexpr double euler = 0.57721566490153286061;
const double root_pi = std::sqrt(pi);

/// A point, the value there and the derivative there.
struct special_point
{
    double x;
    double value;
    double derivative;
};

void check_row(const std::vector<special_point>& rows, std::span<const double> value,
               std::span<const double> gradient, double tolerance)
{
    REQUIRE(value.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(rows[i].x);
        check_close(value[i], rows[i].value, tolerance);
        check_close(gradient[i], rows[i].derivative, tolerance);
    }
}

template <class V>
double first(const V& v)
{
    return static_cast<double>(xgrad::simd::first_lane(v));
}

/// The operation itself, on vectors or scalars V, whose other operand is given where it has one.
template <class V, class Op, bool Second = false>
void check_operation(const std::vector<special_point>& rows, double tolerance, double other = 0)
{
    std::vector<double> value;
    std::vector<double> gradient;
    for (const special_point& row : rows)
    {
        const V x = xgrad::simd::number<V>(row.x);
        const V y = xgrad::simd::number<V>(other);
        const V one = xgrad::simd::number<V>(1);
        V out, grad_x, grad_y;
        if constexpr (Op::elementwise_arity == 1)
        {
            out = Op::forward(x);
            Op::backward(one, out, x, grad_x);
        }
        else if constexpr (Second)
        {
            out = Op::forward(y, x);
            Op::backward(one, out, y, x, grad_y, grad_x);
        }
        else
        {
            out = Op::forward(x, y);
            Op::backward(one, out, x, y, grad_x, grad_y);
        }
        value.push_back(first(out));
        gradient.push_back(first(grad_x));
    }
    check_row(rows, value, gradient, tolerance);
}

/// In vectors and scalars of double, to some ulp, and in vectors of float.
template <class Op, bool Second = false>
void check_points(const std::vector<special_point>& rows, double other = 0)
{
    CAPTURE(Op::name);
    check_operation<xgrad::simd::pack<double>, Op, Second>(rows, 1e-14, other);
    check_operation<double, Op, Second>(rows, 1e-14, other);
    check_operation<xgrad::simd::pack<float>, Op, Second>(rows, 1e-5, other);
}

/// The second derivative of an operation of one element (by its first operand), as the derivative
/// of backward.
template <class Op>
void check_second(double x, double expected, double other = 0)
{
    using V = xgrad::dual<double, 1>;
    CAPTURE(Op::name);
    CAPTURE(x);
    V at(x), y(other), out, grad_x, grad_y;
    at.tangent[0] = 1;
    if constexpr (Op::elementwise_arity == 1)
    {
        out = Op::forward(at);
        Op::backward(V(1), out, at, grad_x);
    }
    else
    {
        out = Op::forward(at, y);
        Op::backward(V(1), out, at, y, grad_x, grad_y);
    }
    check_close(out.tangent[0], grad_x.value);
    check_close(grad_x.tangent[0], expected);
}

/// An expression of several operations, by a plan.
template <class F>
void check_expression(F function, const std::vector<special_point>& rows)
{
    vector<> x(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        x.data()[i] = rows[i].x;
    const auto y = function(x);
    xgrad::plan p(y);
    const auto found = p.forward();
    const std::vector<double> value(found.begin(), found.end());
    p.backward(xt::ones<double>({rows.size()}));
    check_row(rows, value, std::vector<double>(x.gradient().begin(), x.gradient().end()), 1e-14);
}

} // namespace

TEST_CASE("special points: saturating functions")
{
    using namespace xgrad;
    check_points<sigmoid_op>({{1000, 1, 0},
                              {-1000, 0, 0},
                              {0, 0.5, 0.25},
                              {infinity, 1, 0},
                              {not_a_number, not_a_number, not_a_number}});
    check_points<softplus_op>({{1000, 1000, 1},
                               {-1000, 0, 0},
                               {0, std::log(2), 0.5},
                               {not_a_number, not_a_number, not_a_number}});
    check_points<tanh_op>({{1000, 1, 0}, {-1000, -1, 0}, {0, 0, 1}});
    check_points<silu_op>({{1000, 1000, 1}, {-1000, 0, 0}, {0, 0, 0.5}});
    check_points<gelu_op>({{1000, 1000, 1}, {-1000, 0, 0}, {0, 0, 0.5}});
    check_points<erf_op>({{1000, 1, 0}, {-1000, -1, 0}, {0, 0, 2 / root_pi}});
    check_points<erfc_op>({{1000, 0, 0}, {-1000, 2, 0}, {0, 1, -2 / root_pi}});
    check_points<normal_cdf_op>({{1000, 1, 0}, {-1000, 0, 0}, {0, 0.5, 1 / std::sqrt(2 * pi)}});
}

TEST_CASE("special points: 0 and the edge of the domain")
{
    using namespace xgrad;
    check_points<sqrt_op>({{0, 0, infinity}, {4, 2, 0.25}, {-1, not_a_number, not_a_number}});
    check_points<abs_op>({{0, 0, 0}, {-0.0, 0, 0}, {-2, 2, -1}, {1000, 1000, 1}});
    check_points<pow_op>({{0, 0, 0}, {-2, -8, 12}, {1, 1, 3}}, 3);
    check_points<pow_op>({{0, 0, 1}, {-2, -2, 1}}, 1);
    check_points<pow_op>({{0, 1, 0}, {-2, 1, 0}}, 0);
    check_points<pow_op>({{0, 0, infinity}, {4, 2, 0.25}, {-1, not_a_number, not_a_number}}, 0.5);
    check_points<fixed_power_op<3>>({{0, 0, 0}, {-2, -8, 12}});
    check_points<log1mexp_op>(
        {{0, -infinity, infinity}, {1000, 0, 0}, {std::log(2), -std::log(2), 1}});
    check_points<xlogx_op>({{0, 0, -infinity}, {1, 0, 1}, {-1, not_a_number, not_a_number}});
    check_points<xlogy_op>({{0, 0, 0}, {2, -infinity, -infinity}}, 0);
    check_points<xlogy_op, true>(
        {{0, 0, 0}, {-1, 0, 0}, {3, 0, 0}, {not_a_number, not_a_number, 0}}, 0);
    check_points<lgamma_op>({{1, 0, -euler},
                             {2, 0, 1 - euler},
                             {0.5, std::log(root_pi), -euler - 2 * std::log(2)},
                             {-0.5, std::log(2 * root_pi), 2 - euler - 2 * std::log(2)},
                             {0, infinity, -infinity}});
    check_points<digamma_op>(
        {{1, -euler, pi * pi / 6}, {2, 1 - euler, pi * pi / 6 - 1}, {0, -infinity, infinity}});
    check_points<fmod_op>({{7.5, 1.5, 1}, {-7.5, -1.5, 1}, {0, 0, 1}}, 2);
    check_points<fmod_op, true>({{2, 1.5, -3}, {-2, 1.5, 3}, {8, 7.5, 0}}, 7.5);
    check_points<hypot_op>({{0, 0, 0}, {-3, 3, -1}, {1e30, 1e30, 1}, {1e-30, 1e-30, 1}}, 0);
    check_points<hypot_op, true>({{0, 3, 0}, {4, 5, 0.8}}, -3);
    check_points<atan2_op>({{0, 0, 0}, {2, pi / 2, 0}, {-1e-30, -pi / 2, 0}}, 0);
    check_points<atan2_op>({{0, pi, -1}, {-0.0, -pi, -1}, {1, 3 * pi / 4, -0.5}}, -1);
    check_points<atan2_op, true>({{0, pi / 2, -1}, {1, pi / 4, -0.5}}, 1);
}

TEST_CASE("special points: second derivatives")
{
    using namespace xgrad;
    for (const double far : {-1000.0, 1000.0})
    {
        check_second<sigmoid_op>(far, 0);
        check_second<softplus_op>(far, 0);
        check_second<silu_op>(far, 0);
        check_second<erf_op>(far, 0);
        check_second<normal_cdf_op>(far, 0);
        check_second<tanh_op>(far, 0);
    }
    check_second<sigmoid_op>(0, 0);
    check_second<softplus_op>(0, 0.25);
    check_second<silu_op>(0, 0.5);
    check_second<gelu_op>(0, 2 / std::sqrt(2 * pi));
    check_second<tanh_op>(0, 0);
    check_second<erf_op>(0, 0);
    check_second<erfc_op>(1, 4 / root_pi / std::exp(1));
    check_second<normal_cdf_op>(-1, std::exp(-0.5) / std::sqrt(2 * pi));
    check_second<abs_op>(0, 0);
    check_second<pow_op>(0, 2, 2);
    check_second<pow_op>(0, 0, 3);
    check_second<pow_op>(-2, -12, 3);
    check_second<fixed_power_op<2>>(0, 2);
    check_second<fixed_power_op<1>>(0, 0);
    check_second<xlogx_op>(2, 0.5);
    check_second<xlogy_op>(0, 0, 3);
    check_second<log1mexp_op>(std::log(2), -2);
    check_second<lgamma_op>(1, pi * pi / 6);
    check_second<lgamma_op>(-0.5, pi * pi / 2 + 4);
    check_second<hypot_op>(0, 0.25, 4);
    check_second<hypot_op>(3, 16.0 / 125, 4);
    check_second<atan2_op>(1, -0.5, 1);
    check_second<fmod_op>(7.5, 0, 2);
}

TEST_CASE("special points: a branch of where that is not taken leaks neither NaN nor infinity")
{
    check_expression([](const auto& x) { return xgrad::where(x > 0, x * xgrad::log(x), 0.0); },
                     {{0, 0, 0}, {1, 0, 1}, {-2, 0, 0}});
    check_expression(
        [](const auto& x)
        {
            const auto root = xgrad::sqrt(x) * xgrad::sqrt(x);
            return xgrad::where(x > 1, xgrad::where(x > 2, root * (1 / x) * x, x), 3 * x);
        },
        {{0, 0, 3}, {-1, -3, 3}, {1.5, 1.5, 1}, {4, 4, 1}});
}

TEST_CASE("special points: a branch that another loop evaluates, or the general form of the loop")
{
    // x log(x) is read by two regions, so it has one of its own.
    rows_of_three<double> x(2);
    fill(x, {0, -1, 0, 0, 4, 0});
    x.data()[3] = x.data()[0] = 0;
    const auto product = x * xgrad::log(x);
    const auto chosen = xgrad::where(x > 0, product, x);
    const auto norms = xgrad::norm(xgrad::where(x > 0, product, 1.0), xgrad::axis<1>);
    const auto y = xgrad::sum(chosen) + xgrad::sum(norms);
    xgrad::plan p(y);
    p.value_and_gradient();
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(std::isfinite(x.gradient().data()[i]));
    CHECK(x.gradient().data()[0] == 1);

    // One literal that stands for two numbers.
    const auto scaled = [&](double factor)
    { return xgrad::where(x > 0, factor * x * xgrad::log(x), x); };
    const auto twice = xgrad::sum(scaled(2) * scaled(3));
    xgrad::plan general(twice);
    CHECK(general.summary().general_regions == 1);
    general.value_and_gradient();
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(std::isfinite(x.gradient().data()[i]));
}

TEST_CASE("special points: sums of exponentials, normalisation and norms")
{
    const auto check = [](auto f, const points& at, const points& expected_gradient)
    {
        const points gradient = gradient_at<double>(f, at);
        for (std::size_t i = 0; i < at.size(); ++i)
            check_close(gradient[i], expected_gradient[i]);
    };
    const auto log_sum = [](const auto& x) { return xgrad::logsumexp(x); };
    check(log_sum, {1000, -1000, 1000}, {0.5, 0, 0.5});
    check(log_sum, {-1000, -1000}, {0.5, 0.5});
    check(log_sum, {-infinity, 0}, {0, 1});
    vector<> x(2);
    const auto first =
        xgrad::softmax(x) * xgrad::constant<double, xgrad::shape<2>>(xt::xtensor<double, 1>{1, 0});
    for (const double far : {1000.0, -1000.0})
    {
        fill(x, {far, 0});
        xgrad::plan p(xgrad::sum(first));
        CHECK(p.value_and_gradient() == (far > 0 ? 1 : 0));
        CHECK(x.gradient()(0) == 0);
        CHECK(x.gradient()(1) == 0);
    }
    const auto length = [](const auto& v) { return xgrad::norm(v); };
    check(length, {0, 0}, {0, 0});
    check(length, {3, -4}, {0.6, -0.8});
}
