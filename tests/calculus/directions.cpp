// SPDX-License-Identifier: BSD-3-Clause

// Values and directions that regions read where the caller has them.

#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>

using namespace xgrad;

namespace
{

/// Of rank 1 or 2, all different and none near 0.
template <class Tensor>
Tensor numbers(typename Tensor::shape_type shape, double step)
{
    Tensor result(shape);
    for (std::size_t i = 0; i < result.size(); ++i)
        result.data()[i] = static_cast<typename Tensor::value_type>(
            1 + 0.6 * std::sin(step * static_cast<double>(i + 1)));
    return result;
}

using vector = xt::xtensor<double, 1>;
using matrix = xt::xtensor<double, 2>;

vector numbers(std::size_t n, double step) { return numbers<vector>({n}, step); }

/// First and second derivatives of a scalar along a direction of the first argument, against the
/// gradient and its differences.
template <class F, class X, class... C>
void check(F f, const X& x, const X& direction, const C&... c)
{
    const double step = 1e-5;
    const double tolerance = 1e-8;
    auto g = gradient(f, wrt<0>);
    const X there = g(x, c...);
    const X above = g(X(x + step * direction), c...);
    const X below = g(X(x - step * direction), c...);
    auto product = hessian_vector_product(f, wrt<0>);
    for (int again = 0; again < 2; ++again)
    {
        const auto& found = product(x, c..., direction);
        REQUIRE(found.gradient.size() == x.size());
        double along = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
        {
            CAPTURE(i);
            CHECK(found.gradient.data()[i] ==
                  doctest::Approx(there.data()[i]).epsilon(tolerance).scale(1));
            CHECK(found.product.data()[i] ==
                  doctest::Approx((above.data()[i] - below.data()[i]) / (2 * step))
                      .epsilon(tolerance)
                      .scale(1 + std::abs(there.data()[i])));
            along += there.data()[i] * direction.data()[i];
        }
        const auto value = jacobian_vector_product(f, wrt<0>)(x, c..., direction);
        CHECK(value.tangent == doctest::Approx(along).epsilon(tolerance).scale(1));
    }
}

} // namespace

TEST_CASE("directions: windows, tails and tensors that do not move")
{
    const auto f = [](const auto& x, const auto& c, const auto& d)
    {
        const auto here = slice(x, axis<0>, range<0, -1>);
        const auto next = slice(x, axis<0>, range<1>);
        const auto curve = next * slice(c, axis<0>, range<1>) - here * here;
        return sum(3.0 * curve * curve + d * exp(here) * slice(c, axis<0>, range<0, -1>));
    };
    for (const std::size_t n : {2U, 4U, 9U, 17U, 40U})
    {
        CAPTURE(n);
        check(f, numbers(n, 0.7), numbers(n, 0.9), numbers(n, 0.3), numbers(n - 1, 0.4));
        // The same in another precision.
        using floats = xt::xtensor<float, 1>;
        auto product = hessian_vector_product(f, wrt<0>);
        auto rounded = hessian_vector_product(f, wrt<0>);
        const auto& expected =
            product(numbers(n, 0.7), numbers(n, 0.3), numbers(n - 1, 0.4), numbers(n, 0.9));
        const auto& found = rounded(numbers<floats>({n}, 0.7), numbers<floats>({n}, 0.3),
                                    numbers<floats>({n - 1}, 0.4), numbers<floats>({n}, 0.9));
        for (std::size_t i = 0; i < n; ++i)
        {
            CHECK(found.gradient(i) ==
                  doctest::Approx(expected.gradient(i)).epsilon(1e-5).scale(10));
            CHECK(found.product(i) == doctest::Approx(expected.product(i)).epsilon(1e-5).scale(10));
        }
    }
}

