// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the derivations by hand have in common: numbers in a row, sums and products of them with
// plain loops, and the comparison of a formula with xgrad and with differences.

#include <xgrad/core/xtensor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace by_hand
{

using numbers = std::vector<double>;

/// Numbers between -1 and 1 that show no pattern.
inline numbers some_numbers(std::size_t count, double start)
{
    numbers result(count);
    for (std::size_t i = 0; i < count; ++i)
        result[i] = std::sin(start + 12.9898 * static_cast<double>(i + 1));
    return result;
}

/// The gradient of @p f at @p x by (f(x + h) - f(x - h)) / 2h in each direction.
inline numbers central_differences(const std::function<double(const numbers&)>& f, numbers x)
{
    constexpr double h = 1e-5;
    numbers gradient(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        const double before = x[i];
        x[i] = before + h;
        const double above = f(x);
        x[i] = before - h;
        const double below = f(x);
        x[i] = before;
        gradient[i] = (above - below) / (2 * h);
    }
    return gradient;
}

inline void check_equal(const numbers& actual, const numbers& expected, double tolerance)
{
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
    {
        CAPTURE(i);
        CHECK(std::abs(actual[i] - expected[i]) <= tolerance * (1 + std::abs(expected[i])));
    }
}

/// The formula of the page, the gradient that xgrad finds, and the differences of @p f at @p x.
inline void check_three_ways(const numbers& by_hand, const numbers& by_xgrad,
                             const std::function<double(const numbers&)>& f, const numbers& x)
{
    check_equal(by_xgrad, by_hand, 1e-13);
    check_equal(by_hand, central_differences(f, x), 1e-8);
}

template <class Tensor>
Tensor tensor_of(const numbers& values, const typename Tensor::shape_type& shape)
{
    Tensor result(shape);
    std::copy(values.begin(), values.end(), result.data());
    return result;
}

inline numbers values_in(const auto& view)
{
    return numbers(view.data(), view.data() + view.size());
}

inline double dot_by_hand(const numbers& a, const numbers& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

/// (rows, inner) times (inner, columns).
inline numbers product_by_hand(const numbers& a, const numbers& b, std::size_t rows,
                               std::size_t inner, std::size_t columns)
{
    numbers c(rows * columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t l = 0; l < inner; ++l)
            for (std::size_t j = 0; j < columns; ++j)
                c[i * columns + j] += a[i * inner + l] * b[l * columns + j];
    return c;
}

inline numbers transpose_by_hand(const numbers& a, std::size_t rows, std::size_t columns)
{
    numbers t;
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t i = 0; i < rows; ++i)
            t.push_back(a[i * columns + j]);
    return t;
}

} // namespace by_hand
