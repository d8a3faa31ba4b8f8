// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The Cholesky factorisation of symmetric positive definite matrices.
// G. H. Golub, C. F. Van Loan, "Matrix computations", 4th edition, section 4.2.

#include <xgrad/kernels/detail/dense.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// Factorises a diagonal block; the number of its first column without a positive pivot, or n.
template <class T>
[[nodiscard]] std::size_t factorise_cholesky_block(std::size_t n, T* a, std::size_t stride)
{
    using std::sqrt;
    for (std::size_t i = 0; i < n; ++i)
    {
        T* const row = a + i * stride;
        for (std::size_t j = 0; j < i; ++j)
            row[j] = (row[j] - detail::inner_product(j, row, a + j * stride)) / a[j * stride + j];
        const T pivot = row[i] - detail::inner_product(i, row, row);
        if (!(T{} < pivot))
            return i;
        row[i] = sqrt(pivot);
    }
    return n;
}

/// Solves X L^T = B in place of B (rows x n), with L lower triangular.
template <class T>
void solve_right_transposed(std::size_t rows, std::size_t n, const T* l, std::size_t l_stride, T* x,
                            std::size_t x_stride)
{
    for (std::size_t i = 0; i < rows; ++i)
    {
        T* const row = x + i * x_stride;
        for (std::size_t j = 0; j < n; ++j)
            row[j] =
                (row[j] - detail::inner_product(j, row, l + j * l_stride)) / l[j * l_stride + j];
    }
}

} // namespace detail

/// A = L L^T with L lower triangular, in place of the lower half of A (n x n); nothing above the
/// diagonal is read, what is there afterwards means nothing. Returns n, or the number of the first
/// column that shows that A is not positive definite.
template <class T>
[[nodiscard]] std::size_t factorise_cholesky(std::size_t n, T* a, std::size_t stride)
{
    constexpr std::size_t block = detail::dense_block;
    for (std::size_t first = 0; first < n; first += block)
    {
        const std::size_t count = std::min(block, n - first);
        T* const diagonal = a + first * stride + first;
        const std::size_t good = detail::factorise_cholesky_block(count, diagonal, stride);
        if (good < count)
            return first + good;
        const std::size_t rest = first + count;
        T* const below = a + rest * stride + first;
        detail::solve_right_transposed(n - rest, count, diagonal, stride, below, stride);
        // The lower half of what remains, a block of columns at a time.
        for (std::size_t j = rest; j < n; j += 4 * block)
            detail::subtract_product<false, true>(
                n - j, std::min(4 * block, n - j), count, a + j * stride + first, stride,
                a + j * stride + first, stride, a + j * stride + j, stride);
    }
    return n;
}

} // namespace xgrad::inline XGRAD_ABI::kernels
