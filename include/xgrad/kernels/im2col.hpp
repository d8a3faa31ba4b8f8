// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/rows.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// The outputs of [0, outputs) whose tap lies inside the image: those with
/// pad <= output * stride + tap < pad + extent.
constexpr interval valid_outputs(std::size_t outputs, std::size_t extent, std::size_t pad,
                                 std::size_t stride, std::size_t tap)
{
    const auto first_at_least = [&](std::size_t position)
    { return std::min(outputs, position > tap ? (position - tap + stride - 1) / stride : 0); };
    return {first_at_least(pad), first_at_least(pad + extent)};
}

/// Calls visit(row of the patch matrix, offset in the plane, valid output columns, valid output
/// rows) for every tap of one channel; the offset is that of output (0, 0) and may lie before the
/// plane, hence unsigned arithmetic modulo 2^n.
template <class Visit>
void for_each_tap(const convolution_geometry& g, Visit visit)
{
    std::size_t row = 0;
    for (std::size_t i = 0; i < g.kernel_height; ++i)
    {
        const std::size_t y = i * g.dilation_height;
        const interval rows =
            valid_outputs(g.out_height(), g.height, g.pad_top, g.stride_height, y);
        for (std::size_t j = 0; j < g.kernel_width; ++j)
        {
            const std::size_t x = j * g.dilation_width;
            visit(row++, (y - g.pad_top) * g.width + x - g.pad_left, rows,
                  valid_outputs(g.out_width(), g.width, g.pad_left, g.stride_width, x));
        }
    }
}

/// One row of the patch matrix, output rows [first, last): the pixels that one tap sees.
template <class T>
void gather_tap(const convolution_geometry& g, const T* plane, std::size_t offset, interval rows,
                interval columns, std::size_t first, std::size_t last, T* target)
{
    const std::size_t out_width = g.out_width();
    for (std::size_t y = first; y < last; ++y, target += out_width)
    {
        if (y < rows.begin || y >= rows.end || columns.begin == columns.end)
        {
            fill_row(target, out_width, T{});
            continue;
        }
        const std::size_t start = offset + y * g.stride_height * g.width;
        fill_row(target, columns.begin, T{});
        if (g.stride_width == 1)
            copy_row(plane + (start + columns.begin), target + columns.begin,
                     columns.end - columns.begin);
        else
            for (std::size_t x = columns.begin; x < columns.end; ++x)
                target[x] = plane[start + x * g.stride_width];
        fill_row(target + columns.end, out_width - columns.end, T{});
    }
}

/// The adjoint of gather_tap: adds to every pixel what the tap saw of it.
template <class T>
void scatter_tap(const convolution_geometry& g, const T* source, std::size_t offset, interval rows,
                 interval columns, std::size_t first, std::size_t last, T* plane)
{
    const std::size_t out_width = g.out_width();
    for (std::size_t y = std::max(first, rows.begin); y < std::min(last, rows.end); ++y)
    {
        const T* row = source + (y - first) * out_width;
        const std::size_t start = offset + y * g.stride_height * g.width;
        if (columns.begin == columns.end)
            continue;
        if (g.stride_width == 1)
            add_row(row + columns.begin, plane + (start + columns.begin),
                    columns.end - columns.begin);
        else
            for (std::size_t x = columns.begin; x < columns.end; ++x)
                plane[start + x * g.stride_width] += row[x];
    }
}

} // namespace detail

/// The patches of an image as the columns of a matrix, for the output rows [first, last):
/// columns[(c, i, j)][(y - first, x)] = image[c][y * stride + i * dilation - pad][...], zero in the
/// padding. With it a convolution is the product filters * columns.
///
/// image:   (channels, height, width), usually the channels of one group
/// columns: (channels * kernel_height * kernel_width, (last - first) * out_width), overwritten
/// Source:  Chellapilla, Puri, Simard, High Performance Convolutional Neural Networks for Document
///          Processing, 2006.
template <class T>
void im2col(const convolution_geometry& g, std::size_t channels, const T* image, std::size_t first,
            std::size_t last, T* columns)
{
    const std::size_t pitch = (last - first) * g.out_width();
    const std::size_t channel_rows = g.kernel_height * g.kernel_width;
    for (std::size_t c = 0; c < channels; ++c)
        detail::for_each_tap(
            g,
            [&](std::size_t row, std::size_t offset, detail::interval rows, detail::interval valid)
            {
                detail::gather_tap(g, image + c * g.in_pixels(), offset, rows, valid, first, last,
                                   columns + (c * channel_rows + row) * pitch);
            });
}

/// The adjoint of im2col: image += the columns, each element added to the pixel it was read from.
/// Shapes as for im2col.
template <class T>
void col2im(const convolution_geometry& g, std::size_t channels, const T* columns,
            std::size_t first, std::size_t last, T* image)
{
    const std::size_t pitch = (last - first) * g.out_width();
    const std::size_t channel_rows = g.kernel_height * g.kernel_width;
    for (std::size_t c = 0; c < channels; ++c)
        detail::for_each_tap(
            g,
            [&](std::size_t row, std::size_t offset, detail::interval rows, detail::interval valid)
            {
                detail::scatter_tap(g, columns + (c * channel_rows + row) * pitch, offset, rows,
                                    valid, first, last, image + c * g.in_pixels());
            });
}

} // namespace xgrad::inline XGRAD_ABI::kernels