TEST_CASE("directions: rows and columns that repeat")
{
    const auto f = [](const auto& x, const auto& c, const auto& row)
    { return sum(exp(x * row) * c + mean(x * x, axis<0>) * row); };
    for (const std::size_t n : {1U, 5U, 11U})
        check(f, numbers<matrix>({3, n}, 0.7), numbers<matrix>({3, n}, 0.9),
              numbers<matrix>({3, n}, 0.3), numbers(n, 0.4));
    // An extent of 1 that only the run tells: the region's loop is not the compiled one.
    check(f, numbers<matrix>({3, 5}, 0.7), numbers<matrix>({3, 5}, 0.9),
          numbers<matrix>({1, 5}, 0.3), numbers(5, 0.4));
    check(f, numbers<matrix>({1, 5}, 0.7), numbers<matrix>({1, 5}, 0.9),
          numbers<matrix>({3, 5}, 0.3), numbers(5, 0.4));
}

TEST_CASE("directions: single elements, and one that repeats")
{
    const auto f = [](const auto& x, const auto& c)
    {
        const auto first = slice(x, axis<0>, range<0, 1>);
        const auto third = reshape(slice(x, axis<0>, range<2, 3>), shape<>{});
        const auto factor = reshape(slice(c, axis<0>, range<1, 2>), shape<>{});
        return sum(exp(first * c) * x * first) + third * third * third * factor;
    };
    for (const std::size_t n : {3U, 21U})
        check(f, numbers(n, 0.7), numbers(n, 0.9), numbers(n, 0.3));
}

TEST_CASE("directions: several tensors of one type")
{
    using three = std::array<vector, 3>;
    const auto f = [](const auto& x, const auto& c)
    {
        const auto product = x[0] * c[0] + x[1] * c[1] * x[0] + x[2] * x[2] * c[2];
        return sum(product * product);
    };
    const auto many = [f](const auto& x, const auto& c) // too long for the tree form
    {
        const auto one = tanh(x[0] * c[0]) + tanh(x[1] * c[1]) + tanh(x[2] * c[2]);
        const auto two = sin(x[0] * one) + sin(x[1] * one) + sin(x[2] * one);
        const auto last = (x[0] * two - c[0]) * (x[1] * two - c[1]) * (x[2] * two - c[2]);
        return sum(last * one - two) + f(x, c);
    };
    const three x{numbers(11, 0.7), numbers(11, 0.8), numbers(11, 0.9)};
    const three v{numbers(11, 0.2), numbers(11, 0.3), numbers(11, 0.4)};
    const three c{numbers(11, 0.5), numbers(11, 0.6), numbers(11, 0.1)};
    const auto check_three = [&](auto function)
    {
        auto g = gradient(function, wrt<0>);
        three above = x;
        three below = x;
        for (std::size_t k = 0; k < 3; ++k)
        {
            above[k] += 1e-5 * v[k];
            below[k] -= 1e-5 * v[k];
        }
        const three there = g(x, c);
        const three gradient_above = g(above, c);
        const three gradient_below = g(below, c);
        auto product = hessian_vector_product(function, wrt<0>);
        const auto& found = product(x, c, v);
        for (std::size_t k = 0; k < 3; ++k)
            for (std::size_t i = 0; i < 11; ++i)
            {
                CHECK(found.gradient[k](i) == doctest::Approx(there[k](i)));
                CHECK(found.product[k](i) ==
                      doctest::Approx((gradient_above[k](i) - gradient_below[k](i)) / 2e-5)
                          .epsilon(1e-7)
                          .scale(1 + std::abs(there[k](i))));
            }
    };
    check_three(f);
    check_three(many);
}

TEST_CASE("directions: a tensor that a kernel reads as well")
{
    const auto f = [](const auto& x, const auto& c, const auto& m)
    { return sum(exp(x * c) + c * matmul(m, x)) + logsumexp(c * x); };
    check(f, numbers(9, 0.7), numbers(9, 0.9), numbers(9, 0.3), numbers<matrix>({9, 9}, 0.4));
    const auto cubes = [](const auto& x, const auto& c)
    { return sum(concatenate(axis<0>, x * x * x, x) * c); };
    check(cubes, numbers(9, 0.7), numbers(9, 0.9), numbers(18, 0.3));
}

