// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Puts the rows of a tile of Width vectors in the order of a perfect shuffle.
template <std::size_t Width, class V, std::size_t... I>
[[gnu::always_inline]] inline void shuffle_tile(V (&rows)[Width], std::index_sequence<I...>)
{
    const std::pair<V, V> pairs[] = {simd::interleave(rows[I], rows[I + Width / 2])...};
    ((rows[2 * I] = pairs[I].first, rows[2 * I + 1] = pairs[I].second), ...);
}

/// Transposes Width vectors of Width elements: log2(Width) perfect shuffles of the whole.
template <std::size_t Width, class V, std::size_t Round = 1>
[[gnu::always_inline]] inline void transpose_tile(V (&rows)[Width])
{
    if constexpr (Round < Width)
    {
        shuffle_tile(rows, std::make_index_sequence<Width / 2>{});
        transpose_tile<Width, V, 2 * Round>(rows);
    }
}

/// Transposes Rows <= width rows as long as a vector is wide: target(j, i) = source(i, j).
template <class V, std::size_t Rows>
void transpose_rows(const simd::lane<V>* source, std::size_t ld_source, simd::lane<V>* target,
                    std::size_t ld_target)
{
    constexpr std::size_t width = simd::lanes<V>;
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        V row[] = {simd::load<V>(source + std::min(I, Rows - 1) * ld_source)...};
        transpose_tile(row);
        if constexpr (Rows == width)
            (simd::store(target + I * ld_target, row[I]), ...);
        else
            (simd::store_partial(target + I * ld_target, row[I], Rows), ...);
    }
    (std::make_index_sequence<width>{});
}

/// Transposes a vector's width of rows that are @p count < width long.
template <class V>
void transpose_short_rows(std::size_t count, const simd::lane<V>* source, std::size_t ld_source,
                          simd::lane<V>* target, std::size_t ld_target)
{
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        V row[] = {simd::load_partial<V>(source + I * ld_source, count)...};
        transpose_tile(row);
        ((I < count ? simd::store(target + I * ld_target, row[I]) : void()), ...);
    }
    (std::make_index_sequence<simd::lanes<V>>{});
}

/// Copies the transpose of a @p rows x @p columns matrix: target(j, i) = source(i, j).
template <class T>
void transpose_to(std::size_t rows, std::size_t columns, const T* source, std::size_t ld_source,
                  T* target, std::size_t ld_target)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    std::size_t i = 0;
    if constexpr (width > 1)
        for (; i + width <= rows; i += width)
        {
            std::size_t j = 0;
            for (; j + width <= columns; j += width)
                transpose_rows<V, width>(source + i * ld_source + j, ld_source,
                                         target + j * ld_target + i, ld_target);
            if constexpr (simd::has_masks<V>)
            {
                if (j < columns)
                    transpose_short_rows<V>(columns - j, source + i * ld_source + j, ld_source,
                                            target + j * ld_target + i, ld_target);
            }
            else
                for (; j < columns; ++j)
                    for (std::size_t r = 0; r < width; ++r)
                        target[j * ld_target + i + r] = source[(i + r) * ld_source + j];
        }
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t r = i; r < rows; ++r)
            target[j * ld_target + r] = source[r * ld_source + j];
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
