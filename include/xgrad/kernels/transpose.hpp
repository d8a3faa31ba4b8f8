// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/transpose.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// Whether a tile of T is worth transposing in registers: else xgrad knows no fast shuffle.
template <class T>
inline constexpr bool transposes_in_registers =
    std::is_floating_point_v<T>&& simd::is_vector<simd::pack<T>>;

template <class T>
void transpose_in_registers(const T* x, std::size_t x_stride, T* out, std::size_t out_stride,
                            bool accumulate)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::width<T>;
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        V rows[width] = {simd::load<V>(x + I * x_stride)...};
        transpose_tile(rows);
        if (accumulate)
            ((rows[I] = simd::load<V>(out + I * out_stride) + rows[I]), ...);
        (simd::store(out + I * out_stride, rows[I]), ...);
    }
    (std::make_index_sequence<width>{});
}

template <class T>
void transpose_elements(std::size_t rows, std::size_t columns, const T* x, std::size_t x_stride,
                        T* out, std::size_t out_stride, bool accumulate)
{
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t i = 0; i < rows; ++i)
        {
            const T& value = x[i * x_stride + j];
            T& target = out[j * out_stride + i];
            target = accumulate ? T(target + value) : value;
        }
}

/// Transposes a block that fits into the first cache.
template <class T>
void transpose_block(std::size_t rows, std::size_t columns, const T* x, std::size_t x_stride,
                     T* out, std::size_t out_stride, bool accumulate)
{
    std::size_t i = 0, j = 0;
    if constexpr (transposes_in_registers<T>)
    {
        constexpr std::size_t width = simd::width<T>;
        for (; i + width <= rows; i += width)
            for (j = 0; j + width <= columns; j += width)
                transpose_in_registers(x + i * x_stride + j, x_stride, out + j * out_stride + i,
                                       out_stride, accumulate);
        transpose_elements(i, columns - j, x + j, x_stride, out + j * out_stride, out_stride,
                           accumulate);
    }
    transpose_elements(rows - i, columns, x + i * x_stride, x_stride, out + i, out_stride,
                       accumulate);
}

} // namespace detail

/// out(j, i) = x(i, j) for a rows x columns matrix x, or out(j, i) += x(i, j) when @p accumulate.
/// The strides count elements between the beginnings of rows. The two do not overlap.
template <class T>
void transpose(std::size_t rows, std::size_t columns, const T* x, std::size_t x_stride, T* out,
               std::size_t out_stride, bool accumulate = false)
{
    constexpr std::size_t side = 64;
    for (std::size_t i = 0; i < rows; i += side)
        for (std::size_t j = 0; j < columns; j += side)
            detail::transpose_block(std::min(side, rows - i), std::min(side, columns - j),
                                    x + i * x_stride + j, x_stride, out + j * out_stride + i,
                                    out_stride, accumulate);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
