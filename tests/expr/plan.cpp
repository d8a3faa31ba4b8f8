// SPDX-License-Identifier: BSD-3-Clause
#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

using namespace xgrad;
using namespace tiny;

namespace
{

template <class Error, class F>
std::string message_of(F&& call)
{
    try
    {
        call();
    }
    catch (const Error& e)
    {
        return e.what();
    }
    return "nothing was thrown";
}

} // namespace

TEST_CASE("plan: a region is one loop forward and one backward")
{
    parameter<double, shape<64>> x, y;
    tiny::fill(x);
    tiny::fill(y, 2);
    plan p(counted(exp(x * y) + counted(x) * y));
    CHECK(p.summary().regions == 1);
    CHECK(p.summary().forward_steps == 1);
    CHECK(p.summary().backward_steps == 1);
    counted_op::reset();
    p.forward();
    CHECK(counted_op::forward_elements == 2 * 64);
    CHECK(counted_op::backward_elements == 0);
    p.backward(xt::xtensor<double, 1>(std::array<std::size_t, 1>{64}, 1.0));
    CHECK(counted_op::backward_elements == 2 * 64);
}

TEST_CASE("plan: value and gradient of a sum come from a single pass")
{
    parameter<double, shape<64>> x;
    tiny::fill(x);
    const auto visits = [](const auto& e)
    {
        plan p(e);
        CHECK(p.summary().forward_steps == 1);
        CHECK(p.summary().backward_steps == 0);
        counted_op::reset();
        p.value_and_gradient();
        CHECK(counted_op::forward_elements == counted_op::backward_elements);
        return counted_op::forward_elements;
    };
    CHECK(visits(sum(counted(x * x))) == 64);
    CHECK(visits(mean(counted(exp(x) * x) + x)) == 64);
}

TEST_CASE("plan: steps of kernels, reductions and regions are counted one by one")
{
    parameter<double, shape<4, 4>> a, b;
    // Two products, a region between them, and the sum, whose operand is no region.
    plan p(sum(product(exp(product(a, b)), b)));
    CHECK(p.summary().forward_steps == 4);
    CHECK(p.summary().backward_steps == 4);
    CHECK(p.summary().regions == 1);
    CHECK(p.summary().general_regions == 0);
}

TEST_CASE("plan: a value used twice is computed once and its adjoint taken once")
{
    parameter<double, shape<32>> x;
    tiny::fill(x);
    const auto count = [](const auto& e)
    {
        plan p(e);
        counted_op::reset();
        p.value_and_gradient();
        CHECK(counted_op::backward_elements == 32);
        return counted_op::forward_elements;
    };
    const auto t = counted(exp(x));
    CHECK(count(sum(t * t + exp(t))) == 32);
    // Read by two kernels, the value is kept in memory; the region's backward loop computes again
    // what it needs of its inside.
    CHECK(count(sum(reversed(t) * share(t))) <= 64);
    // Written twice it is still one value.
    CHECK(count(sum(counted(exp(x)) * counted(exp(x)))) == 32);
}

TEST_CASE("plan: gradients of twelve squarings, in a program of thirteen entries")
{
    parameter<double> x(1.001);
    const auto square = [](const auto& a) { return a * a; };
    const auto t4 = square(square(square(square(x))));
    const auto t8 = square(square(square(square(t4))));
    const auto t12 = square(square(square(square(t8))));
    CHECK(sizeof(t12) == 8);
    static_assert(decltype(t12)::program.size == 13);
    plan p(t12);
    CHECK(p.summary().nodes == 13);
    CHECK(p.value_and_gradient() == doctest::Approx(std::pow(1.001, 4096)));
    CHECK(x.gradient() == doctest::Approx(4096 * std::pow(1.001, 4095)));
}

TEST_CASE("plan: regions above the limit of one loop are cut")
{
    parameter<double, shape<6>> x;
    tiny::fill(x);
    const auto ten = [&](const auto& a)
    {
        const auto b = exp(0.1 * a) + x;
        const auto c = exp(0.1 * b) + x;
        return exp(0.1 * c) + exp(0.1 * (c + b));
    };
    const auto e = ten(ten(ten(ten(ten(ten(ten(ten(ten(x)))))))));
    static_assert(decltype(e)::program.size > detail::max_region_steps + 2);
    CHECK(plan(sum(e)).summary().regions == 2);
    check_gradients(mean(e), 1e-6);
}

