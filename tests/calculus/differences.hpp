// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Derivatives of functions against central differences of the functions, and second derivatives
// against those of first ones.

#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

namespace differences
{

/// Pointers to all numbers of arguments or gradients, in order.
template <class... A>
std::vector<double*> numbers_of(A&... a)
{
    std::vector<double*> result;
    auto add = [&]<std::size_t>(auto& part)
    {
        using P = std::remove_cvref_t<decltype(part)>;
        if constexpr (std::is_same_v<P, double>)
            result.push_back(&part);
        else if constexpr (xgrad::detail::any_xtensor<P>)
            for (auto& x : part)
                result.push_back(&x);
    };
    (xgrad::detail::for_each_part<0>(a, add), ...);
    return result;
}

template <class G>
std::vector<double> values_of(G gradient)
{
    std::vector<double> result;
    for (const double* x : numbers_of(gradient))
        result.push_back(*x);
    return result;
}

inline void check_close(double found, double expected, double scale, const char* what,
                        std::size_t i)
{
    CAPTURE(what);
    CAPTURE(i);
    CHECK(found == doctest::Approx(expected).epsilon(1e-7).scale(scale));
}

/// Gradient and Hessian of f with respect to all of its arguments, which are numbers, tensors and
/// structures of doubles; the product of the Hessian with a direction agrees with it.
template <class F, class... A>
void check(F f, A... a)
{
    auto g = xgrad::value_and_gradient(f);
    auto h = xgrad::value_gradient_and_hessian(f);
    const auto numbers = numbers_of(a...);
    const std::vector<double> gradient = values_of(g(a...).gradient);
    const auto second = h(a...);
    REQUIRE(gradient.size() == numbers.size());
    CHECK(second.value == doctest::Approx(g(a...).value));
    const std::vector<double> same_gradient = values_of(second.gradient);
    for (std::size_t i = 0; i < numbers.size(); ++i)
    {
        const double before = *numbers[i];
        const double step = 1e-5;
        *numbers[i] = before + step;
        const double above = g(a...).value;
        const std::vector<double> gradient_above = values_of(g(a...).gradient);
        *numbers[i] = before - step;
        const double below = g(a...).value;
        const std::vector<double> gradient_below = values_of(g(a...).gradient);
        *numbers[i] = before;
        check_close(gradient[i], (above - below) / (2 * step), 1 + std::abs(above), "gradient", i);
        check_close(same_gradient[i], gradient[i], 1, "gradient beside the Hessian", i);
        for (std::size_t k = 0; k < numbers.size(); ++k)
            check_close(second.hessian(i, k), (gradient_above[k] - gradient_below[k]) / (2 * step),
                        1 + std::abs(gradient[k]), "hessian", i);
    }
}

} // namespace differences
