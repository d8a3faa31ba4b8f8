// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tiny
{

/// Fills with numbers between 0.3 and 1.1 that repeat late and have no pattern.
template <class T>
void fill(std::span<T> values, std::size_t seed = 1)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<T>(0.3 + static_cast<double>((i * 37 + seed * 101) % 83) / 103.75);
}

template <class P>
void fill(P& parameter, std::size_t seed = 1)
{
    tiny::fill(std::span(parameter.data(), parameter.size()), seed);
}

/// The gradients of all parameters of a plan, one after another.
template <class Plan>
std::vector<double> gradients_of(const Plan& p)
{
    std::vector<double> result;
    p.parameters().for_each([&](auto, auto, auto gradients, auto)
                            { result.insert(result.end(), gradients.begin(), gradients.end()); });
    return result;
}

/// Checks value_and_gradient() of a scalar expression of doubles, and forward() with backward(),
/// against central differences of the expression's values.
template <class E>
void check_gradients(const E& expression, double tolerance = 1e-7)
{
    xgrad::plan both(expression);
    xgrad::evaluation values(expression);
    const double value = values.forward();
    CHECK(both.value_and_gradient() == doctest::Approx(value).epsilon(1e-12));
    const std::vector<double> gradients = tiny::gradients_of(both);

    CHECK(both.forward() == doctest::Approx(value).epsilon(1e-12));
    both.backward();
    const std::vector<double> again = tiny::gradients_of(both);
    REQUIRE(again.size() == gradients.size());
    for (std::size_t i = 0; i < again.size(); ++i)
        CHECK(again[i] == doctest::Approx(gradients[i]).epsilon(1e-12));

    std::size_t next = 0;
    both.parameters().for_each(
        [&](auto, std::span<double> elements, auto, auto)
        {
            for (double& element : elements)
            {
                const double before = element;
                const double step = 1e-5;
                element = before + step;
                const double above = values.forward();
                element = before - step;
                const double below = values.forward();
                element = before;
                const double difference = (above - below) / (2 * step);
                const double scale = std::abs(difference) + std::abs(value) * 1e-3 + 1e-3;
                CHECK(std::abs(gradients[next] - difference) <= tolerance * scale);
                ++next;
            }
        });
}

} // namespace tiny
