// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/phase_layout.hpp>
#include <xgrad/kernels/detail/pooling_halving.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

// Convolution, relu and pooling of 2x2 tiles on the phases of phase_layout.hpp.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The phases that the pooled result of G is computed from.
template <convolution_geometry G, class T>
using pool_layout = phase_layout<G, T, G.out_height() / 2, G.out_width() / 2>;

/// Where the largest results of a vector of tiles lie, one bit a tile: in the lower row, in the
/// right column, and whether they are positive.
struct tile_bits
{
    std::uint32_t lower;
    std::uint32_t right;
    std::uint32_t positive;
};

/// Bytes of one row of bits of one image: the lanes that it has in a vector.
template <class Layout>
inline constexpr std::size_t bit_bytes = (Layout::slot + 7) / 8;

/// Bytes of the bits of one vector of tiles of one image, and of all of an image. The order is
/// (out_channels, tile rows, vectors, {lower, right, positive}, bytes).
template <class Layout>
inline constexpr std::size_t tile_bytes = 3 * bit_bytes<Layout>;
template <class Layout>
inline constexpr std::size_t image_bytes =
    Layout::geometry.out_channels* Layout::height* Layout::vectors* tile_bytes<Layout>;

template <class Layout>
void put_bits(std::uint32_t bits, std::uint8_t* target)
{
    for (std::size_t i = 0; i < bit_bytes<Layout>; ++i)
        target[i] = static_cast<std::uint8_t>(bits >> 8 * i);
}

template <class Layout>
[[nodiscard]] std::uint32_t get_bits(const std::uint8_t* source)
{
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < bit_bytes<Layout>; ++i)
        bits |= std::uint32_t{source[i]} << 8 * i;
    return bits;
}

/// The positive part of the largest of the four results of each tile, where a NaN may be among
/// them.
template <class V>
[[nodiscard, gnu::noinline]] V careful_maximum(V a, V b, V c, V d, tile_bits& bits)
{
    const auto number = [](int i) { return simd::broadcast<V>(static_cast<simd::lane<V>>(i)); };
    const winner<V> best = earlier_maximum(earlier_maximum<V>({a, number(0)}, {b, number(1)}),
                                           earlier_maximum<V>({c, number(2)}, {d, number(3)}));
    bits.lower = simd::to_bits<V>(best.cell >= number(2));
    bits.right = simd::to_bits<V>(best.cell == number(1) || best.cell == number(3));
    bits.positive = simd::to_bits<V>(best.value > number(0));
    return simd::select(best.value < number(0), number(0), best.value);
}

/// The same where all results are numbers.
template <class V>
[[nodiscard]] inline V quick_maximum(const V* tile, tile_bits& bits)
{
    const V zero = simd::broadcast<V>(simd::lane<V>{});
    const V upper = simd::max(tile[0], tile[1]);
    const V lower = simd::max(tile[2], tile[3]);
    const V best = simd::max(upper, lower);
    bits.lower = simd::to_bits<V>(upper < lower);
    bits.right = (simd::to_bits<V>(tile[0] < tile[1]) & ~bits.lower) |
                 (simd::to_bits<V>(tile[2] < tile[3]) & bits.lower);
    bits.positive = simd::to_bits<V>(best > zero);
    return simd::max(best, zero);
}

/// Whether any result may be NaN: it makes the sum one. (So may infinities, harmlessly.)
template <class V, std::size_t Count>
[[nodiscard, gnu::always_inline]] inline bool may_have_nan(const V (&results)[Count])
{
    return [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        return simd::any(simd::is_nan(V((results[I] + ...))));
    }
    (std::make_index_sequence<Count>{});
}

/// The results of G for the images of a group, or for the halves of one: where they lie.
template <class Layout, class T>
struct pooled_target
{
    static constexpr std::size_t plane = Layout::height * Layout::width;

    image_group<Layout, T> out;
    image_group<Layout, std::uint8_t> mask;

    /// Stores the pooled vector number @p vector of the tile row @p row of @p channel.
    template <class V>
    void put(std::size_t channel, std::size_t row, std::size_t vector, const V& value,
             const tile_bits& bits) const
    {
        const std::size_t first = channel * plane + row * Layout::width + vector * Layout::lanes;
        const std::size_t byte =
            ((channel * Layout::height + row) * Layout::vectors + vector) * tile_bytes<Layout>;
        if constexpr (Layout::images == 2)
        {
            simd::store_lanes<0, Layout::width>(out[0] + first, value);
            put_tile(mask[0] + byte, bits, 0);
            simd::store_lanes<Layout::slot, Layout::width>(out[1] + first, value);
            put_tile(mask[1] + byte, bits, Layout::slot);
        }
        else
        {
            if (vector + 1 < Layout::vectors)
                simd::store<V>(out[0] + first, value);
            else
                simd::store_lanes<0, Layout::last_lanes>(out[0] + first, value);
            put_tile(mask[0] + byte, bits, 0);
        }
    }

private:
    static void put_tile(std::uint8_t* target, const tile_bits& bits, std::size_t first_lane)
    {
        put_bits<Layout>(bits.lower >> first_lane, target);
        put_bits<Layout>(bits.right >> first_lane, target + bit_bytes<Layout>);
        put_bits<Layout>(bits.positive >> first_lane, target + 2 * bit_bytes<Layout>);
    }
};

/// The pooled results of Channels filters for one vector of tiles.
template <class Layout, std::size_t Channels, class T>
void pool_block(const T* patch, const T* w, const T* bias, std::size_t channel, std::size_t row,
                std::size_t vector, const pooled_target<Layout, T>& target)
{
    using V = typename Layout::V;
    tile_sums<Layout, Channels, T> tiles;
    tiles.compute(patch, w + channel * Layout::geometry.taps(),
                  [&](std::size_t i)
                  { return simd::broadcast<V>(bias == nullptr ? T{} : bias[channel + i]); });
    const bool careful = may_have_nan(tiles.sum);
    for (std::size_t i = 0; i < Channels; ++i)
    {
        const V* const tile = tiles.sum + 4 * i;
        tile_bits bits{};
        const V best = careful ? careful_maximum(tile[0], tile[1], tile[2], tile[3], bits)
                               : quick_maximum(tile, bits);
        target.put(channel + i, row, vector, best, bits);
    }
}

/// Elements of scratch memory of phase_forward: the phases of a group.
template <convolution_geometry G, class T>
inline constexpr std::size_t phase_forward_scratch = pool_layout<G, T>::size;

/// The pooled results of the phases at @p scratch, of @p rows rows of tiles.
template <class Layout, class T>
void pool_phases(const T* scratch, std::size_t rows, const T* w, const T* bias,
                 const pooled_target<Layout, T>& target)
{
    for_each_channel_block<Layout::geometry.out_channels, phase_channels>(
        [&](auto channels, std::size_t channel)
        {
            for (std::size_t row = 0; row < rows; ++row)
                for (std::size_t vector = 0; vector < Layout::vectors; ++vector)
                    pool_block<Layout, channels()>(scratch + row * Layout::pitch +
                                                       vector * Layout::lanes,
                                                   w, bias, channel, row, vector, target);
        });
}

template <convolution_geometry G, class T>
void phase_forward(std::size_t batch, const T* x, const T* w, const T* bias, T* out,
                   std::uint8_t* mask, T* scratch)
{
    using layout = pool_layout<G, T>;
    using target = pooled_target<layout, T>;
    constexpr std::size_t out_size = G.out_channels * target::plane;
    constexpr std::size_t mask_size = image_bytes<layout>;
    constexpr std::size_t all = layout::images;
    fill_row(scratch, layout::size, T{});
    std::size_t b = 0;
    for (; b + all <= batch; b += all)
    {
        copy_to_phases<layout, T>(group_of<layout>(x + b * G.in_size(), all, G.in_size()), scratch);
        pool_phases<layout>(scratch, layout::height, w, bias,
                            target{group_of<layout>(out + b * out_size, all, out_size),
                                   group_of<layout>(mask + b * mask_size, all, mask_size)});
    }
    if constexpr (all == 2)
        if (b < batch)
        {
            using halves = image_halves<layout>;
            copy_halves_to_phases<layout>(x + b * G.in_size(), scratch);
            pool_phases<layout>(
                scratch, halves::rows, w, bias,
                target{group_of<layout>(out + b * out_size, all, halves::first * layout::width),
                       group_of<layout>(mask + b * mask_size, all,
                                        halves::first * layout::vectors * tile_bytes<layout>)});
        }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
