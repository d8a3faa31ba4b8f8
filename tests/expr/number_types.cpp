// SPDX-License-Identifier: BSD-3-Clause

// float, double and a number type of a user's: here one that carries a derivative forward, so that
// the gradient of a gradient comes out.

#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

using namespace xgrad;
using namespace tiny;

namespace
{

/// value + slope * epsilon, with epsilon * epsilon = 0
struct dual
{
    double value = 0;
    double slope = 0;

    dual() = default;
    explicit dual(double v, double s = 0) : value(v), slope(s) {}

    friend dual operator+(const dual& a, const dual& b)
    {
        return dual(a.value + b.value, a.slope + b.slope);
    }
    friend dual& operator+=(dual& a, const dual& b) { return a = a + b; }
    friend dual operator*(const dual& a, const dual& b)
    {
        return dual(a.value * b.value, a.value * b.slope + a.slope * b.value);
    }
    friend dual operator/(const dual& a, const dual& b)
    {
        return dual(a.value / b.value, (a.slope * b.value - a.value * b.slope) / b.value / b.value);
    }
    friend dual exp(const dual& a)
    {
        const double e = std::exp(a.value);
        return dual(e, e * a.slope);
    }
};

/// A function of the third degree and exponentials, through a kernel, an alias and two regions.
template <class A, class B>
auto test_function(const A& x, const B& k)
{
    return mean(exp(x * k) * x + reversed(flatten(x * x)) * x);
}

} // namespace

TEST_CASE("plan: floats and doubles agree")
{
    parameter<double, shape<13>> x;
    parameter<double> k(0.5);
    parameter<float, shape<13>> fx;
    parameter<float> fk(0.5F);
    tiny::fill(x);
    tiny::fill(fx);
    plan p(test_function(x, k));
    plan f(test_function(fx, fk));
    CHECK(static_cast<double>(f.value_and_gradient()) ==
          doctest::Approx(p.value_and_gradient()).epsilon(1e-5));
    for (std::size_t i = 0; i < 13; ++i)
        CHECK(static_cast<double>(fx.gradient()(i)) ==
              doctest::Approx(x.gradient()(i)).epsilon(1e-5));
    CHECK(static_cast<double>(fk.gradient()) == doctest::Approx(k.gradient()).epsilon(1e-5));
    check_gradients(test_function(x, k));
}

TEST_CASE("plan: dual numbers give second derivatives")
{
    constexpr std::size_t n = 5;
    parameter<double, shape<n>> x;
    parameter<double> k(0.5);
    tiny::fill(x);
    plan p(test_function(x, k));
    parameter<dual, shape<n>> dx;
    parameter<dual> dk(dual(0.5));
    plan d(test_function(dx, dk));
    for (std::size_t direction = 0; direction < n; ++direction)
    {
        for (std::size_t i = 0; i < n; ++i)
            dx.data()[i] = dual(x.data()[i], i == direction ? 1 : 0);
        d.value_and_gradient();
        const double before = x.data()[direction];
        const double step = 1e-5;
        x.data()[direction] = before + step;
        p.value_and_gradient();
        auto above = tiny::gradients_of(p);
        x.data()[direction] = before - step;
        p.value_and_gradient();
        const auto below = tiny::gradients_of(p);
        x.data()[direction] = before;
        p.value_and_gradient();
        for (std::size_t i = 0; i < n; ++i)
        {
            CHECK(dx.gradient()(i).value == doctest::Approx(x.gradient()(i)));
            CHECK(dx.gradient()(i).slope ==
                  doctest::Approx((above[i] - below[i]) / (2 * step)).epsilon(1e-6));
        }
        CHECK(dk.gradient().slope ==
              doctest::Approx((above[n] - below[n]) / (2 * step)).epsilon(1e-6));
    }
}