TEST_CASE("plan: the root may be a parameter, an alias of one or a constant")
{
    parameter<double> s(3.0);
    plan scalar(s);
    CHECK(scalar.value_and_gradient() == 3);
    CHECK(s.gradient() == 1);
    CHECK(scalar.accumulate() == 3);
    CHECK(s.gradient() == 2);
    scalar.forward();
    scalar.backward();
    CHECK(s.gradient() == 1);

    parameter<double, shape<2, 3>> m;
    tiny::fill(m);
    plan alias(flatten(m));
    CHECK(alias.forward()(4) == m.value()(1, 1));
    const xt::xtensor<double, 1> seed{1, 2, 3, 4, 5, 6};
    alias.backward(seed);
    CHECK(m.gradient()(1, 1) == 5);

    plan region_alias(flatten(exp(m)));
    region_alias.forward();
    region_alias.backward(seed);
    CHECK(m.gradient()(1, 1) == doctest::Approx(5 * std::exp(m.value()(1, 1))));

    const constant<double> c(4.0);
    plan constant_root(c);
    CHECK(constant_root.value_and_gradient() == 4);
    CHECK(constant_root.parameters().count() == 0);
    CHECK(plan(exp(c)).value_and_gradient() == doctest::Approx(std::exp(4.0)));
}

TEST_CASE("plan: evaluating twice gives the same gradient twice")
{
    parameter<double, shape<5>> x, y;
    tiny::fill(x);
    tiny::fill(y, 2);
    plan p(sum(share(x * y) * exp(x)));
    const double value = p.value_and_gradient();
    const auto gradients = tiny::gradients_of(p);
    CHECK(p.value_and_gradient() == value);
    CHECK(tiny::gradients_of(p) == gradients);
}

TEST_CASE("plan: accumulate adds to what is there, and leaves unreached parameters alone")
{
    parameter<double, shape<5>> x;
    parameter<double, shape<5>> unreached;
    parameter<double> broadcast_over_all(0.5);
    tiny::fill(x);
    tiny::fill(unreached, 2);
    const auto check = [&](const auto& e)
    {
        plan p(e);
        p.value_and_gradient();
        const auto once = tiny::gradients_of(p);
        p.accumulate();
        p.accumulate();
        const auto thrice = tiny::gradients_of(p);
        for (std::size_t i = 0; i < once.size(); ++i)
            CHECK(thrice[i] == doctest::Approx(3 * once[i]));
        p.value_and_gradient();
        CHECK(tiny::gradients_of(p) == once);
    };
    check(sum(x * x * broadcast_over_all + frozen(unreached)));
    check(sum(share(x * broadcast_over_all) * reversed(x) + detached(unreached)));
    check(sum(flatten(x) * x));
    check(sum(reversed(flatten(x)) * product(flatten(x) * column(x), column(x))));

    plan writes(sum(x * unreached));
    writes.value_and_gradient();
    plan p(sum(x * frozen(unreached)));
    p.accumulate();
    CHECK(unreached.gradient()(1) == x.value()(1));
    p.value_and_gradient();
    CHECK(unreached.gradient()(1) == 0);
}

TEST_CASE("plan: plans share parameters in any order")
{
    parameter<double, shape<3>> a{1, 2, 3}, b{4, 5, 6}, c{7, 8, 9};
    plan first(sum(b * c));
    plan second(sum(a * b));
    plan third(sum(c * a * b));
    for (int repeat = 0; repeat < 2; ++repeat)
    {
        CHECK(third.value_and_gradient() == 28 + 80 + 162);
        CHECK(b.gradient()(0) == 7);
        CHECK(second.value_and_gradient() == 32);
        CHECK(b.gradient()(0) == 1);
        CHECK(first.value_and_gradient() == 28 + 40 + 54);
        CHECK(b.gradient()(0) == 7);
    }
    b.value()(0) = 0;
    CHECK(second.forward() == 28);
    CHECK(first.forward() == 94);
    // Made before the plan that moves the parameter into its flat buffer:
    parameter<double, shape<3>> d{1, 1, 1};
    evaluation values(sum(d));
    CHECK(values.forward() == 3);
    plan mover(sum(d * d));
    d.value()(0) = 5;
    CHECK(values.forward() == 7);
    CHECK(mover.value_and_gradient() == 27);
}

