// SPDX-License-Identifier: BSD-3-Clause

// A result of a function object as the argument of its next call, which writes the next result to
// the same place.

#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>

using namespace xgrad;

namespace
{

using vector = xt::xtensor<double, 1>;
using matrix = xt::xtensor<double, 2>;

template <class Tensor = vector>
Tensor numbers(const typename Tensor::shape_type& shape, double start)
{
    Tensor result(shape);
    double x = start;
    for (double& element : result)
        element = std::sin(x += 0.7);
    return result;
}

} // namespace

TEST_CASE("former results: where other extents move the result")
{
    const auto f = [](const auto& x, const auto& w) { return sum(exp(x)) * sum(square(w)); };
    const vector three = numbers({3}, 0.1);
    const vector five = numbers({5}, 0.2);
    auto fresh = value_and_gradient(f, wrt<0>);
    const vector former = fresh(three, three).gradient;
    const vector expected = fresh(five, former).gradient;

    auto g = value_and_gradient(f, wrt<0>);
    CHECK(g(five, g(three, three).gradient).gradient == expected);

    const auto scaled = [](const auto& x, const auto& w) { return x * sum(square(w)); };
    auto fresh_product = vector_jacobian_product(scaled, wrt<0>);
    const vector pulled = fresh_product(three, three, three).gradient;
    const vector expected_product = fresh_product(five, pulled, five).gradient;
    auto product = vector_jacobian_product(scaled, wrt<0>);
    CHECK(product(five, product(three, three, three).gradient, five).gradient == expected_product);
}

TEST_CASE("former results: where another plain argument makes another plan")
{
    const auto f = [](const auto& x, int n) { return sum(pow(x, n + 1)); };
    const vector x = numbers({9}, 0.4);
    auto fresh = gradient(f, wrt<0>);
    const vector former = fresh(x, 2);
    const vector expected = fresh(former, 3);
    auto g = gradient(f, wrt<0>);
    CHECK(g(g(x, 2), 3) == expected);
}

TEST_CASE("former results: a Jacobian of several passes")
{
    const auto f = [](const auto& x) { return sum(x, axis<1>) * sum(x * x); };
    const matrix x = numbers<matrix>({1, 13}, 0.3);
    auto by_columns = jacobian(f, forward_mode);
    auto by_rows = jacobian(f, reverse_mode);
    auto by_shape = jacobian(f);
    const matrix once = by_columns(x);
    const matrix twice = by_columns(once);
    by_columns(x);
    CHECK(by_columns(by_columns(x)) == twice);
    CHECK(xt::allclose(by_rows(by_rows(x)), twice));
    CHECK(xt::allclose(by_shape(by_shape(x)), twice));

    // The next Jacobian has other extents than the one that it is taken at.
    const matrix square = numbers<matrix>({2, 3}, 0.8);
    const matrix wide = by_columns(square);
    const matrix expected = by_columns(wide);
    by_columns(square);
    CHECK(by_columns(by_columns(square)) == expected);
    CHECK(xt::allclose(by_rows(by_rows(square)), expected));
    CHECK(xt::allclose(by_shape(by_shape(square)), expected));
}

TEST_CASE("former results: a Hessian")
{
    const auto f = [](const auto& x) { return sum(x) * sum(x * x * x); };
    const matrix x = numbers<matrix>({2, 3}, 0.5);
    auto fresh = value_gradient_and_hessian(f);
    const matrix former = fresh(x).hessian;
    const matrix gradient = fresh(x).gradient;
    const matrix at_former = fresh(former).hessian;
    const matrix at_gradient = fresh(gradient).hessian;
    auto h = value_gradient_and_hessian(f);
    const auto& result = h(x);
    CHECK(h(result.gradient).hessian == at_gradient);
    h(x);
    CHECK(h(result.hessian).hessian == at_former);
}

TEST_CASE("former results: a product of the Jacobian with a direction")
{
    const auto f = [](const auto& x) { return x * sum(x * x); };
    const vector x = numbers({11}, 0.6);
    auto fresh = jacobian_vector_product(f);
    const vector value = fresh(x, x).value;
    const vector tangent = fresh(x, x).tangent;
    const vector expected = fresh(value, tangent).tangent;
    auto product = jacobian_vector_product(f);
    const auto& result = product(x, x);
    CHECK(product(result.value, result.tangent).tangent == expected);
}

TEST_CASE("former results: their elements as numbers")
{
    const auto f = [](const auto& x, const auto& s) { return x * sum(x * s) * s; };
    const vector five = numbers({5}, 0.2);
    const vector eight = numbers({8}, 0.7);
    const auto check = [&](auto derivative)
    {
        auto fresh = derivative;
        const matrix former = fresh(five, 0.7);
        const matrix expected = fresh(eight, former(0, 0));
        const matrix same_extents = fresh(five, former(0, 0));
        const auto& result = derivative(five, 0.7);
        CHECK(derivative(eight, result(0, 0)) == expected);
        derivative(five, 0.7);
        CHECK(derivative(five, result(0, 0)) == same_extents);
    };
    check(jacobian(f, forward_mode));
    check(jacobian(f, reverse_mode));
    check(jacobian(f));

    // The value of a Hessian is written in each of its passes.
    const auto g = [](const auto& x, const auto& s) { return sum(sin(x * s)) * sum(x) * s; };
    auto fresh = value_gradient_and_hessian(g);
    const matrix expected = fresh(five, double{fresh(five, 0.7).value}).hessian;
    auto h = value_gradient_and_hessian(g);
    const auto& result = h(five, 0.7);
    CHECK(h(five, result.value).hessian == expected);
}
