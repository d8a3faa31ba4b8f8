// SPDX-License-Identifier: BSD-3-Clause

// Equal types that mean different values, and different records that mean equal ones.

#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace tiny;

namespace
{

using vector_parameter = parameter<double, shape<11>, named<"x">>;

template <std::size_t N>
std::vector<vector_parameter> make_vectors()
{
    std::vector<vector_parameter> result(N);
    for (std::size_t i = 0; i < N; ++i)
        tiny::fill(result[i], i + 1);
    return result;
}

template <class A>
auto times(double number, const A& a)
{
    return number * a; // one place in the source, any number
}

} // namespace

TEST_CASE("identity: one place that writes a literal writes different numbers")
{
    auto x = make_vectors<1>();
    plan p(sum(times(2, x[0]) * times(3, x[0])));
    double expected = 0;
    for (std::size_t i = 0; i < 11; ++i)
        expected += 6 * x[0].value()(i) * x[0].value()(i);
    CHECK(p.value_and_gradient() == doctest::Approx(expected));
    for (std::size_t i = 0; i < 11; ++i)
        CHECK(x[0].gradient()(i) == doctest::Approx(12 * x[0].value()(i)));
}

TEST_CASE("identity: equal literals are one value, zeros of either sign are not")
{
    auto x = make_vectors<1>();
    const auto nodes = [&](double first, double second)
    { return plan(sum(times(first, x[0]) + times(second, x[0]))).summary().nodes; };
    CHECK(nodes(2, 2) == 5); // x, the number, the product, the sum of two, the sum
    CHECK(nodes(2, 3) == 7); // a second number and a second product
    CHECK(nodes(0.0, -0.0) == 7);
    check_gradients(sum(times(2, x[0]) + times(2, x[0])));
}

TEST_CASE("identity: a block called with two parameters of one type")
{
    auto x = make_vectors<3>();
    const auto block = [&](const auto& k) { return exp(k * x[2]); };
    check_gradients(sum(block(x[0]) * block(x[1])));
    check_gradients(sum(reversed(block(x[0])) * block(x[1])));
    check_gradients(sum(reversed(block(x[0])) + share(block(x[1]) * block(x[0]))));
    plan p(sum(block(x[0]) * block(x[1])));
    CHECK(p.summary().general_regions == 1);
    CHECK(p.value_and_gradient() > 0);
}

TEST_CASE("identity: a block of blocks called with different parameters")
{
    auto x = make_vectors<4>();
    const auto inner = [&](const auto& k, const auto& a) { return exp(k * a) + k; };
    const auto outer = [&](const auto& k, const auto& l, const auto& a)
    { return inner(k, inner(l, a)) * inner(l, a); };
    check_gradients(sum(0.1 * (outer(x[0], x[1], x[2]) + outer(x[1], x[0], x[3]))), 1e-6);
}

TEST_CASE("identity: two leaves declared in one statement")
{
    parameter<double> a(2.0), b(5.0);
    plan p(a * a * b);
    CHECK(p.value_and_gradient() == 20);
    CHECK(a.gradient() == 20);
    CHECK(b.gradient() == 4);
}

TEST_CASE("identity: a value times itself is not the product of two values of its type")
{
    auto x = make_vectors<2>();
    check_gradients(sum(x[0] * x[0]));
    check_gradients(sum(x[0] * x[1]));
    check_gradients(sum(exp(x[0]) * exp(x[0])));
    check_gradients(sum(exp(x[0]) * exp(x[1])));
    CHECK(plan(sum(exp(x[0]) * exp(x[0]))).summary().nodes == 4);
    CHECK(plan(sum(exp(x[0]) * exp(x[1]))).summary().nodes == 6);
}

TEST_CASE("identity: settings tell applications of one operation apart")
{
    auto x = make_vectors<1>();
    check_gradients(sum(scaled(2, x[0]) * scaled(3, x[0])));
    CHECK(plan(sum(scaled(2, x[0]) * scaled(3, x[0]))).summary().nodes == 5);
    CHECK(plan(sum(scaled(2, x[0]) * scaled(2, x[0]))).summary().nodes == 4);
}

TEST_CASE("identity: a value that only operations without derivative read has no gradient")
{
    auto x = make_vectors<2>();
    const auto block = [](const auto& k) { return exp(k); };
    const auto check = [&](const auto& e)
    {
        plan p(e);
        for (int repeat = 0; repeat < 2; ++repeat)
        {
            p.value_and_gradient();
            for (std::size_t i = 0; i < 11; ++i)
            {
                CHECK(x[0].gradient()(i) == 0);
                CHECK(x[1].gradient()(i) != 0);
            }
        }
    };
    check(sum(reversed(block(x[1])) * detached(block(x[0]))));
    check(sum(reversed(block(x[1])) * frozen(block(x[0]))));
    check(sum(share(reversed(block(x[1]))) * detached(reversed(block(x[0])))));
}

TEST_CASE("identity: one leaf read directly and through an alias in one region")
{
    // Whole vectors and tails of every length: the two gradients are one piece of memory.
    const auto check = [](std::size_t n)
    {
        CAPTURE(n);
        parameter<double, shape<dynamic>> x(n);
        tiny::fill(x);
        check_gradients(sum(x * flatten(x)), 1e-6);
        check_gradients(sum(reversed(exp(x) * flatten(x))), 1e-6);
        check_gradients(sum(flatten(x) * flatten(flatten(x))), 1e-6);
    };
    for (const std::size_t n : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 17U})
        check(n);
}

TEST_CASE("identity: one leaf as a row and as a column of one region")
{
    for (const std::size_t n : {1U, 2U, 3U, 5U, 8U, 9U})
    {
        CAPTURE(n);
        parameter<double, shape<dynamic>> x(n);
        tiny::fill(x);
        check_gradients(sum(x * column(x)), 1e-6);
        check_gradients(sum(reversed(exp(column(x)) * x) * x), 1e-6);
    }
}

TEST_CASE("identity: parameters come in the order in which an expression mentions them")
{
    auto x = make_vectors<5>();
    plan p(sum(((x[3] * x[1]) * (x[1] * x[4])) * x[0]));
    std::vector<const double*> order;
    p.parameters().for_each([&](auto, auto values, auto, auto) { order.push_back(values.data()); });
    CHECK(order == std::vector<const double*>{x[3].data(), x[1].data(), x[4].data(), x[0].data()});
}
