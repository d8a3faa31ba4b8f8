// SPDX-License-Identifier: BSD-3-Clause
#include "expr/differences.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

using namespace xgrad;

namespace
{

/// A linear model of some rows and columns: everything that its likelihood is made of.
template <class T>
struct regression
{
    regression(std::size_t rows, std::size_t columns) : coefficients(rows)
    {
        tiny::fill(coefficients, 1);
        tiny::fill(deviation, 2);
        observe(rows, columns);
    }

    void observe(std::size_t rows, std::size_t columns)
    {
        data.resize(rows * columns);
        results.resize(columns);
        tiny::fill(std::span(data), 3 + columns);
        tiny::fill(std::span(results), 4);
        matrix.bind(data.data(), rows, columns);
        observed.bind(results.data(), columns);
    }

    parameter<T, shape<dynamic>, named<"coefficients">> coefficients;
    parameter<T, shape<>, named<"deviation">> deviation;
    input<T, shape<dynamic, dynamic>, named<"matrix">> matrix;
    input<T, shape<dynamic>, named<"observed">> observed;
    std::vector<T> data;
    std::vector<T> results;
};

} // namespace

TEST_CASE("streamed product: the gradient of a sum of functions of a product, on awkward sizes")
{
    for (const std::size_t columns : {1u, 2u, 7u, 8u, 9u, 17u, 63u, 64u, 65u, 200u})
        for (const std::size_t rows : {1u, 3u, 8u, 10u, 21u})
        {
            CAPTURE(columns);
            CAPTURE(rows);
            regression<double> r(rows, columns);
            const auto residual = r.observed - matmul(r.coefficients, r.matrix);
            const auto squares = sum(residual * residual);
            tiny::check_gradients(squares);
            tiny::check_gradients(mean(exp(residual * r.deviation)));
            // The gradient of the sum depends on what is computed after it.
            tiny::check_gradients(-0.5 * squares / (r.deviation * r.deviation) - log(r.deviation));
        }
}

TEST_CASE("streamed product: no columns, no rows")
{
    for (const std::size_t columns : {0u, 5u})
        for (const std::size_t rows : {0u, 2u})
        {
            regression<double> r(rows, columns);
            const auto residual = r.observed - matmul(r.coefficients, r.matrix);
            tiny::check_gradients(r.deviation * sum(residual * residual));
        }
}

TEST_CASE("streamed product: in single precision")
{
    regression<float> r(11, 77);
    regression<double> twice(11, 77);
    const auto loss = [](const auto& of)
    {
        const auto residual = of.observed - matmul(of.coefficients, of.matrix);
        return sum(residual * residual) / of.deviation;
    };
    plan p(loss(r));
    plan q(loss(twice));
    CHECK(p.value_and_gradient() == doctest::Approx(q.value_and_gradient()).epsilon(1e-5));
    CHECK(p.summary().streamed == 1);
    for (std::size_t k = 0; k < 11; ++k)
        CHECK(r.coefficients.gradient()(k) ==
              doctest::Approx(twice.coefficients.gradient()(k)).epsilon(1e-4));
    CHECK(r.deviation.gradient() == doctest::Approx(twice.deviation.gradient()).epsilon(1e-5));
}

TEST_CASE("streamed product: one pass over the matrix, where nothing else wants the product")
{
    regression<double> r(6, 100);
    parameter<double, shape<dynamic, dynamic>, named<"free">> free(6, 100);
    tiny::fill(free, 5);
    const auto product = matmul(r.coefficients, r.matrix);
    const auto residual = r.observed - product;
    const auto streamed = [](const auto& e)
    {
        plan p(e);
        p.value_and_gradient();
        return p.summary().streamed;
    };
    CHECK(streamed(sum(residual * residual)) == 1);
    CHECK(streamed(sum(log(product)) + r.deviation) == 1);
    CHECK(streamed(sum(residual * residual) + sum(product)) == 0);
    CHECK(streamed(sum(square(matmul(r.coefficients, free)))) == 0);
    CHECK(streamed(sum(square(matmul(r.matrix, r.observed)))) == 0);

    tiny::check_gradients(sum(residual * residual) + sum(product));
    tiny::check_gradients(sum(residual * matmul(r.coefficients, r.matrix)));
    tiny::check_gradients(sum(square(matmul(r.coefficients, free))));
    tiny::check_gradients(sum(residual * r.observed) * sum(square(product)));
}

