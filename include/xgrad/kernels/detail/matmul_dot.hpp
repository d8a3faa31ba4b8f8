// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The inner products of Rows rows of A with Columns rows of B, all of them contiguous and k long.
template <std::size_t Columns, class V, std::size_t... I, std::size_t... J>
void multiply_inner(std::size_t k, const simd::lane<V>* a, std::size_t lda, const simd::lane<V>* b,
                    std::size_t ldb, simd::lane<V>* products, std::index_sequence<I...>,
                    std::index_sequence<J...>)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    V sum[] = {((void)I, simd::broadcast<V>(T(0)))...};
    for (; k >= width; k -= width, a += width, b += width)
    {
        const V column[] = {simd::keep(simd::load<V>(b + J * ldb))...};
        ((sum[I] = simd::fma(simd::load<V>(a + I / Columns * lda), column[I % Columns], sum[I])),
         ...);
    }
    if (k > 0)
    {
        const V column[] = {simd::load_partial<V>(b + J * ldb, k)...};
        ((sum[I] = simd::fma(simd::load_partial<V>(a + I / Columns * lda, k), column[I % Columns],
                             sum[I])),
         ...);
    }
    simd::store_sums(sum, products);
}

/// A B^T by inner products along the contiguous k: for few rows, where the time to pack B would not
/// come back. Calls store(row, column, value) once for each of the m >= Rows by n >= Columns
/// elements; the blocks at the ends overlap their neighbours.
template <std::size_t Rows, std::size_t Columns, class V, class Store>
[[gnu::noinline]] void multiply_by_inner_products(std::size_t m, std::size_t n, std::size_t k,
                                                  const simd::lane<V>* a, std::size_t lda,
                                                  const simd::lane<V>* b, std::size_t ldb,
                                                  const Store& store)
{
    constexpr std::size_t width = simd::lanes<V>;
    simd::lane<V> products[(Rows * Columns + width - 1) / width * width];
    for (std::size_t j = 0; j < n; j += Columns)
        for (std::size_t i = 0; i < m; i += Rows)
        {
            const std::size_t row = std::min(i, m - Rows);
            const std::size_t column = std::min(j, n - Columns);
            multiply_inner<Columns, V>(k, a + row * lda, lda, b + column * ldb, ldb, products,
                                       std::make_index_sequence<Rows * Columns>{},
                                       std::make_index_sequence<Columns>{});
            for (std::size_t r = i; r < row + Rows; ++r)
                for (std::size_t c = j; c < column + Columns; ++c)
                    store(r, c, products[(r - row) * Columns + c - column]);
        }
}

/// One element of C, with the epilogue applied.
template <class T, class Epilogue>
void store_element(const product_target<T, Epilogue>& target, std::size_t row, std::size_t column,
                   T value)
{
    T& c = target.c[row * target.ldc + column];
    if (target.accumulate)
        value += c;
    c = target.complete ? target.epilogue(value, row, column, 1) : value;
}

/// A B^T by inner products, for few rows or columns.
template <class V, class Epilogue>
void multiply_inner_products(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                             std::size_t lda, const simd::lane<V>* b, std::size_t ldb,
                             const product_target<simd::lane<V>, Epilogue>& target)
{
    // As many sums as one vector takes, or fewer registers allow.
    constexpr std::size_t rows = simd::registers >= 32 ? 3 : 4;
    constexpr std::size_t columns = simd::registers >= 32 ? 5 : 3;
    const auto store = [&](std::size_t row, std::size_t column, const simd::lane<V>& value)
    { store_element(target, row, column, value); };
    // Of a single row five at once, or four if that repeats less at the end.
    const auto covered = [n](std::size_t at_once) { return (n + at_once - 1) / at_once * at_once; };
    if (m >= rows && n >= columns)
        multiply_by_inner_products<rows, columns, V>(m, n, k, a, lda, b, ldb, store);
    else if (n >= 5 && covered(5) <= covered(few_rows))
        multiply_by_inner_products<1, 5, V>(m, n, k, a, lda, b, ldb, store);
    else if (n >= few_rows)
        multiply_by_inner_products<1, few_rows, V>(m, n, k, a, lda, b, ldb, store);
    else
        multiply_by_inner_products<1, 1, V>(m, n, k, a, lda, b, ldb, store);
}

/// C = A b for a contiguous vector b and m >= few_rows, as many rows at a time as there are sums in
/// a vector; the last ones overlap their neighbours.
template <class V, class Epilogue>
void multiply_vector(std::size_t m, std::size_t k, const simd::lane<V>* a, std::size_t lda,
                     const simd::lane<V>* b, const product_target<simd::lane<V>, Epilogue>& target)
{
    constexpr std::size_t width = simd::lanes<V>;
    const auto store = [&](std::size_t, std::size_t row, const simd::lane<V>& value)
    { store_element(target, row, 0, value); };
    if (m < width)
        return multiply_by_inner_products<1, few_rows, V>(1, m, k, b, k, a, lda, store);
    const bool plain =
        std::is_same_v<Epilogue, no_epilogue> && target.ldc == 1 && !target.accumulate;
    for (std::size_t i = 0; i < m; i += width)
    {
        simd::lane<V> products[width];
        const std::size_t row = std::min(i, m - width);
        multiply_inner<width, V>(k, b, k, a + row * lda, lda, products,
                                 std::make_index_sequence<width>{},
                                 std::make_index_sequence<width>{});
        if (plain && row == i)
            simd::store(target.c + row, simd::load<V>(products));
        else
            for (std::size_t r = i; r < row + width; ++r)
                store(0, r, products[r - row]);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
