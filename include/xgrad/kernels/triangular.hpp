// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/dense.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// Which half of a square matrix is read; the other is taken to be 0 without being looked at.
enum class triangle : bool
{
    lower,
    upper
};

namespace detail
{

/// One block of solve_triangular: rows [first, first + count) of @p x, of which the parts due to
/// other rows have been subtracted.
template <bool Transpose, class T>
void solve_diagonal_block(bool forwards, std::size_t count, std::size_t columns, const T* a,
                          std::size_t a_stride, bool unit, T* x, std::size_t x_stride)
{
    for (std::size_t step = 0; step < count; ++step)
    {
        const std::size_t i = forwards ? step : count - 1 - step;
        T* const row = x + i * x_stride;
        for (std::size_t k = forwards ? 0 : i + 1; k < (forwards ? i : count); ++k)
            detail::subtract_multiple(columns, a[Transpose ? k * a_stride + i : i * a_stride + k],
                                      x + k * x_stride, row);
        if (!unit)
            detail::scale(columns, T(T(1) / a[i * a_stride + i]), row);
    }
}

} // namespace detail

/// Solves op(A) X = B in place: @p x holds B (n x columns) and then X. op(A) is A or its transpose,
/// A the @p half of an n x n matrix, with ones on the diagonal where @p unit. Blocks of rows are
/// solved one after the other, each preceded by one product for all rows below it. A zero on the
/// diagonal gives what IEEE arithmetic gives.
template <bool Transpose, class T>
void solve_triangular(triangle half, bool unit, std::size_t n, std::size_t columns, const T* a,
                      std::size_t a_stride, T* x, std::size_t x_stride)
{
    constexpr std::size_t block = detail::dense_block;
    const bool forwards = (half == triangle::lower) != Transpose;
    const std::size_t blocks = (n + block - 1) / block;
    for (std::size_t step = 0; step < blocks; ++step)
    {
        const std::size_t first = (forwards ? step : blocks - 1 - step) * block;
        const std::size_t count = std::min(block, n - first);
        detail::solve_diagonal_block<Transpose>(forwards, count, columns,
                                                a + first * a_stride + first, a_stride, unit,
                                                x + first * x_stride, x_stride);
        // What is solved now is subtracted from the rows that are not.
        const std::size_t rest = forwards ? first + count : 0;
        const std::size_t rows = forwards ? n - rest : first;
        if (rows > 0)
            detail::subtract_product<Transpose, false>(
                rows, columns, count,
                a + (Transpose ? first * a_stride + rest : rest * a_stride + first), a_stride,
                x + first * x_stride, x_stride, x + rest * x_stride, x_stride);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels
