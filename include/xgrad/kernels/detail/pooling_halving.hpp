// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/pooling_geometry.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_bytes.hpp>
#include <xgrad/kernels/simd_interleave.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

// Pooling of 2x2 tiles, a vector of results at a time. The last vector of a row runs into the next
// row (rows are often shorter than a vector): what it writes there is overwritten when that row has
// its turn, and it adds zeros where gradients are accumulated. Where a vector would run out of the
// operands, it is one element long.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// A maximum and the cell of its window where it was found.
template <class V>
struct winner
{
    V value;
    V cell;
};

/// The larger of the two, the earlier one in a tie, NaN before any number.
template <class V>
[[nodiscard]] inline winner<V> earlier_maximum(const winner<V>& a, const winner<V>& b)
{
    const auto keep = a.value >= b.value || simd::is_nan(a.value);
    return {simd::select(keep, a.value, b.value), simd::select(keep, a.cell, b.cell)};
}

/// The maxima of the tiles whose upper rows start at @p upper and lower rows at @p lower.
template <class V>
[[nodiscard]] inline winner<V> maximum_of_tiles(const simd::lane<V>* upper,
                                                const simd::lane<V>* lower)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    const auto cell = [](int index) { return simd::broadcast<V>(static_cast<T>(index)); };
    const auto [a, b] = simd::deinterleave(simd::load<V>(upper), simd::load<V>(upper + width));
    const auto [c, d] = simd::deinterleave(simd::load<V>(lower), simd::load<V>(lower + width));
    return earlier_maximum(earlier_maximum<V>({a, cell(0)}, {b, cell(1)}),
                           earlier_maximum<V>({c, cell(2)}, {d, cell(3)}));
}

/// The maxima of one tile.
template <class T>
[[nodiscard]] inline winner<T> maximum_of_tile(const T* upper, const T* lower)
{
    return earlier_maximum(
        earlier_maximum<T>({upper[0], static_cast<T>(0)}, {upper[1], static_cast<T>(1)}),
        earlier_maximum<T>({lower[0], static_cast<T>(2)}, {lower[1], static_cast<T>(3)}));
}

/// Calls visit(first pixel, first output) for every row of tiles of all planes, in ascending order.
template <class Visit>
void for_each_tile_row(const pooling_geometry& g, std::size_t planes, Visit visit)
{
    for (std::size_t plane = 0; plane < planes; ++plane)
        for (std::size_t y = 0; y < g.out_height(); ++y)
            visit(plane * g.in_pixels() + 2 * y * g.width,
                  plane * g.out_pixels() + y * g.out_width());
}

/// Cuts a row of tiles into vectors. Calls on_vector(pixel, output, tiles) where vectors of V can
/// be read and written at the pixels and results from there on, of which the first `tiles` results
/// belong to the row; else on_tile(pixel, output).
template <class V, class OnVector, class OnTile>
void for_each_vector(const pooling_geometry& g, std::size_t planes, std::size_t pixel,
                     std::size_t output, OnVector on_vector, OnTile on_tile)
{
    constexpr std::size_t width = simd::lanes<V>;
    const std::size_t end = output + g.out_width();
    while (output < end)
    {
        std::size_t tiles = 1;
        if (pixel + g.width + 2 * width <= planes * g.in_pixels() &&
            output + width <= planes * g.out_pixels())
        {
            tiles = std::min(width, end - output);
            on_vector(pixel, output, tiles);
        }
        else
            on_tile(pixel, output);
        pixel += 2 * tiles;
        output += tiles;
    }
}

template <class T>
void halving_max_forward(const pooling_geometry& g, std::size_t planes, const T* x, T* out,
                         std::uint8_t* index)
{
    using V = simd::pack<T>;
    const auto on_vector = [&](std::size_t pixel, std::size_t output, std::size_t)
    {
        const winner<V> best = maximum_of_tiles<V>(x + pixel, x + pixel + g.width);
        simd::store<V>(out + output, best.value);
        if (index != nullptr)
            simd::store_bytes<V>(index + output, best.cell);
    };
    const auto on_tile = [&](std::size_t pixel, std::size_t output)
    {
        const winner<T> best = maximum_of_tile(x + pixel, x + pixel + g.width);
        out[output] = best.value;
        if (index != nullptr)
            index[output] = static_cast<std::uint8_t>(best.cell);
    };
    for_each_tile_row(g, planes,
                      [&](std::size_t pixel, std::size_t output)
                      { for_each_vector<V>(g, planes, pixel, output, on_vector, on_tile); });
}

/// The first @p count lanes of @p v, the others zero.
template <class V>
[[nodiscard]] inline V first_lanes(const V& v, std::size_t count)
{
    using T = simd::lane<V>;
    const V limit = simd::broadcast<V>(static_cast<T>(static_cast<int>(count)));
    return simd::select(simd::lane_numbers<V>() < limit, v, simd::broadcast<V>(T{}));
}

/// Writes or adds the run even[0], odd[0], even[1], ...
template <bool Accumulate, class V>
inline void put_interleaved(const V& even, const V& odd, simd::lane<V>* target)
{
    constexpr std::size_t width = simd::lanes<V>;
    const auto [first, second] = simd::interleave(even, odd);
    if constexpr (Accumulate)
    {
        simd::store<V>(target, simd::load<V>(target) + first);
        simd::store<V>(target + width, simd::load<V>(target + width) + second);
    }
    else
    {
        simd::store<V>(target, first);
        simd::store<V>(target + width, second);
    }
}

template <bool Accumulate, class T>
inline void put_element(const T& value, T& target)
{
    if constexpr (Accumulate)
        target += value;
    else
        target = value;
}

/// Gives the gradient of each result to the winner of its tile. The upper pixels of a row of tiles
/// are done before the lower ones, which the last vector of the upper ones runs into.
template <bool Accumulate, class T>
void halving_max_backward(const pooling_geometry& g, std::size_t planes, const T* grad_out,
                          const std::uint8_t* index, T* grad_x)
{
    using V = simd::pack<T>;
    const auto put_row = [&](std::size_t pixel, std::size_t output, int first_cell)
    {
        const auto on_vector = [&](std::size_t target, std::size_t source, std::size_t tiles)
        {
            const auto cell = [](int i) { return simd::broadcast<V>(static_cast<T>(i)); };
            const V zero = simd::broadcast<V>(T{});
            const V winners = simd::load_bytes<V>(index + source);
            V gradient = simd::load<V>(grad_out + source);
            if (tiles < simd::lanes<V>)
                gradient = first_lanes(gradient, tiles);
            put_interleaved<Accumulate>(
                simd::select(winners == cell(first_cell), gradient, zero),
                simd::select(winners == cell(first_cell + 1), gradient, zero), grad_x + target);
        };
        const auto on_tile = [&](std::size_t target, std::size_t source)
        {
            const T gradient = grad_out[source];
            put_element<Accumulate>(index[source] == first_cell ? gradient : T{}, grad_x[target]);
            put_element<Accumulate>(index[source] == first_cell + 1 ? gradient : T{},
                                    grad_x[target + 1]);
        };
        for_each_vector<V>(g, planes, pixel, output, on_vector, on_tile);
        if (!Accumulate && g.width % 2 == 1)
            grad_x[pixel + g.width - 1] = T{};
    };
    for_each_tile_row(g, planes,
                      [&](std::size_t pixel, std::size_t output)
                      {
                          put_row(pixel, output, 0);
                          put_row(pixel + g.width, output, 2);
                          if (!Accumulate && g.height % 2 == 1)
                              fill_row(grad_x + pixel + 2 * g.width, g.width, T{});
                      });
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
