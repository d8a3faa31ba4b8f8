// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "guarded.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace xgrad::test
{

/// A rows x columns matrix whose rows lie @p stride elements apart; between them is NaN.
template <class T>
struct spaced_matrix
{
    std::size_t rows, columns, stride;
    guarded<T> memory;

    spaced_matrix(std::size_t m, std::size_t n, std::size_t gap = 3)
        : rows(m), columns(n), stride(n + gap),
          memory(m * stride, 1, std::numeric_limits<T>::quiet_NaN())
    {
    }

    T& operator()(std::size_t i, std::size_t j) { return memory[i * stride + j]; }
    const T& operator()(std::size_t i, std::size_t j) const { return memory[i * stride + j]; }
    T* data() { return memory.data(); }

    /// Whether nothing was written between the rows or outside.
    bool intact() const
    {
        bool result = memory.intact();
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = columns; j < stride; ++j)
                result = result && std::isnan(memory[i * stride + j]);
        return result;
    }
};

/// Numbers in [-1, 1] without a pattern, and @p diagonal added on the diagonal.
template <class T>
spaced_matrix<T> random_matrix(std::size_t m, std::size_t n, double diagonal = 0)
{
    spaced_matrix<T> result(m, n);
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j)
        {
            const double entry = std::sin(static_cast<double>(1 + i * 131 + j * 37 + i * j * 11));
            result(i, j) = static_cast<T>(entry + (i == j ? diagonal : 0));
        }
    return result;
}

/// The largest distance between a b and c, relative to the size of their products, in units of the
/// precision of T, or of double, in which it is computed.
template <class T, class A, class B, class C>
double distance(std::size_t m, std::size_t n, std::size_t k, const A& a, const B& b, const C& c)
{
    double worst = 0;
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j)
        {
            double sum = 0;
            double size = 1;
            for (std::size_t p = 0; p < k; ++p)
            {
                const double term = static_cast<double>(a(i, p)) * static_cast<double>(b(p, j));
                sum += term;
                size += std::abs(term);
            }
            const double error = std::abs(sum - static_cast<double>(c(i, j))) / size;
            worst = std::isnan(error) ? 1e300 : std::max(worst, error);
        }
    return worst / std::max(static_cast<double>(std::numeric_limits<T>::epsilon()),
                            std::numeric_limits<double>::epsilon());
}

/// Sizes around those of vectors and of the blocks of the factorisations.
inline std::vector<std::size_t> dense_sizes() { return {0, 1, 2, 7, 8, 31, 32, 33, 70, 161}; }

} // namespace xgrad::test
