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
    std::size_t kernel;

    constexpr bool contains(std::size_t i) const
    {
        return (first + pad + i * dilation * (stride - 1)) % stride == 0;
    }

    constexpr std::size_t count() const
    {
        std::size_t taps = 0;
        for (std::size_t i = 0; i < kernel; ++i)
            taps += contains(i);
        return taps;
    }

    /// Behind a border of @p lead rows or columns.
    constexpr std::size_t offset(std::size_t i, std::size_t lead) const
    {
        return (first + pad + lead * stride - i * dilation) / stride;
    }

    /// How many of @p extent pixels see them.
    constexpr std::size_t pixels(std::size_t extent) const
    {
        return (extent + stride - 1 - first) / stride;
    }
};

/// Calls visit(rows, columns) with the taps that the pixels of each remainder see.
template <class Visit>
constexpr void for_each_remainder(const convolution_geometry& g, Visit visit)
{
    for (std::size_t y = 0; y < std::min(g.stride_height, g.height); ++y)
        for (std::size_t x = 0; x < std::min(g.stride_width, g.width); ++x)
            visit(seen_taps{y, g.pad_top, g.stride_height, g.dilation_height, g.kernel_height},
                  seen_taps{x, g.pad_left, g.stride_width, g.dilation_width, g.kernel_width});
}

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

/// Rows of grad_x that are done together, whole strides.
template <class T>
constexpr std::size_t input_rows(const convolution_geometry& g)
{
    return std::max<std::size_t>(1, rows_of_sums<T>(g.height, g.width) / g.stride_height) *
           g.stride_height;
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
          sums{zeros + width}, planes{sums +
                                      std::min(g.height, input_rows<T>(g)) * g.width * width},
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

/// The taps of a kernel in the order of the remainders that see them, and where each lies in the
/// planes of grad_out. An image smaller than the stride has not all remainders, nor then all taps.
struct turned_taps
{
    offset_table taps, rows, offsets;
    std::size_t count = 0;

    explicit turned_taps(const convolution_geometry& g)
    {
        const strided_planes planes = gradient_planes(g);
        for_each_remainder(g,
                           [&](const seen_taps& vertical, const seen_taps& horizontal)
                           {
                               for (std::size_t i = 0; i < g.kernel_height; ++i)
                                   for (std::size_t j = 0; j < g.kernel_width; ++j)
                                       if (vertical.contains(i) && horizontal.contains(j))
                                       {
                                           taps[count] = i * g.kernel_width + j;
                                           rows[count] = vertical.offset(i, planes.pad_top);
                                           offsets[count] = planes.offset(
                                               rows[count], horizontal.offset(j, planes.pad_left));
                                           ++count;
                                       }
                           });
    }
};

/// Filters of one group as (blocks, output channels, turned taps, channels of a block).
template <class T>
void pack_turned(const convolution_geometry& g, const turned_taps& turned, const T* w, T* packed)
{
    constexpr std::size_t width = channel_block_width<T>;
    const std::size_t kernel = g.kernel_height * g.kernel_width;
    for (std::size_t o = 0; o < g.group_out_channels(); ++o)
        for (std::size_t first = 0; first < g.group_in_channels(); first += width)
        {
            const std::size_t channels = std::min(width, g.group_in_channels() - first);
            T* target = packed + (first * g.group_out_channels() + o * width) * kernel;
            for (std::size_t t = 0; t < turned.count; ++t, target += width)
            {
                const T* const filter = w + o * g.taps() + first * kernel + turned.taps[t];
                for (std::size_t c = 0; c < channels; ++c)
                    target[c] = filter[c * kernel];
                fill_row(target + channels, width - channels, T{});
            }
        }
}

/// The gradient of one group of one image, whose planes are @p plane apart.
template <class T>
void channel_input_group(const convolution_geometry& g, const turned_taps& turned, const T* planes,
                         const T* filters, const T* zeros, T* grad_x, std::size_t plane,
                         bool accumulate, T* sums)
{
    constexpr std::size_t width = channel_block_width<T>;
    const strided_planes layout = gradient_planes(g);
    const std::size_t kernel = g.kernel_height * g.kernel_width;
    const std::size_t tile = input_rows<T>(g);
    for (std::size_t first = 0; first < g.height; first += tile)
    {
        const std::size_t last = std::min(first + tile, g.height);
        const std::size_t above = first / g.stride_height;
        for (std::size_t channel = 0; channel < g.group_in_channels(); channel += width)
        {
            const channel_terms<T> all{g.group_out_channels(),
                                       layout.plane_size(),
                                       kernel,
                                       turned.offsets.data(),
                                       filters + channel * g.group_out_channels() * kernel,
                                       kernel * width};
            const std::size_t pixels = (last - first) * g.width;
            const std::size_t channels = std::min(width, g.group_in_channels() - channel);
            T* const target = grad_x + channel * plane + first * g.width;
            prefetch_sums(pixels, channels, target, plane);
            std::size_t begin = 0;
            for_each_remainder(
                g,
                [&](const seen_taps& vertical, const seen_taps& horizontal)
                {
                    const std::size_t columns = horizontal.count();
                    const std::size_t count = vertical.count() * columns;
                    // Those of the rows that lie in the gradient, not its border.
                    const auto seen = [&](std::size_t line)
                    {
                        interval in{0, 0};
                        for (std::size_t t = 0; t < count; t += columns)
                        {
                            const std::size_t row = above + line + turned.rows[begin + t];
                            in.begin += row >= layout.pad_top + layout.height ? columns : 0;
                            in.end += row >= layout.pad_top ? columns : 0;
                        }
                        return in;
                    };
                    multiply_seen<simd::pack<T>>(
                        all.part(begin, begin + count), vertical.pixels(last - first),
                        horizontal.pixels(g.width), planes + above * layout.pitch, layout.pitch,
                        zeros,
                        channel_sums<T>{sums +
                                            (vertical.first * g.width + horizontal.first) * width,
                                        g.stride_width * width, g.stride_height * g.width * width},
                        seen);
                    begin += count;
                });
            put_sums(pixels, channels, sums, target, plane, accumulate);
        }
    }
}

template <class T>
void channel_input_gradient(const convolution_geometry& geometry, std::size_t batch,
                            const T* grad_out, const T* w, T* grad_x, bool accumulate, T* scratch)
{
    const convolution_geometry g = as_one_row(geometry);
    const channel_input_memory<T> memory(g);
    fill_row(scratch + memory.zeros, channel_block_width<T>, T{});
    for (std::size_t group = 0; group < g.groups; ++group)
    {
        const turned_taps turned(part_of<T>(g));
        pack_turned(g, turned, w + group * g.group_out_channels() * g.taps(), scratch);
        for (std::size_t b = 0; b < batch; ++b)
        {
            const T* const image =
                grad_out + b * g.out_size() + group * g.group_out_channels() * g.out_pixels();
            T* const target =
                grad_x + b * g.in_size() + group * g.group_in_channels() * g.in_pixels();
            T* const planes = scratch + memory.planes;
            for (std::size_t first = 0; first < g.width;)
            {
                const convolution_geometry part = part_of<T>(g, first);
                copy_to_strided(gradient_planes(part), image + first, g.out_pixels(), planes);
                channel_input_group<T>(part, turned, planes, scratch, scratch + memory.zeros,
                                       target + first, g.in_pixels(), accumulate,
                                       scratch + memory.sums);
                first += part.width;
            }
        }
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