TEST_CASE("plan: a smaller batch and back")
{
    input<double, shape<dynamic, 3>> x;
    parameter<double, shape<3, 2>> w;
    parameter<double, shape<2>> bias{0.1, 0.2};
    tiny::fill(w);
    plan p(mean(exp(product(x, w) + bias)));
    const auto reference = [&](std::size_t rows)
    {
        parameter<double, shape<3, 2>> own_w;
        std::copy_n(w.data(), 6, own_w.data());
        parameter<double, shape<2>> own_bias{0.1, 0.2};
        plan fresh(mean(exp(product(x, own_w) + own_bias)));
        CHECK(fresh.value_and_gradient() == p.value());
        CHECK(tiny::gradients_of(fresh) == tiny::gradients_of(p));
        static_cast<void>(rows);
    };
    std::vector<double> memory(30);
    tiny::fill(std::span(memory), 3);
    for (const std::size_t rows : {10U, 3U, 1U, 7U, 10U, 2U})
    {
        x.bind(memory.data(), rows);
        p.value_and_gradient();
        reference(rows);
    }
}

TEST_CASE("plan: an unbound input is named with its shape")
{
    input<double, shape<dynamic, 3>, named<"images">> x;
    parameter<double, shape<3>> w{1, 2, 3};
    plan p(sum(x * w));
    CHECK(message_of<unbound_error>([&] { p.value_and_gradient(); }) ==
          "xgrad::input: expected values before an evaluation, found none in the input 'images' "
          "of shape (dynamic, 3); call bind or assign");
    x.assign(xt::xtensor<double, 2>{{1, 1, 1}});
    CHECK(p.value_and_gradient() == 6);
}

TEST_CASE("plan: extents that do not fit at run time are told with operation and shapes")
{
    input<double, shape<dynamic>> x, y;
    x.assign(xt::xtensor<double, 1>{1, 2, 3});
    y.assign(xt::xtensor<double, 1>{1, 2, 3});
    parameter<double> w(2.0);
    plan p(sum(w * (x + y)));
    CHECK(p.value_and_gradient() == 24);

    y.assign(xt::xtensor<double, 1>{1, 2, 3, 4});
    const std::string sentence =
        "xgrad::add: expected shapes that broadcast together, found (3) and (4)";
    CHECK(message_of<shape_error>([&] { p.forward(); }) == sentence);
    CHECK(message_of<shape_error>([&] { p.value_and_gradient(); }) == sentence);
    CHECK_THROWS_AS(p.backward(), error);

    x.assign(xt::xtensor<double, 1>{1, 2, 3, 4}); // the plan is as good as before
    CHECK(p.value_and_gradient() == 40);
    CHECK(w.gradient() == 20);
    y.assign(xt::xtensor<double, 1>{1});
    CHECK(p.value_and_gradient() == 28);
}

TEST_CASE("plan: backward needs a forward of its own and a gradient of the value's shape")
{
    parameter<double, shape<3>> x{1, 2, 3};
    plan p(x * x);
    const xt::xtensor<double, 1> seed{1, 1, 1};
    CHECK_THROWS_AS(p.backward(seed), error);
    p.forward();
    CHECK(message_of<shape_error>(
              [&] {
                  p.backward(xt::xtensor<double, 1>{1, 2});
              }) == "xgrad::plan::backward: expected the shape (3), found (2)");
    p.backward(2 * seed); // any xtensor expression
    CHECK(x.gradient()(2) == 12);
    CHECK_THROWS_AS(p.backward(seed), error);
}

TEST_CASE("plan: kernels keep memory of their own between the sweeps")
{
    parameter<double, shape<7>> x, y;
    tiny::fill(x);
    tiny::fill(y, 2);
    check_gradients(sum(share(x) * share(y) * share(x * y)));
    check_gradients(sum(share(share(share(x * y) + y) * x) * exp(reversed(y))));
}

TEST_CASE("plan: cleared gradients do not lie over values that a single pass reads")
{
    parameter<double, shape<20, 10>> a;
    parameter<double, shape<10>> b;
    tiny::fill(a);
    tiny::fill(b, 2);
    check_gradients(sum(reversed(a) + reversed(b)));
    check_gradients(mean(reversed(b) + reversed(a)));
}

TEST_CASE("evaluation: computes the values alone")
{
    parameter<double, shape<3>> x{1, 2, 3};
    evaluation e(exp(x) * x);
    CHECK(e.forward()(2) == doctest::Approx(3 * std::exp(3.0)));
    CHECK(e.summary().backward_steps == 0);
    CHECK_THROWS_AS(static_cast<void>(x.gradient()), unbound_error);
}
