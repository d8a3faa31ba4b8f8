// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/channel_forward.hpp>
#include <xgrad/kernels/detail/channel_layout.hpp>
#include <xgrad/kernels/detail/channel_product.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

// The input gradient with input channels in the lanes. The pixels of each remainder modulo the
// strides see the same taps, so for each it is a convolution of grad_out with stride one.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The taps of one axis that the pixels first, first + stride, ... see, and where: the pixel
/// first + stride * m is a product of tap i and the gradient at m + offset(i).
struct seen_taps
{
    std::size_t first;
    std::size_t pad;
    std::size_t stride;
    std::size_t dilation;

    constexpr bool contains(std::size_t i) const
    {
        return (first + pad + i * dilation * (stride - 1)) % stride == 0;
    }

    /// Behind a border of @p lead rows or columns.
    constexpr std::size_t offset(std::size_t i, std::size_t lead) const
    {
        return (first + pad + lead * stride - i * dilation) / stride;
    }
};

/// The planes of grad_out of one group: with a border that every tap stays in.
constexpr strided_planes gradient_planes(const convolution_geometry& g)
{
    const std::size_t top = (g.span_height() - 1) / g.stride_height;
    const std::size_t left = (g.span_width() - 1) / g.stride_width;
    return {g.group_out_channels(),
            g.out_height(),
            g.out_width(),
            top,
            left,
            top + std::max(g.out_height(), (g.height - 1 + g.pad_top) / g.stride_height + 1),
            1,
            left + std::max(g.out_width(), (g.width - 1 + g.pad_left) / g.stride_width + 1)};
}

/// The parts of the scratch memory, in elements: packed filters, zeros, sums, planes.
template <class T>
struct channel_input_memory
{
    static constexpr std::size_t width = channel_block_width<T>;

    explicit constexpr channel_input_memory(const convolution_geometry& geometry)
        : channel_input_memory(part_of<T>(as_one_row(geometry)), 0)
    {
    }

    std::size_t zeros, sums, planes, size;

private:
    constexpr channel_input_memory(const convolution_geometry& g, int)
        : zeros{blocks_of(g.group_in_channels(), width) * width * g.group_out_channels() *
                g.kernel_height * g.kernel_width},
          sums{zeros + width}, planes{sums + (8 * simd::width<T> + g.width) * width},
          size{planes + gradient_planes(g).size()}
    {
    }
};

/// Whether the form suits: many input channels, planes that a cache can hold, and sums long enough
/// to pay for their transposition, where it is a product of matrices already.
template <class T>
constexpr bool has_channel_input(const convolution_geometry& geometry)
{
    const convolution_geometry g = as_one_row(geometry);
    return (!g.is_pointwise() || g.group_out_channels() >= 128) &&
           fill_lanes<T>(g.group_in_channels()) && g.in_size() > 0 && g.out_size() > 0 &&
           g.kernel_height * g.kernel_width <= most_offsets &&
           gradient_planes(part_of<T>(g)).size() <= 4 * 1024 * 1024 / sizeof(T);
}

/// Filters of one group for the pixels that see the taps @p rows and @p columns as (blocks, output
/// channels, taps, channels of a block); @p offsets receives where the taps lie. Returns their
/// count.
template <class T>
std::size_t pack_turned(const convolution_geometry& g, const seen_taps& rows,
                        const seen_taps& columns, const T* w, T* packed, offset_table& offsets)
{
    constexpr std::size_t width = channel_block_width<T>;
    const strided_planes planes = gradient_planes(g);
    const std::size_t kernel = g.kernel_height * g.kernel_width;
    offset_table taps;
    std::size_t count = 0;
    for (std::size_t i = 0; i < g.kernel_height; ++i)
        for (std::size_t j = 0; j < g.kernel_width; ++j)
            if (rows.contains(i) && columns.contains(j))
            {
                offsets[count] = planes.offset(rows.offset(i, planes.pad_top),
                                               columns.offset(j, planes.pad_left));
                taps[count++] = i * g.kernel_width + j;
            }
    for (std::size_t first = 0; first < g.group_in_channels(); first += width)
        for (std::size_t o = 0; o < g.group_out_channels(); ++o)
            for (std::size_t t = 0; t < count; ++t, packed += width)
            {
                const std::size_t channels = std::min(width, g.group_in_channels() - first);
                const T* const filter = w + o * g.taps() + first * kernel + taps[t];
                for (std::size_t c = 0; c < channels; ++c)
                    packed[c] = filter[c * kernel];
                std::fill(packed + channels, packed + width, T{});
            }
    return count;
}

