// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/channel_product.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Offsets of the terms of a sum; larger kernels and wider images take the general form.
inline constexpr std::size_t most_offsets = 256;
using offset_table = std::array<std::size_t, most_offsets>;

/// Whether @p channels fill most of the lanes of their blocks.
template <class T>
constexpr bool fill_lanes(std::size_t channels)
{
    constexpr std::size_t width = channel_block_width<T>;
    return simd::is_vector<simd::pack<T>> &&
           4 * channels >= 3 * blocks_of(channels, width) * width && channels > 0;
}

/// A pointwise convolution on planes of one row: its pixels have no neighbours.
constexpr convolution_geometry as_one_row(convolution_geometry g)
{
    if (g.is_pointwise())
    {
        g.width *= g.height;
        g.height = std::min<std::size_t>(g.height, 1);
    }
    return g;
}

/// The planes of an image with a border of zeros, each row taken apart into the columns of each
/// remainder modulo the stride: the pixels that neighbouring results see lie side by side.
struct strided_planes
{
    std::size_t channels;
    std::size_t height, width;
    std::size_t pad_top, pad_left;
    std::size_t rows;
    std::size_t stride;
    std::size_t pitch; // of the columns of one remainder

    constexpr std::size_t row_size() const { return stride * pitch; }
    constexpr std::size_t plane_size() const { return rows * row_size(); }
    constexpr std::size_t size() const { return channels * plane_size(); }

    /// Where the padded pixel (row, column) lies.
    constexpr std::size_t offset(std::size_t row, std::size_t column) const
    {
        return row * row_size() + column % stride * pitch + column / stride;
    }
};

/// The planes that the results of one group of @p g are computed from.
constexpr strided_planes planes_of(const convolution_geometry& g)
{
    const std::size_t columns =
        std::max(g.width + g.pad_left, (g.out_width() - 1) * g.stride_width + g.span_width());
    return {
        g.group_in_channels(),
        g.height,
        g.width,
        g.pad_top,
        g.pad_left,
        std::max(g.height + g.pad_top, (g.out_height() - 1) * g.stride_height + g.span_height()),
        g.stride_width,
        blocks_of(columns, g.stride_width)};
}

/// Takes a row apart into the columns of each remainder, which begin @p pitch elements apart; the
/// first column has the remainder @p phase.
template <class T>
void copy_strided(std::size_t stride, std::size_t pitch, std::size_t phase, const T* row,
                  std::size_t width, T* target)
{
    for (std::size_t first = 0; first < stride; ++first)
    {
        T* neighbours = target + phase * pitch;
        for (std::size_t x = first; x < width; x += stride)
            *neighbours++ = row[x];
        if (++phase == stride)
        {
            phase = 0;
            ++target;
        }
    }
}

/// The same for columns by turns at @p even and @p odd.
template <class T>
void copy_by_turns(const T* row, std::size_t width, T* even, T* odd)
{
    using V = simd::pack<T>;
    constexpr std::size_t lanes = simd::lanes<V>;
    for (; width >= 2 * lanes; width -= 2 * lanes, row += 2 * lanes, even += lanes, odd += lanes)
    {
        const auto [first, second] =
            simd::deinterleave(simd::load<V>(row), simd::load<V>(row + lanes));
        simd::store<V>(even, first);
        simd::store<V>(odd, second);
    }
    if constexpr (simd::has_masks<V>)
    {
        const std::size_t whole = std::min(lanes, width);
        const auto [first, second] = simd::deinterleave(
            simd::load_partial<V>(row, whole), simd::load_partial<V>(row + whole, width - whole));
        simd::store_partial<V>(even, first, (width + 1) / 2);
        simd::store_partial<V>(odd, second, width / 2);
    }
    else
        for (std::size_t x = 0; x < width; ++x)
            (x % 2 == 0 ? even : odd)[x / 2] = row[x];
}

/// Copies an image, whose planes are @p pixels apart, into its padded planes.
template <class T>
void copy_to_strided(const strided_planes& p, const T* image, std::size_t pixels, T* planes)
{
    const bool has_border = p.size() > p.channels * p.height * p.width;
    if (has_border)
        fill_row(planes, p.size(), T{});
    const std::size_t phase = p.pad_left % p.stride;
    const std::size_t lead = p.pad_left / p.stride;
    for (std::size_t channel = 0; channel < p.channels; ++channel)
        for (std::size_t y = 0; y < p.height; ++y)
        {
            const T* const row = image + channel * pixels + y * p.width;
            T* const target =
                planes + channel * p.plane_size() + (p.pad_top + y) * p.row_size() + lead;
            if (p.stride == 1)
                copy_row(row, target, p.width);
            else if (p.stride == 2)
                copy_by_turns(row, p.width, target + phase * p.pitch,
                              target + (phase == 0 ? p.pitch : 1));
            else
                copy_strided(p.stride, p.pitch, phase, row, p.width, target);
        }
}

/// Pixels of a pointwise convolution that are done together, whole blocks of rows: their planes fit
/// a cache, while the pixels of all channels lie on as many pages.
template <class T>
inline constexpr std::size_t pointwise_pixels = 8 * simd::width<T> / channel_rows* channel_rows;

/// The geometry of the part of @p g from column @p first on that is done at once: all of it, but
/// for pointwise convolutions.
template <class T>
constexpr convolution_geometry part_of(convolution_geometry g, std::size_t first = 0)
{
    if (g.is_pointwise())
        g.width = std::min(pointwise_pixels<T>, g.width - first);
    return g;
}

/// Output rows whose sums are kept until they are transposed: some squares of vectors.
template <class T>
constexpr std::size_t rows_of_sums(std::size_t out_height, std::size_t out_width)
{
    const std::size_t pixels = 8 * simd::width<T>;
    return std::clamp<std::size_t>(pixels / std::max<std::size_t>(1, out_width), 1,
                                   std::max<std::size_t>(1, out_height));
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
