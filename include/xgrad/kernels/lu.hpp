// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The LU factorisation of square matrices with partial pivoting, and what it solves.
// G. H. Golub, C. F. Van Loan, "Matrix computations", 4th edition, sections 3.4 and 3.6.

#include <xgrad/kernels/detail/dense.hpp>
#include <xgrad/kernels/triangular.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// Factorises the columns [first, first + count) from the row @p first on; row exchanges reach over
/// the whole of the matrix.
template <class T>
void factorise_lu_panel(std::size_t n, std::size_t first, std::size_t count, T* a,
                        std::size_t stride, std::size_t* pivots)
{
    using std::abs;
    for (std::size_t k = first; k < first + count; ++k)
    {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i)
            if (abs(a[pivot * stride + k]) < abs(a[i * stride + k]))
                pivot = i;
        pivots[k] = pivot;
        if (pivot != k)
            std::swap_ranges(a + k * stride, a + k * stride + n, a + pivot * stride);
        if (a[k * stride + k] == T{})
            continue;
        const T inverse = T(1) / a[k * stride + k];
        for (std::size_t i = k + 1; i < n; ++i)
        {
            T& factor = a[i * stride + k];
            factor = factor * inverse;
            detail::subtract_multiple(first + count - k - 1, factor, a + k * stride + k + 1,
                                      a + i * stride + k + 1);
        }
    }
}

} // namespace detail

/// P A = L U in place of A (n x n): U on and above the diagonal, L below it with ones on its
/// diagonal that are not stored. Row k was exchanged with row pivots[k] >= k, in order. A column
/// without a pivot is left with a zero on U's diagonal; see singular_column.
template <class T>
void factorise_lu(std::size_t n, T* a, std::size_t stride, std::size_t* pivots)
{
    for (std::size_t first = 0; first < n; first += detail::dense_block)
    {
        const std::size_t count = std::min(detail::dense_block, n - first);
        detail::factorise_lu_panel(n, first, count, a, stride, pivots);
        const std::size_t rest = first + count;
        if (rest == n)
            break;
        T* const right = a + first * stride + rest;
        kernels::solve_triangular<false>(triangle::lower, true, count, n - rest,
                                         a + first * stride + first, stride, right, stride);
        detail::subtract_product<false, false>(n - rest, n - rest, count, a + rest * stride + first,
                                               stride, right, stride, a + rest * stride + rest,
                                               stride);
    }
}

/// The first column in which U of a factorisation has 0 (or NaN) on its diagonal, or n.
template <class T>
[[nodiscard]] std::size_t singular_column(std::size_t n, const T* lu, std::size_t stride)
{
    using std::abs;
    std::size_t k = 0;
    while (k < n && T{} < abs(lu[k * stride + k]))
        ++k;
    return k;
}

/// Solves A X = B, or A^T X = B, in place of B (n x columns), given the factorisation of A.
template <bool Transpose, class T>
void solve_lu(std::size_t n, std::size_t columns, const T* lu, std::size_t stride,
              const std::size_t* pivots, T* x, std::size_t x_stride)
{
    const auto exchange = [&](std::size_t k)
    {
        T* const row = x + k * x_stride;
        if (pivots[k] != k)
            std::swap_ranges(row, row + columns, x + pivots[k] * x_stride);
    };
    if constexpr (Transpose)
    {
        kernels::solve_triangular<true>(triangle::upper, false, n, columns, lu, stride, x,
                                        x_stride);
        kernels::solve_triangular<true>(triangle::lower, true, n, columns, lu, stride, x, x_stride);
        for (std::size_t k = n; k-- > 0;)
            exchange(k);
    }
    else
    {
        for (std::size_t k = 0; k < n; ++k)
            exchange(k);
        kernels::solve_triangular<false>(triangle::lower, true, n, columns, lu, stride, x,
                                         x_stride);
        kernels::solve_triangular<false>(triangle::upper, false, n, columns, lu, stride, x,
                                         x_stride);
    }
}

/// The inverse, n x n without gaps, given the factorisation.
template <class T>
void invert_lu(std::size_t n, const T* lu, std::size_t stride, const std::size_t* pivots,
               T* inverse)
{
    std::fill_n(inverse, n * n, T{});
    for (std::size_t i = 0; i < n; ++i)
        inverse[i * n + i] = T(1);
    kernels::solve_lu<false>(n, n, lu, stride, pivots, inverse, n);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