TEST_CASE("streamed product: with more rows than stay near it is computed as any other")
{
    regression<double> r(65, 70);
    const auto residual = r.observed - matmul(r.coefficients, r.matrix) / 40.0;
    plan p(sum(residual * residual));
    p.value_and_gradient();
    CHECK(p.summary().streamed == 0);
    tiny::check_gradients(sum(residual * residual));
}

TEST_CASE("streamed product: the vector and the matrix may be computed, and used elsewhere")
{
    regression<double> r(9, 50);
    const auto& b = r.coefficients;
    const auto product = matmul(exp(b), log(r.matrix));
    const auto loss = sum(tanh(product / 10.0) * r.deviation);
    CHECK(
        [&]
        {
            plan p(loss);
            p.value_and_gradient();
            return p.summary().streamed;
        }() == 1);
    tiny::check_gradients(loss);
    tiny::check_gradients(sum(b * b) + loss + sum(exp(b)));
    tiny::check_gradients(loss * loss + sum(exp(b)) * loss);
    const auto scaled = b * sum(b);
    tiny::check_gradients(sum(square(matmul(scaled, r.matrix))) / r.deviation + sum(sin(scaled)));
}

TEST_CASE("streamed product: of a part of a vector it is computed as any other")
{
    regression<double> r(9, 50);
    parameter<double, shape<20>, named<"all">> all;
    tiny::fill(all, 6);
    const auto part = slice(all, axis<0>, range<3, 12>);
    tiny::check_gradients(sum(square(r.observed - matmul(part, r.matrix))) + sum(all));
}

TEST_CASE("streamed product: gradients accumulate")
{
    regression<double> r(4, 30);
    const auto residual = r.observed - matmul(r.coefficients, r.matrix);
    plan p(sum(residual * residual) / r.deviation);
    p.value_and_gradient();
    const std::vector<double> once = tiny::gradients_of(p);
    p.accumulate();
    const std::vector<double> twice = tiny::gradients_of(p);
    for (std::size_t i = 0; i < once.size(); ++i)
        CHECK(twice[i] == doctest::Approx(2 * once[i]).epsilon(1e-14));
}

TEST_CASE("streamed product: where no derivative arrives, infinite ones leave no trace")
{
    regression<double> r(2, 20);
    for (std::size_t k = 0; k < 2; ++k)
        r.coefficients.data()[k] = 0; // so that the derivative of the root is infinite
    constant<double> zero(0.0);
    plan p(zero * sum(sqrt(matmul(r.coefficients, r.matrix))) + r.deviation);
    p.value_and_gradient();
    CHECK(p.summary().streamed == 1);
    CHECK(r.coefficients.gradient()(0) == 0);
    CHECK(r.coefficients.gradient()(1) == 0);
}

TEST_CASE("streamed product: other extents from one evaluation to the next")
{
    regression<double> r(3, 40);
    const auto residual = r.observed - matmul(r.coefficients, r.matrix);
    plan p(sum(residual * residual));
    for (const std::size_t columns : {40u, 3u, 150u, 1u, 64u})
    {
        r.observe(3, columns);
        evaluation values(sum(residual * residual));
        CHECK(p.value_and_gradient() == doctest::Approx(values.forward()).epsilon(1e-12));
        tiny::check_gradients(sum(residual * residual));
    }
}

TEST_CASE("streamed product: a plan says so")
{
    regression<double> r(3, 40);
    const auto residual = r.observed - matmul(r.coefficients, r.matrix);
    plan p(sum(residual * residual));
    p.value_and_gradient();
    CHECK(p.describe().find("one pass over it") != std::string::npos);
}
