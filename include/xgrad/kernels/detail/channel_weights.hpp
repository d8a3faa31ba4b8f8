// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/channel_forward.hpp>
#include <xgrad/kernels/detail/channel_layout.hpp>
#include <xgrad/kernels/detail/channel_product.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/im2col.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

// The weight gradient with output channels in the lanes: a sum over pixels, for which x is turned
// into padded images of pixels with their channels side by side, so that the weights of
// neighbouring taps and channels belong to neighbouring elements.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// How the images of one group lie, and the parts of the scratch memory, in elements: the sums of
/// the weights (blocks, kernel rows, kernel columns, input channels, channels of a block), the
/// transposed gradient (blocks, pixels, channels of a block), the pixels of x (rows, columns, input
/// channels).
template <class T>
struct channel_weight_memory
{
    static constexpr std::size_t width = channel_block_width<T>;

    explicit constexpr channel_weight_memory(const convolution_geometry& g)
        : blocks{blocks_of(g.group_out_channels(), width)},
          columns{std::max(g.width + g.pad_left,
                           (g.out_width() - 1) * g.stride_width + g.span_width())},
          rows{std::max(g.height + g.pad_top,
                        (g.out_height() - 1) * g.stride_height + g.span_height())},
          gradient{blocks * width * g.taps()}, pixels{gradient + blocks * width * g.out_pixels()},
          size{pixels + rows * columns * g.group_in_channels()}
    {
    }

    std::size_t blocks, columns, rows, gradient, pixels, size;
};

/// Whether the form suits: many output channels, an image that a cache can hold. A pointwise one is
/// a product of matrices already.
template <class T>
constexpr bool has_channel_weights(const convolution_geometry& g)
{
    return !g.is_pointwise() && fill_lanes<T>(g.group_out_channels()) && g.in_size() > 0 &&
           g.out_size() > 0 && channel_weight_memory<T>(g).size <= 4 * 1024 * 1024 / sizeof(T);
}

/// Pixels of one image of one group with their channels side by side, zero in the border.
template <class T>
void copy_to_pixels(const convolution_geometry& g, const T* image, T* pixels)
{
    const channel_weight_memory<T> memory(g);
    const std::size_t channels = g.group_in_channels();
    if (memory.columns == g.width && memory.rows == g.height)
        return transpose_overlapping(channels, g.in_pixels(), image, g.in_pixels(), pixels,
                                     channels);
    fill_row(pixels, memory.rows * memory.columns * channels, T{});
    for (std::size_t y = 0; y < g.height; ++y)
        transpose_overlapping(channels, g.width, image + y * g.width, g.in_pixels(),
                              pixels + ((g.pad_top + y) * memory.columns + g.pad_left) * channels,
                              channels);
}

/// Adds to the sums of one block of output channels the products of the output rows [first, last).
template <class T>
void add_channel_weights(const convolution_geometry& g, std::size_t first, std::size_t last,
                         const T* gradient, const T* pixels, T* sums)
{
    constexpr std::size_t width = channel_block_width<T>;
    const channel_weight_memory<T> memory(g);
    const std::size_t channels = g.group_in_channels();
    const std::size_t line = memory.columns * channels;
    const bool is_run = g.dilation_width == 1;
    const std::size_t runs = is_run ? 1 : g.kernel_width;
    const std::size_t run = is_run ? g.kernel_width * channels : channels;
    offset_table offsets;
    for (std::size_t x = 0; x < g.out_width(); x += most_offsets)
    {
        const std::size_t count = std::min(most_offsets, g.out_width() - x);
        for (std::size_t i = 0; i < count; ++i)
            offsets[i] = (x + i) * g.stride_width * channels;
        const std::size_t step = count == g.out_width() ? last - first : 1;
        for (std::size_t y = first; y < last; y += step)
            for (std::size_t i = 0; i < g.kernel_height; ++i)
            {
                // Those of the rows that see the image by this row of the kernel, not its border.
                const interval seen = valid_outputs(g.out_height(), g.height, g.pad_top,
                                                    g.stride_height, i * g.dilation_height);
                const std::size_t begin = std::max(y, seen.begin);
                const std::size_t end = std::min(y + step, seen.end);
                if (begin >= end)
                    continue;
                const channel_terms<T> terms{end - begin,
                                             g.stride_height * line,
                                             count,
                                             offsets.data(),
                                             gradient + (begin * g.out_width() + x) * width,
                                             count * width};
                for (std::size_t j = 0; j < runs; ++j)
                    multiply_all_channels<simd::pack<T>>(
                        terms, run,
                        pixels + (begin * g.stride_height + i * g.dilation_height) * line +
                            j * g.dilation_width * channels,
                        static_cast<const T*>(nullptr),
                        channel_sums<T>{sums + (i * runs + j) * run * width});
            }
    }
}

/// Adds the sums of one block of output channels to their weights.
template <class T>
void unpack_weights(const convolution_geometry& g, std::size_t count, const T* sums, T* grad_w)
{
    constexpr std::size_t width = channel_block_width<T>;
    const std::size_t kernel = g.kernel_height * g.kernel_width;
    for (std::size_t tap = 0; tap < kernel; ++tap)
        for (std::size_t c = 0; c < g.group_in_channels(); ++c, sums += width)
            for (std::size_t o = 0; o < count; ++o)
                grad_w[o * g.taps() + c * kernel + tap] += sums[o];
}

/// Adds to grad_w and, unless it is null, to grad_bias.
template <class T>
void channel_weight_gradient(const convolution_geometry& g, std::size_t batch, const T* x,
                             const T* grad_out, T* grad_w, T* grad_bias, T* scratch)
{
    constexpr std::size_t width = channel_block_width<T>;
    const channel_weight_memory<T> memory(g);
    const std::size_t channels = g.group_out_channels();
    // The gradients of as many rows as the first-level cache holds beside the pixels of x.
    const std::size_t tile = std::max<std::size_t>(1, 128 / g.out_width());
    for (std::size_t group = 0; group < g.groups; ++group)
    {
        fill_row(scratch, memory.gradient, T{});
        for (std::size_t b = 0; b < batch; ++b)
        {
            copy_to_pixels(g, x + b * g.in_size() + group * g.group_in_channels() * g.in_pixels(),
                           scratch + memory.pixels);
            const T* const gradient =
                grad_out + b * g.out_size() + group * channels * g.out_pixels();
            pack_filters(channels, g.out_pixels(), gradient, scratch + memory.gradient);
            for (std::size_t first = 0; first < g.out_height(); first += tile)
                for (std::size_t block = 0; block < memory.blocks; ++block)
                    add_channel_weights(g, first, std::min(first + tile, g.out_height()),
                                        scratch + memory.gradient + block * g.out_pixels() * width,
                                        scratch + memory.pixels,
                                        scratch + block * g.taps() * width);
            if (grad_bias != nullptr)
                for (std::size_t o = 0; o < channels; ++o)
                    grad_bias[group * channels + o] +=
                        sum_row(gradient + o * g.out_pixels(), g.out_pixels());
        }
        for (std::size_t block = 0; block < memory.blocks; ++block)
            unpack_weights(g, std::min(width, channels - block * width),
                           scratch + block * g.taps() * width,
                           grad_w + (group * channels + block * width) * g.taps());
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