TEST_CASE("directions: a batch in parts")
{
    const auto f = [](const auto& x, const auto& rows, const auto& m)
    { return sum(tanh(matmul(tanh(rows * x), m))); };
    // Extents that the type knows: not those of a batch.
    const xt::xtensor_fixed<double, xt::xshape<40, 40>> m = 0.02 * numbers<matrix>({40, 40}, 0.4);
    check(f, numbers(40, 0.7), numbers(40, 0.9), numbers<matrix>({3000, 40}, 0.3), m);
}

TEST_CASE("directions: a former result as argument or direction")
{
    const auto f = [](const auto& x, const auto& c)
    {
        const auto here = slice(x, axis<0>, range<0, -1>);
        const auto next = slice(x, axis<0>, range<1>);
        return sum(here * here * next * next) + sum(x * x * c);
    };
    const vector x = numbers(21, 0.7);
    const vector v = numbers(21, 0.9);
    const vector c = numbers(21, 0.3);
    auto product = hessian_vector_product(f, wrt<0>);
    auto fresh = hessian_vector_product(f, wrt<0>);
    const vector once = fresh(x, c, v).product;
    const vector gradient = fresh(x, c, v).gradient;
    const auto& result = product(x, c, v);
    product(x, c, result.product);
    CHECK(result.product == fresh(x, c, once).product);
    product(x, c, v);
    product(result.gradient, result.product, result.product);
    CHECK(result.product == fresh(gradient, once, once).product);
    CHECK(result.gradient == fresh(gradient, once, once).gradient);
}

TEST_CASE("directions: other extents, and none at all")
{
    const auto f = [](const auto& x, const auto& c) { return sum(exp(x * c) * x); };
    auto product = hessian_vector_product(f, wrt<0>);
    for (const std::size_t n : {9U, 0U, 3U, 30U})
    {
        const auto& found = product(numbers(n, 0.7), numbers(n, 0.3), numbers(n, 0.9));
        const vector expected = gradient(f, wrt<0>)(numbers(n, 0.7), numbers(n, 0.3));
        REQUIRE(found.product.size() == n);
        for (std::size_t i = 0; i < n; ++i)
            CHECK(found.gradient(i) == doctest::Approx(expected(i)));
    }
    const vector three = numbers(3, 0.7);
    CHECK_THROWS_AS(product(three, three, numbers(4, 0.9)), shape_error);
}

TEST_CASE("directions: where no derivative arrives there is 0")
{
    using two = std::array<vector, 2>;
    const auto f = [](const auto& x) { return sum(x[0] * x[0] * stop_gradient(x[1])); };
    auto product = hessian_vector_product(f);
    const two x{numbers(9, 0.7), numbers(9, 0.8)};
    const two v{numbers(9, 0.2), numbers(9, 0.3)};
    for (int again = 0; again < 2; ++again)
    {
        const auto& [gradient, along] = product(x, v);
        for (std::size_t i = 0; i < 9; ++i)
        {
            CHECK(gradient[1](i) == 0);
            CHECK(along[1](i) == 0);
            CHECK(along[0](i) == doctest::Approx(2 * v[0](i) * x[1](i)));
        }
    }
}

TEST_CASE("directions: of numbers that carry derivatives already")
{
    using number = dual<double, 1>;
    using tensor = xt::xtensor<number, 1>;
    for (const std::size_t n : {3U, 19U})
    {
        tensor x(std::array<std::size_t, 1>{n});
        tensor v(x.shape());
        tensor c(x.shape());
        for (std::size_t i = 0; i < n; ++i)
        {
            const double at = 0.5 + 0.1 * static_cast<double>(i);
            x(i) = number::variable(at);
            v(i) = number(2.0);
            c(i) = number(at, {3.0});
        }
        auto product = hessian_vector_product(
            [](const auto& a, const auto& b) { return sum(a * a * a * a * b); }, wrt<0>);
        const auto& found = product(x, c, v);
        for (std::size_t i = 0; i < n; ++i)
        {
            const double at = x(i).value;
            CHECK(found.gradient(i).value == doctest::Approx(4 * at * at * at * at));
            CHECK(found.product(i).value == doctest::Approx(24 * at * at * at));
            CHECK(found.product(i).tangent[0] == doctest::Approx(48 * at * at + 72 * at * at));
        }
    }
}
