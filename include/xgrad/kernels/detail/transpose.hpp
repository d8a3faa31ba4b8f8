// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <cstddef>
#include <utility>

namespace xgrad::kernels::detail
{

/// Puts the rows of a tile of Width vectors in the order of a perfect shuffle.
template <std::size_t Width, class V, std::size_t... I>
inline void shuffle_tile(V (&rows)[Width], std::index_sequence<I...>)
{
    const std::pair<V, V> pairs[] = {simd::interleave(rows[I], rows[I + Width / 2])...};
    ((rows[2 * I] = pairs[I].first, rows[2 * I + 1] = pairs[I].second), ...);
}

/// Transposes Width vectors of Width elements: log2(Width) perfect shuffles of the whole.
template <std::size_t Width, class V, std::size_t Round = 1>
inline void transpose_tile(V (&rows)[Width])
{
    if constexpr (Round < Width)
    {
        shuffle_tile(rows, std::make_index_sequence<Width / 2>{});
        transpose_tile<Width, V, 2 * Round>(rows);
    }
}

/// Transposes a square as large as a vector is wide: target(j, i) = source(i, j).
template <class V, std::size_t... I>
void transpose_square(const simd::lane<V>* source, std::size_t ld_source, simd::lane<V>* target,
                      std::size_t ld_target, std::index_sequence<I...>)
{
    V row[] = {simd::load<V>(source + I * ld_source)...};
    transpose_tile(row);
    (simd::store(target + I * ld_target, row[I]), ...);
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
                transpose_square<V>(source + i * ld_source + j, ld_source,
                                    target + j * ld_target + i, ld_target,
                                    std::make_index_sequence<width>{});
            for (; j < columns; ++j)
                for (std::size_t r = 0; r < width; ++r)
                    target[j * ld_target + i + r] = source[(i + r) * ld_source + j];
        }
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t r = i; r < rows; ++r)
            target[j * ld_target + r] = source[r * ld_source + j];
}

} // namespace xgrad::kernels::detail
