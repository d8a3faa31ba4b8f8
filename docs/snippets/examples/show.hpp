// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the examples of the pages print with.

#include <xgrad/xgrad.hpp>

#include <cmath>
#include <iostream>

/// One line: the label, then the elements row by row. What rounding leaves of a 0 is written as 0,
/// and NaN without a sign.
inline void print(const char* label, const auto& values)
{
    const auto tidy = [](auto number) {
        return std::abs(number) < 1e-12 ? 0 : std::isnan(number) ? std::abs(number) : number;
    };
    std::cout << label << ':';
    if constexpr (requires { values.begin(); })
        for (const auto& element : values)
            std::cout << ' ' << tidy(element);
    else
        std::cout << ' ' << tidy(values);
    std::cout << '\n';
}

/// The value of an expression, and the gradients of some of its parameters: those of the sum of its
/// elements.
template <class E, class... Parameters>
void show(const E& expression, const Parameters&... parameters)
{
    if constexpr (sizeof...(Parameters) == 0)
    {
        xgrad::evaluation values(expression);
        print("value", values.forward());
    }
    else
    {
        xgrad::plan sweeps(expression);
        const auto value = sweeps.forward();
        print("value", value);
        if constexpr (E::rank == 0)
            sweeps.backward();
        else
            sweeps.backward(xt::ones_like(value));
        (print("gradient", parameters.gradient()), ...);
    }
}

/// Begins what one page shows.
inline void section(const char* page) { std::cout << '[' << page << "]\n"; }
