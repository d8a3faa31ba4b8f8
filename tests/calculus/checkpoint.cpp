// SPDX-License-Identifier: BSD-3-Clause

// Functions as one operation: checkpoint, custom_gradient; and stop_gradient.

#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <tuple>

using namespace xgrad;

namespace
{

void fill(auto& p, double step)
{
    for (std::size_t i = 0; i < p.size(); ++i)
        p.data()[i] = 0.5 + 0.4 * std::sin(step * static_cast<double>(i + 1));
}

void require_gradient(const auto& e)
{
    const auto check = check_gradient(e);
    INFO(check.message);
    CHECK(check.passed);
}

const auto layer = [](const auto& x, const auto& w, const auto& b)
{ return tanh(matmul(x, w) + b); };

} // namespace

TEST_CASE("checkpoint: values and gradients are those of the function")
{
    parameter<double, shape<dynamic, 4>> x(3);
    parameter<double, shape<4, 4>> w;
    parameter<double, shape<4>> b;
    fill(x, 0.3);
    fill(w, 0.7);
    fill(b, 0.2);
    const auto hidden = checkpoint(layer, checkpoint(layer, x, w, b), w, b);
    require_gradient(sum(hidden * hidden) + sum(w * w));
    plan kept(sum(layer(layer(x, w, b), w, b)));
    plan again(sum(hidden));
    CHECK(kept.value_and_gradient() == doctest::Approx(again.value_and_gradient()));
    const auto scalar = checkpoint([](const auto& v) { return sum(v * v); }, b);
    require_gradient(scalar * scalar + sum(b));
}

TEST_CASE("checkpoint: nested, and differentiated twice")
{
    const auto inner = [](const auto& x)
    { return checkpoint([](const auto& y) { return exp(y * y); }, x); };
    const auto f = [inner](const auto& x) { return x * checkpoint(inner, x); };
    const auto plain = [](const auto& x) { return x * exp(x * x); };
    CHECK(gradient(f)(0.7) == doctest::Approx(gradient(plain)(0.7)));
    CHECK(hessian(f)(0.7)(0, 0) == doctest::Approx(hessian(plain)(0.7)(0, 0)));
}

TEST_CASE("custom_gradient: right ones pass the check, wrong ones do not")
{
    parameter<double, shape<5>> b;
    parameter<double, shape<3, 5>> x;
    fill(b, 0.7);
    fill(x, 0.4);
    const auto scaled_exp =
        custom_gradient([](const auto& a, const auto& c) { return exp(a) * c; },
                        [](const auto& grad, const auto& out, const auto&, const auto& c)
                        { return std::tuple(grad * out, sum(grad * out / c, axis<0>)); });
    require_gradient(sum(scaled_exp(x, b) * 2.0) + sum(b));

    const auto wrong = custom_gradient([](const auto& a) { return exp(a); },
                                       [](const auto& grad, const auto& out, const auto&)
                                       { return 2.0 * grad * out; });
    CHECK_FALSE(check_gradient(sum(wrong(b))).passed);
    CHECK(gradient([&](const auto& v) { return wrong(v); })(0.0) == 2);

    const auto misshapen =
        custom_gradient([](const auto& a) { return sum(a); },
                        [](const auto& grad, const auto&, const auto&) { return +grad; });
    plan p(misshapen(b));
    CHECK_THROWS_AS(p.value_and_gradient(), shape_error);
}

TEST_CASE("stop_gradient: a value without its derivatives, of the first and the second order")
{
    const auto f = [](const auto& x) { return x * x * stop_gradient(x); };
    CHECK(gradient(f)(3.0) == 18);
    CHECK(hessian(f)(3.0)(0, 0) == 6);
}
