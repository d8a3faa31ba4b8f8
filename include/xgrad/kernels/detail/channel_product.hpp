// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/transpose.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

// The product that convolutions with many channels are made of: the lanes are channels of one side,
// elements of the other side are broadcast. They are read wherever they lie, so that any stride,
// padding and dilation costs nothing and no patch matrix is built.
// Source: Georganas et al., Anatomy of High-Performance Deep Learning Convolutions on SIMD
// Architectures, 2018.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Vectors of channels side by side, and the channels that they hold.
inline constexpr std::size_t channel_vectors = 2;
template <class T>
inline constexpr std::size_t channel_block_width = channel_vectors* simd::width<T>;

/// Rows of sums that fit the registers beside the operands.
inline constexpr std::size_t channel_rows = simd::registers >= 32 ? 14 : 6;

constexpr std::size_t blocks_of(std::size_t count, std::size_t size)
{
    return (count + size - 1) / size;
}

/// The terms of a sum: for each of @p outer steps and each of @p inner offsets one of a row, which
/// lies there, and one of a block of channels, which follow each other from @p channels on.
template <class T>
struct channel_terms
{
    std::size_t outer;
    std::size_t outer_step;
    std::size_t inner;
    const std::size_t* offsets;
    const T* channels;
};

/// sums[r][c] = start[c] + sum over the terms of rows[r] * channels[c] for Rows rows, of which
/// every Run follow each other and the next begin @p jump elements later; a null start is what is
/// in the sums already.
template <std::size_t Rows, std::size_t Run, class V>
[[gnu::noinline]] void multiply_channels(const channel_terms<simd::lane<V>>& terms,
                                         const simd::lane<V>* rows, std::size_t jump,
                                         const simd::lane<V>* start, simd::lane<V>* sums)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... I, std::size_t... R>(std::index_sequence<I...>, std::index_sequence<R...>)
    {
        V sum[] = {simd::load<V>(start == nullptr ? sums + I * width
                                                  : start + I % channel_vectors * width)...};
        const T* channels = terms.channels;
        for (std::size_t outer = 0; outer < terms.outer; ++outer, rows += terms.outer_step)
            for (std::size_t inner = 0; inner < terms.inner; ++inner)
            {
                const T* const row = rows + terms.offsets[inner];
                const V first = simd::keep(simd::load<V>(channels));
                const V second = simd::keep(simd::load<V>(channels + width));
                channels += channel_vectors * width;
                V x = first;
                ((x = simd::keep(simd::broadcast<V>(row[R % Run + R / Run * jump])),
                  sum[channel_vectors * R] = simd::fma(x, first, sum[channel_vectors * R]),
                  sum[channel_vectors * R + 1] =
                      simd::fma(x, second, sum[channel_vectors * R + 1])),
                 ...);
            }
        (simd::store<V>(sums + I * width, sum[I]), ...);
    }
    (std::make_index_sequence<channel_vectors * Rows>{}, std::make_index_sequence<Rows>{});
}

/// The same for @p count rows.
template <class V, std::size_t Rows = channel_rows>
void multiply_all_channels(const channel_terms<simd::lane<V>>& terms, std::size_t count,
                           const simd::lane<V>* rows, const simd::lane<V>* start,
                           simd::lane<V>* sums)
{
    for (; count >= Rows; count -= Rows)
    {
        multiply_channels<Rows, Rows, V>(terms, rows, 0, start, sums);
        rows += Rows;
        sums += Rows * channel_vectors * simd::lanes<V>;
    }
    if constexpr (Rows > 1)
        if (count > 0)
            multiply_all_channels<V, Rows / 2>(terms, count, rows, start, sums);
}

/// The same for @p lines lines of @p count rows each, which begin @p jump elements apart. Two lines
/// of half a block are done at once.
template <class V>
void multiply_lines(const channel_terms<simd::lane<V>>& terms, std::size_t lines, std::size_t count,
                    const simd::lane<V>* rows, std::size_t jump, const simd::lane<V>* start,
                    simd::lane<V>* sums)
{
    constexpr std::size_t half = channel_rows / 2;
    const std::size_t step = count * channel_vectors * simd::lanes<V>;
    std::size_t line = 0;
    if (count == half)
        for (; line + 2 <= lines; line += 2)
            multiply_channels<2 * half, half, V>(terms, rows + line * jump, jump, start,
                                                 sums + line * step);
    for (; line < lines; ++line)
        multiply_all_channels<V>(terms, count, rows + line * jump, start, sums + line * step);
}

/// As transpose_to, but ragged columns are covered by a square that overlaps its neighbour.
template <class T>
void transpose_overlapping(std::size_t rows, std::size_t columns, const T* source,
                           std::size_t ld_source, T* target, std::size_t ld_target)
{
    constexpr std::size_t width = simd::width<T>;
    const std::size_t ragged = columns % width;
    if (ragged == 0 || columns < width)
        return transpose_to(rows, columns, source, ld_source, target, ld_target);
    transpose_to(rows, columns - ragged, source, ld_source, target, ld_target);
    const std::size_t last = columns - width;
    transpose_to(rows, width, source + last, ld_source, target + last * ld_target, ld_target);
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