/// Stores the sums of @p rows x @p columns pixels that are strides apart.
template <class T>
void put_strided(const convolution_geometry& g, std::size_t row_stride, std::size_t column_stride,
                 std::size_t rows, std::size_t columns, std::size_t channels, const T* sums,
                 T* target, bool accumulate)
{
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t y = 0; y < rows; ++y)
            for (std::size_t x = 0; x < columns; ++x)
            {
                T& pixel = target[c * g.in_pixels() + y * row_stride * g.width + x * column_stride];
                const T& sum = sums[(y * columns + x) * channel_block_width<T> + c];
                pixel = sum + (accumulate ? pixel : T{});
            }
}

/// The gradient of the pixels of one remainder modulo the strides, of one group of one image, whose
/// planes are @p plane apart.
template <class T>
void channel_input_pixels(const convolution_geometry& g, const seen_taps& rows,
                          const seen_taps& columns, const channel_terms<T>& all, const T* planes,
                          const T* zeros, T* grad_x, std::size_t plane, bool accumulate, T* sums)
{
    constexpr std::size_t width = channel_block_width<T>;
    const std::size_t height = blocks_of(g.height - rows.first, rows.stride);
    const std::size_t count = blocks_of(g.width - columns.first, columns.stride);
    const std::size_t pitch = gradient_planes(g).pitch;
    const bool is_whole = rows.stride == 1 && columns.stride == 1;
    const std::size_t tile = rows_of_sums<T>(height, count);
    for (std::size_t first = 0; first < height; first += tile)
        for (std::size_t channel = 0; channel < g.group_in_channels(); channel += width)
        {
            const std::size_t last = std::min(first + tile, height);
            const std::size_t channels = std::min(width, g.group_in_channels() - channel);
            channel_terms<T> terms = all;
            terms.channels += channel * all.outer * all.inner;
            multiply_lines<simd::pack<T>>(terms, last - first, count, planes + first * pitch, pitch,
                                          zeros, sums);
            T* const target = grad_x + channel * plane +
                              (rows.first + first * rows.stride) * g.width + columns.first;
            if (is_whole)
                put_sums((last - first) * count, channels, sums, target, plane, accumulate);
            else
                put_strided(g, rows.stride, columns.stride, last - first, count, channels, sums,
                            target, accumulate);
        }
}

template <class T>
void channel_input_gradient(const convolution_geometry& geometry, std::size_t batch,
                            const T* grad_out, const T* w, T* grad_x, bool accumulate, T* scratch)
{
    const convolution_geometry g = as_one_row(geometry);
    const channel_input_memory<T> memory(g);
    fill_row(scratch + memory.zeros, channel_block_width<T>, T{});
    offset_table offsets;
    for (std::size_t group = 0; group < g.groups; ++group)
        for (std::size_t y = 0; y < std::min(g.stride_height, g.height); ++y)
            for (std::size_t x = 0; x < std::min(g.stride_width, g.width); ++x)
            {
                const seen_taps rows{y, g.pad_top, g.stride_height, g.dilation_height};
                const seen_taps columns{x, g.pad_left, g.stride_width, g.dilation_width};
                const T* const filters = w + group * g.group_out_channels() * g.taps();
                const std::size_t taps = pack_turned(g, rows, columns, filters, scratch, offsets);
                for (std::size_t b = 0; b < batch; ++b)
                {
                    const T* const image = grad_out + b * g.out_size() +
                                           group * g.group_out_channels() * g.out_pixels();
                    T* const target =
                        grad_x + b * g.in_size() + group * g.group_in_channels() * g.in_pixels();
                    T* const planes = scratch + memory.planes;
                    for (std::size_t first = 0; first < g.width;)
                    {
                        const convolution_geometry part = part_of<T>(g, first);
                        const strided_planes layout = gradient_planes(part);
                        const channel_terms<T> terms{g.group_out_channels(), layout.plane_size(),
                                                     taps, offsets.data(), scratch};
                        copy_to_strided(layout, image + first, g.out_pixels(), planes);
                        channel_input_pixels<T>(part, rows, columns, terms, planes,
                                                scratch + memory.zeros, target + first,
                                                g.in_pixels(), accumulate, scratch + memory.sums);
                        first += part.width;
                    }
                }
            }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
