// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/pooling_geometry.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// What a window covers of one axis of the plane, and how much of it lies in the padding before.
struct window_extent
{
    constexpr window_extent(std::size_t index, std::size_t extent, std::size_t window,
                            std::size_t stride, std::size_t padding)
        : begin{std::max(index * stride, padding) - padding}, end{std::min(index * stride + window,
                                                                           padding + extent) -
                                                                  padding},
          skipped{std::max(index * stride, padding) - index * stride}
    {
    }

    constexpr std::size_t size() const { return end - begin; }

    std::size_t begin;
    std::size_t end;
    std::size_t skipped;
};

/// Calls visit(output index, rows, columns) for every window of one plane. As the padding is
/// smaller than the window, each covers at least one pixel.
template <class Visit>
void for_each_window(const pooling_geometry& g, Visit visit)
{
    std::size_t index = 0;
    for (std::size_t y = 0; y < g.out_height(); ++y)
    {
        const window_extent rows(y, g.height, g.window_height, g.stride_height, g.pad_top);
        for (std::size_t x = 0; x < g.out_width(); ++x)
            visit(index++, rows,
                  window_extent(x, g.width, g.window_width, g.stride_width, g.pad_left));
    }
}

/// Calls visit(pixel, cell) for every pixel of a window in row-major order: its index in the plane
/// and in the window, padding included.
template <class Visit>
void for_each_cell(const pooling_geometry& g, const window_extent& rows,
                   const window_extent& columns, Visit visit)
{
    for (std::size_t y = rows.begin; y < rows.end; ++y)
        for (std::size_t x = columns.begin; x < columns.end; ++x)
            visit(y * g.width + x, (rows.skipped + y - rows.begin) * g.window_width +
                                       columns.skipped + x - columns.begin);
}

/// The number that the sum of a window is divided by.
template <class T>
[[nodiscard]] T window_divisor(const pooling_geometry& g, const window_extent& rows,
                               const window_extent& columns, bool count_include_pad)
{
    return static_cast<T>(count_include_pad ? g.window_cells() : rows.size() * columns.size());
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
