// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tensors.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace xgrad::test
{

/// Rows of square matrices, small ones and more than a block.
inline std::vector<std::size_t> matrix_sizes() { return {0, 1, 2, 3, 8, 33}; }

/// Square matrices with distinct numbers, far from singular; some need pivoting.
template <class T>
void make_regular(T* data, std::size_t count, std::size_t n)
{
    for (std::size_t m = 0; m < count; ++m)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
            {
                const double small =
                    0.3 * std::sin(1.0 + static_cast<double>(7 * i + 3 * j + 5 * m + i * j));
                const std::size_t large = n < 2 ? i : i ^ std::size_t{i / 2 * 2 + 1 < n};
                data[(m * n + i) * n + j] = static_cast<T>(small + (j == large ? 2.0 : 0.0));
            }
}

/// A parameter that holds such matrices.
template <class Tag, class Shape, class T = double>
parameter<T, Shape, Tag> regular(const dimensions& e)
{
    auto values = filled_tensor<T, Shape::rank>(e);
    make_regular(values.data(), e.product(0, e.rank - 2), e[e.rank - 1]);
    return parameter<T, Shape, Tag>(values);
}

/// A parameter that holds symmetric positive definite matrices.
template <class Tag, class Shape, class T = double>
parameter<T, Shape, Tag> positive_definite(const dimensions& e)
{
    auto values = filled_tensor<T, Shape::rank>(e);
    const std::size_t n = e[e.rank - 1];
    for (std::size_t k = 0; k < values.size(); ++k)
    {
        const std::size_t i = k / n % n;
        const std::size_t j = k % n;
        const double entry = 0.4 * std::cos(static_cast<double>((i + 1) * (j + 1) + k / n / n));
        values.data()[k] = static_cast<T>(entry + (i == j ? static_cast<double>(n) : 0.0));
    }
    return parameter<T, Shape, Tag>(values);
}

/// a b of the n x n matrix a and the n x columns matrix b.
inline std::vector<double> product_of(std::size_t n, std::size_t columns, const double* a,
                                      const double* b)
{
    std::vector<double> result(n * columns);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t j = 0; j < columns; ++j)
                result[i * columns + j] += a[i * n + k] * b[k * columns + j];
    return result;
}

inline std::vector<double> unit_matrix(std::size_t n)
{
    std::vector<double> result(n * n);
    for (std::size_t i = 0; i < n; ++i)
        result[i * n + i] = 1;
    return result;
}

inline void check_near(const std::vector<double>& found, const std::vector<double>& expected,
                       double tolerance = 1e-12)
{
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        CHECK(std::abs(found[i] - expected[i]) <= tolerance * (1 + std::abs(expected[i])));
}

} // namespace xgrad::test
