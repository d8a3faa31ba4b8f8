// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/pooling_halving.hpp>
#include <xgrad/kernels/detail/pooling_windows.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/pooling_geometry.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

// Two-dimensional maximum and average pooling and their adjoints, plane by plane.
//
// x, grad_x:            (planes, height, width), planes being batch times channels
// out, grad_out, index: (planes, out_height, out_width)
// All are dense and row-major, may be misaligned and do not overlap. The geometry is valid:
// geometry.problem() is empty.
namespace xgrad::inline XGRAD_ABI::kernels
{

/// The smallest type for the cells of windows of a geometry known when compiling.
template <pooling_geometry G>
using pooling_index =
    std::conditional_t<G.window_cells() <= std::numeric_limits<std::uint8_t>::max(), std::uint8_t,
                       std::uint32_t>;

/// out = the largest pixel of every window, index = its cell: row * window_width + column within
/// the window, padding included. Padding never wins. Of equal pixels the first in row-major order
/// wins; a NaN wins over every number. Without use for the index, pass a null pointer.
template <class T, class Index>
void max_pool_forward(const pooling_geometry& g, std::size_t planes, const T* x, T* out,
                      Index* index)
{
    if constexpr (std::is_same_v<Index, std::uint8_t>)
        if (g.is_halving())
            return detail::halving_max_forward(g, planes, x, out, index);
    for (std::size_t plane = 0; plane < planes; ++plane, x += g.in_pixels(), out += g.out_pixels())
    {
        detail::for_each_window(g,
                                [&](std::size_t output, const detail::window_extent& rows,
                                    const detail::window_extent& columns)
                                {
                                    T best = x[rows.begin * g.width + columns.begin];
                                    std::size_t winner =
                                        rows.skipped * g.window_width + columns.skipped;
                                    detail::for_each_cell(g, rows, columns,
                                                          [&](std::size_t pixel, std::size_t cell)
                                                          {
                                                              const T value = x[pixel];
                                                              if (best >= value || best != best)
                                                                  return;
                                                              best = value;
                                                              winner = cell;
                                                          });
                                    out[output] = best;
                                    if (index != nullptr)
                                        index[output] = static_cast<Index>(winner);
                                });
        if (index != nullptr)
            index += g.out_pixels();
    }
}

/// The gradient of max_pool_forward: the winner of a window gets all of its gradient (in a tie,
/// where the maximum has no derivative, this is one of its subgradients). Added to grad_x if
/// @p accumulate.
template <class T, class Index>
void max_pool_backward(const pooling_geometry& g, std::size_t planes, const T* grad_out,
                       const Index* index, T* grad_x, bool accumulate)
{
    if constexpr (std::is_same_v<Index, std::uint8_t>)
        if (g.is_halving() && g.out_pixels() > 0)
            return accumulate
                       ? detail::halving_max_backward<true>(g, planes, grad_out, index, grad_x)
                       : detail::halving_max_backward<false>(g, planes, grad_out, index, grad_x);
    if (!accumulate)
        detail::fill_row(grad_x, planes * g.in_pixels(), T{});
    for (std::size_t plane = 0; plane < planes; ++plane)
    {
        for (std::size_t y = 0; y < g.out_height(); ++y)
            for (std::size_t x = 0; x < g.out_width(); ++x)
            {
                const std::size_t cell = *index++;
                const std::size_t row = y * g.stride_height + cell / g.window_width - g.pad_top;
                const std::size_t column = x * g.stride_width + cell % g.window_width - g.pad_left;
                grad_x[row * g.width + column] += *grad_out++;
            }
        grad_x += g.in_pixels();
    }
}

/// out = the mean of every window. The padding counts as zeros, unless @p count_include_pad is
/// false: then the mean is that of the pixels of the plane alone.
template <class T>
void average_pool_forward(const pooling_geometry& g, std::size_t planes, const T* x, T* out,
                          bool count_include_pad = true)
{
    for (std::size_t plane = 0; plane < planes; ++plane, x += g.in_pixels(), out += g.out_pixels())
        detail::for_each_window(
            g,
            [&](std::size_t output, const detail::window_extent& rows,
                const detail::window_extent& columns)
            {
                T sum{};
                detail::for_each_cell(g, rows, columns,
                                      [&](std::size_t pixel, std::size_t) { sum += x[pixel]; });
                out[output] = sum / detail::window_divisor<T>(g, rows, columns, count_include_pad);
            });
}

/// The gradient of average_pool_forward: every pixel of a window gets an equal part of its
/// gradient. Added to grad_x if @p accumulate.
template <class T>
void average_pool_backward(const pooling_geometry& g, std::size_t planes, const T* grad_out,
                           T* grad_x, bool accumulate, bool count_include_pad = true)
{
    if (!accumulate)
        detail::fill_row(grad_x, planes * g.in_pixels(), T{});
    for (std::size_t plane = 0; plane < planes;
         ++plane, grad_out += g.out_pixels(), grad_x += g.in_pixels())
        detail::for_each_window(g,
                                [&](std::size_t output, const detail::window_extent& rows,
                                    const detail::window_extent& columns)
                                {
                                    const T part = grad_out[output] /
                                                   detail::window_divisor<T>(g, rows, columns,
                                                                             count_include_pad);
                                    detail::for_each_cell(g, rows, columns,
                                                          [&](std::size_t pixel, std::size_t)
                                                          { grad_x[pixel] += part; });
                                });
}

} // namespace xgrad::inline XGRAD_ABI::kernels
