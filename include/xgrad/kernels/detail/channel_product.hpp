// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
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
/// lies there, and one of a block of channels. Those of a step follow each other, and the next
/// step's begin @p channel_step elements further on.
template <class T>
struct channel_terms
{
    std::size_t outer;
    std::size_t outer_step;
    std::size_t inner;
    const std::size_t* offsets;
    const T* channels;
    std::size_t channel_step;

    /// Those of the offsets [first, last).
    [[nodiscard]] constexpr channel_terms part(std::size_t first, std::size_t last) const
    {
        return {outer,
                outer_step,
                last - first,
                offsets + first,
                channels + first * channel_block_width<T>,
                channel_step};
    }
};

/// Where sums lie: those of neighbouring rows @p step elements apart, those of lines @p jump.
template <class T>
struct channel_sums
{
    T* data;
    std::size_t step = channel_block_width<T>;
    std::size_t jump = 0;

    [[nodiscard]] constexpr channel_sums from(std::size_t line, std::size_t row) const
    {
        return {data + line * jump + row * step, step, jump};
    }
};

/// sums[r][c] = start[c] + sum over the terms of rows[r] * channels[c] for Rows rows, of which
/// every Run follow each other and the next begin @p jump elements later; a null start is what is
/// in the sums already.
template <std::size_t Rows, std::size_t Run, class V>
[[gnu::noinline]] void multiply_channels(const channel_terms<simd::lane<V>>& terms,
                                         const simd::lane<V>* rows, std::size_t jump,
                                         const simd::lane<V>* start,
                                         const channel_sums<simd::lane<V>>& sums)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    const auto target = [&](std::size_t i)
    {
        const std::size_t row = i / channel_vectors;
        return sums.from(row / Run, row % Run).data + i % channel_vectors * width;
    };
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... I, std::size_t... R>(std::index_sequence<I...>, std::index_sequence<R...>)
    {
        V sum[] = {
            simd::load<V>(start == nullptr ? target(I) : start + I % channel_vectors * width)...};
        const T* step = terms.channels;
        for (std::size_t outer = 0; outer < terms.outer;
             ++outer, rows += terms.outer_step, step += terms.channel_step)
        {
            const T* channels = step;
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
        }
        (simd::store<V>(target(I), sum[I]), ...);
    }
    (std::make_index_sequence<channel_vectors * Rows>{}, std::make_index_sequence<Rows>{});
}

/// The same for @p count rows of one line.
template <class V, std::size_t Rows = channel_rows>
void multiply_all_channels(const channel_terms<simd::lane<V>>& terms, std::size_t count,
                           const simd::lane<V>* rows, const simd::lane<V>* start,
                           channel_sums<simd::lane<V>> sums)
{
    for (; count >= Rows; count -= Rows)
    {
        multiply_channels<Rows, Rows, V>(terms, rows, 0, start, sums);
        rows += Rows;
        sums = sums.from(0, Rows);
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
                    const channel_sums<simd::lane<V>>& sums)
{
    constexpr std::size_t half = channel_rows / 2;
    std::size_t line = 0;
    if (count == half)
        for (; line + 2 <= lines; line += 2)
            multiply_channels<2 * half, half, V>(terms, rows + line * jump, jump, start,
                                                 sums.from(line, 0));
    for (; line < lines; ++line)
        multiply_all_channels<V>(terms, count, rows + line * jump, start, sums.from(line, 0));
}

/// The same where a line has but the terms of the offsets @p seen(line): lines that have the same
/// are done together.
template <class V, class Seen>
void multiply_seen(const channel_terms<simd::lane<V>>& terms, std::size_t lines, std::size_t count,
                   const simd::lane<V>* rows, std::size_t jump, const simd::lane<V>* start,
                   const channel_sums<simd::lane<V>>& sums, Seen seen)
{
    for (std::size_t line = 0, next = 0; line < lines; line = next)
    {
        const interval offsets = seen(line);
        for (next = line + 1; next < lines && seen(next) == offsets;)
            ++next;
        multiply_lines<V>(terms.part(offsets.begin, offsets.end), next - line, count,
                          rows + line * jump, jump, start, sums.from(line, 0));
    }
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
