// SPDX-License-Identifier: BSD-3-Clause

#include "calculus/differences.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>

using namespace xgrad;
using vector = xt::xtensor<double, 1>;

namespace
{

vector numbers(std::size_t n)
{
    vector x(std::array<std::size_t, 1>{n});
    for (std::size_t i = 0; i < n; ++i)
        x(i) = 0.37 + 0.11 * static_cast<double>(i % 7);
    return x;
}

const auto rosenbrock = [](const auto& x)
{
    const auto here = slice(x, axis<0>, range<0, -1>);
    const auto curve = slice(x, axis<0>, range<1>) - here * here;
    return sum(100.0 * curve * curve + (1.0 - here) * (1.0 - here));
};

} // namespace

TEST_CASE("hessian: slices, reductions, products and softmax have second derivatives")
{
    differences::check(rosenbrock, numbers(5));
    differences::check([](const auto& x) { return logsumexp(x * x) + sum(softmax(x) * x); },
                       numbers(4));
    differences::check([](const auto& x) { return var(x) * norm(x) + mean(exp(x)) * max(x); },
                       numbers(6));
    differences::check(
        [](const auto& x)
        {
            const auto m = reshape(x, shape<2, 3>{});
            return sum(tanh(matmul(m, transpose(m))));
        },
        numbers(6));
    differences::check(
        [](const auto& x)
        {
            return sum(pow(x, 3) + pow(x, 2.5) * where(x > 0.53, sqrt(x), log(x)) +
                       maximum(x, x * x) + abs(x) + relu(x) * sigmoid(x) + softplus(x));
        },
        numbers(9));
}

TEST_CASE("hessian: numbers that do not move, on either side and in each operation")
{
    for (const std::size_t n : {1U, 3U, 19U})
    {
        const vector at = numbers(n);
        differences::check(
            [](const auto& x)
            {
                const auto product = (2.0 * x) * (x * 0.5) + (1.5 - x) * (x - 0.25);
                return sum(product + 0.7 / x + x / 0.3 + pow(1.2, x) + hypot(x, 2.0) +
                           maximum(x, 0.5) * where(x > 0.5, 3.0 * x, -x));
            },
            at);
        differences::check([](const auto& x) { return 3.0 * mean(2.0 * (x * (4.0 * x))); }, at);
        differences::check([](const auto& x) { return sum(-(1.0 - 2.0 * x) + 3.0 * x * x * x); },
                           at);
    }
}

TEST_CASE("hessian: an argument that is not chosen does not move")
{
    const vector x = numbers(11);
    vector c(std::array<std::size_t, 1>{11});
    for (std::size_t i = 0; i < 11; ++i)
        c(i) = std::cos(static_cast<double>(i));
    const auto f = [](const auto& a, const auto& b, const auto& s)
    { return sum(exp(a * a * s) * b * b + (a - b) * (b + s) * (b / a) + s * b * (a + 0.5)); };
    auto of_x = hessian(f, wrt<1>);
    const auto& found = of_x(c, x, 0.4);
    for (std::size_t i = 0; i < 11; ++i)
        for (std::size_t k = 0; k < 11; ++k)
            CHECK(found(i, k) == doctest::Approx(i != k ? 0
                                                        : 2 * std::exp(c(i) * c(i) * 0.4) +
                                                              (2 * c(i) - 6 * x(i) - 0.8) / c(i)));
}

TEST_CASE("hessian: a derivative that is 0 has a derivative")
{
    // d/dx (exp(x) - 1)^2 = 0 at 0, where the second derivative is 2.
    const auto f = [](const auto& x) { return (exp(x) - 1.0) * (exp(x) - 1.0); };
    CHECK(hessian(f)(0.0)(0, 0) == doctest::Approx(2));
}

TEST_CASE("hessian: the product with a direction is a column combination of the matrix")
{
    for (const std::size_t n : {2U, 8U, 21U})
    {
        const vector x = numbers(n);
        vector v(std::array<std::size_t, 1>{n});
        for (std::size_t i = 0; i < n; ++i)
            v(i) = std::sin(static_cast<double>(i));
        auto whole = hessian(rosenbrock);
        auto product = hessian_vector_product(rosenbrock);
        const auto& h = whole(x);
        const auto& [gradient, along] = product(x, v);
        for (std::size_t i = 0; i < n; ++i)
        {
            double expected = 0;
            for (std::size_t k = 0; k < n; ++k)
                expected += h(i, k) * v(k);
            CHECK(along(i) == doctest::Approx(expected).scale(100));
        }
        CHECK(gradient(0) == doctest::Approx(xgrad::gradient(rosenbrock)(x)(0)));
        CHECK_THROWS_AS(product(x, vector{1, 2, 3}), shape_error);
    }
}

TEST_CASE("hessian: of some of the arguments")
{
    const auto f = [](const auto& x, const auto& y, const auto& data)
    { return x * x * y * sum(data) + exp(x * y); };
    auto h = hessian(f, wrt<0>);
    const vector data{1, 2};
    CHECK(h(2.0, 3.0, data)(0, 0) == doctest::Approx(18 + 9 * std::exp(6.0)));
    auto product = hessian_vector_product(f, wrt<0, 1>);
    const auto& both = product(2.0, 3.0, data, 1.0, 0.0);
    CHECK(std::get<1>(both.product) == doctest::Approx(12 + std::exp(6.0) + 6 * std::exp(6.0)));
}
