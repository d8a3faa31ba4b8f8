// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/channel_layout.hpp>
#include <xgrad/kernels/detail/channel_product.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

// Forward convolution with output channels in the lanes, for every geometry known when running.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The parts of the scratch memory, in elements: packed filters, biases, sums, planes.
template <class T>
struct channel_forward_memory
{
    static constexpr std::size_t width = channel_block_width<T>;

    explicit constexpr channel_forward_memory(const convolution_geometry& geometry)
        : channel_forward_memory(part_of<T>(as_one_row(geometry)), 0)
    {
    }

    std::size_t blocks, bias, sums, planes, size;

private:
    constexpr channel_forward_memory(const convolution_geometry& g, int)
        : blocks{blocks_of(g.group_out_channels(), width)}, bias{blocks * width * g.taps()},
          sums{bias + blocks * width}, planes{sums +
                                              rows_of_sums<T>(g.out_height(), g.out_width()) *
                                                  g.out_width() * width},
          size{planes + planes_of(g).size()}
    {
    }
};

/// Pixels from which a pointwise convolution is better multiplied as the matrices it consists of:
/// their rows are long, while copies and transpositions are what takes time here.
inline constexpr std::size_t many_pixels = 512;

/// Whether the form suits: many output channels, planes that a cache can hold.
template <class T>
constexpr bool has_channel_forward(const convolution_geometry& geometry)
{
    const convolution_geometry g = as_one_row(geometry);
    return (!g.is_pointwise() || g.in_pixels() < many_pixels) &&
           fill_lanes<T>(g.group_out_channels()) && g.in_size() > 0 && g.out_size() > 0 &&
           g.kernel_height * g.kernel_width <= most_offsets &&
           planes_of(part_of<T>(g)).size() <= 4 * 1024 * 1024 / sizeof(T);
}

/// Filters of one group as (blocks, terms, channels of a block), zero behind the last channel:
/// packed[block][c][tap][channel] = w[channel][c][tap].
template <class T>
void pack_filters(std::size_t channels, std::size_t terms, const T* w, T* packed)
{
    constexpr std::size_t width = channel_block_width<T>;
    for (std::size_t first = 0; first < channels; first += width, packed += terms * width)
    {
        const std::size_t count = std::min(width, channels - first);
        if (count < width)
            fill_row(packed, terms * width, T{});
        transpose_overlapping(count, terms, w + first * terms, terms, packed, width);
    }
}

/// Asks for the places of the sums of @p pixels pixels and @p channels channels, before these are
/// computed.
template <class T>
void prefetch_sums(std::size_t pixels, std::size_t channels, const T* out, std::size_t plane)
{
    constexpr std::size_t line = simd::alignment / sizeof(T);
    for (std::size_t channel = 0; channel < channels; ++channel)
        for (std::size_t pixel = 0; pixel < pixels; pixel += line)
            simd::prefetch_to_write(out + channel * plane + pixel);
}

/// Stores the transposed sums of @p pixels pixels and @p channels channels in their planes.
template <class T>
void put_sums(std::size_t pixels, std::size_t channels, const T* sums, T* out, std::size_t plane,
              bool accumulate)
{
    constexpr std::size_t width = channel_block_width<T>;
    if (!accumulate)
        return transpose_to(pixels, channels, sums, width, out, plane);
    for (std::size_t channel = 0; channel < channels; ++channel)
        for (std::size_t pixel = 0; pixel < pixels; ++pixel)
            out[channel * plane + pixel] += sums[pixel * width + channel];
}

/// The rows of a kernel that see the image, not its border, for the output row @p y.
constexpr interval rows_in_image(const convolution_geometry& g, std::size_t y)
{
    interval seen{0, 0};
    for (std::size_t i = 0; i < g.kernel_height; ++i)
    {
        const std::size_t row = y * g.stride_height + i * g.dilation_height;
        seen.begin += row < g.pad_top;
        seen.end += row < g.pad_top + g.height;
    }
    return seen;
}

/// The results of one group of one image from its planes; those of a channel are @p plane apart.
template <class T>
void channel_forward_group(const convolution_geometry& g, const T* planes, const T* filters,
                           const T* bias, T* out, std::size_t plane, bool accumulate, T* sums)
{
    constexpr std::size_t width = channel_block_width<T>;
    const strided_planes layout = planes_of(g);
    const std::size_t kernel = g.kernel_height * g.kernel_width;
    offset_table offsets;
    for (std::size_t i = 0; i < g.kernel_height; ++i)
        for (std::size_t j = 0; j < g.kernel_width; ++j)
            offsets[i * g.kernel_width + j] =
                layout.offset(i * g.dilation_height, j * g.dilation_width);
    const std::size_t tile = rows_of_sums<T>(g.out_height(), g.out_width());
    for (std::size_t first = 0; first < g.out_height(); first += tile)
    {
        const std::size_t last = std::min(first + tile, g.out_height());
        const auto seen = [&](std::size_t line)
        {
            const interval rows = rows_in_image(g, first + line);
            return interval{rows.begin * g.kernel_width, rows.end * g.kernel_width};
        };
        for (std::size_t channel = 0; channel < g.group_out_channels(); channel += width)
        {
            const channel_terms<T> terms{
                g.group_in_channels(), layout.plane_size(),          kernel,
                offsets.data(),        filters + channel * g.taps(), kernel * width};
            const std::size_t pixels = (last - first) * g.out_width();
            const std::size_t channels = std::min(width, g.group_out_channels() - channel);
            T* const target = out + channel * plane + first * g.out_width();
            prefetch_sums(pixels, channels, target, plane);
            multiply_seen<simd::pack<T>>(terms, last - first, g.out_width(),
                                         planes + layout.offset(first * g.stride_height, 0),
                                         g.stride_height * layout.row_size(), bias + channel,
                                         channel_sums<T>{sums, width, g.out_width() * width}, seen);
            put_sums(pixels, channels, sums, target, plane, accumulate);
        }
    }
}

template <class T>
void channel_forward(const convolution_geometry& geometry, std::size_t batch, const T* x,
                     const T* w, const T* bias, T* out, bool accumulate, T* scratch)
{
    const convolution_geometry g = as_one_row(geometry);
    const channel_forward_memory<T> memory(g);
    const std::size_t channels = g.group_out_channels();
    for (std::size_t group = 0; group < g.groups; ++group)
    {
        pack_filters(channels, g.taps(), w + group * channels * g.taps(), scratch);
        fill_row(scratch + memory.bias, memory.blocks * channel_block_width<T>, T{});
        if (bias != nullptr)
            std::copy_n(bias + group * channels, channels, scratch + memory.bias);
        for (std::size_t b = 0; b < batch; ++b)
        {
            const T* const image =
                x + b * g.in_size() + group * g.group_in_channels() * g.in_pixels();
            T* const target = out + b * g.out_size() + group * channels * g.out_pixels();
            T* const planes = scratch + memory.planes;
            for (std::size_t first = 0; first < g.width;)
            {
                const convolution_geometry part = part_of<T>(g, first);
                copy_to_strided(planes_of(part), image + first, g.in_pixels(), planes);
                channel_forward_group<T>(part, planes, scratch, scratch + memory.bias,
                                         target + first, g.out_pixels(), accumulate,
                                         scratch + memory.sums);
                first += part.width;
            }
        }
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
