// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/kernels/detail/matmul_direct.hpp>
#include <xgrad/kernels/detail/matmul_dot.hpp>
#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/detail/transpose.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

// Products with fewer columns than a vector has lanes. Vectors along the rows of C would leave
// lanes idle, so they run along its columns or along k where that is possible.

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Where the transpose of a product goes: the rows of its blocks are columns of C, of which the
/// first is column @p first.
template <class T, class Epilogue>
struct transposed_target : product_target<T, Epilogue>
{
    std::size_t first;

    [[nodiscard]] transposed_target part(bool is_first, bool is_last) const
    {
        return {product_target<T, Epilogue>::part(is_first, is_last), first};
    }

    /// Stores the first @p count elements of a vector to row @p row, from column @p place on.
    template <class V>
    void store(const V& v, std::size_t row, std::size_t place, std::size_t count) const
    {
        T* const element = this->c + row * this->ldc + place;
        V value = this->accumulate ? V(v + simd::load_partial<V>(element, count)) : v;
        if (this->complete)
            value = this->epilogue(value, row, place, count);
        simd::store_partial(element, value, count);
    }
};

/// Stores the transpose of the v-th column of vectors of a block, which becomes rows of C from
/// @p row on; the first @p seen of them are there already.
template <class V, std::size_t Rows, std::size_t Vectors, class Epilogue, std::size_t... I>
[[gnu::always_inline]] inline void
store_transposed(const register_block<V, Rows, Vectors>& block, std::size_t v,
                 const transposed_target<simd::lane<V>, Epilogue>& target, std::size_t row,
                 std::size_t seen, std::index_sequence<I...>)
{
    const V zero = simd::broadcast<V>(simd::lane<V>(0));
    V rows[] = {(I < Rows ? block.sum(std::min(I, Rows - 1), v) : zero)...};
    transpose_tile(rows);
    ((I >= seen ? target.store(rows[I], row + I, target.first, Rows) : void()), ...);
}

template <class V, std::size_t Rows, std::size_t Vectors, class Epilogue, class Count>
[[gnu::always_inline]] inline void
store_block(register_block<V, Rows, Vectors>& block,
            const transposed_target<simd::lane<V>, Epilogue>& target, std::size_t, std::size_t,
            const column_group& group, Count)
{
    constexpr std::size_t width = simd::lanes<V>;
    [&]<std::size_t... J>(std::index_sequence<J...>)
    {
        (store_transposed(
             block, J, target, group.first + (J + 1 == Vectors ? group.last : J * width),
             J + 1 == Vectors ? J * width - group.last : 0, std::make_index_sequence<width>{}),
         ...);
    }
    (std::make_index_sequence<Vectors>{});
}

/// A^T op(B), as the transpose of op(B)^T A, whose rows are @p m >= width elements long. Covers the
/// @p n columns of C by Rows, then by ever half as many, unless N says that n = Rows.
template <bool TransposeB, std::size_t M, std::size_t N, std::size_t Rows, class V, class Epilogue>
void multiply_transposed(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                         std::size_t lda, const simd::lane<V>* b, std::size_t ldb,
                         transposed_target<simd::lane<V>, Epilogue> target)
{
    if (n >= Rows)
    {
        multiply_in_place<V>(product_blocks_of<!TransposeB, Rows, M, Rows, 2, false, V,
                                               transposed_target<simd::lane<V>, Epilogue>>,
                             Rows, m, k, b, ldb, a, lda, target);
        n -= Rows;
        b += Rows * (TransposeB ? ldb : 1);
        target.first += Rows;
    }
    if constexpr (Rows > 1 && N != Rows)
        if (n > 0)
            multiply_transposed<TransposeB, M, N, Rows / 2, V>(m, n, k, a, lda, b, ldb, target);
}

/// A B by inner products along k with the columns of B, which are packed side by side on the stack.
/// Expects n > 0.
template <class V, class Epilogue>
void multiply_by_packed_columns(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                                std::size_t lda, const simd::lane<V>* b, std::size_t ldb,
                                const product_target<simd::lane<V>, Epilogue>& target)
{
    using T = simd::lane<V>;
    constexpr std::size_t size = 32 * 1024 / sizeof(T);
    alignas(simd::alignment) T columns[size];
    const std::size_t most = size / n / simd::lanes<V> * simd::lanes<V>;
    const std::size_t parts = (k + most - 1) / most;
    const std::size_t depth = (k / parts + simd::lanes<V>) / simd::lanes<V> * simd::lanes<V>;
    for (std::size_t p = 0; p < k; p += depth)
    {
        const std::size_t steps = std::min(depth, k - p);
        transpose_to(steps, n, b + p * ldb, ldb, columns, depth);
        multiply_inner_products<V>(m, n, steps, a + p, lda, columns, depth,
                                   target.part(p == 0, p + steps == k));
    }
}

/// C = b^T A for a row C of @p m <= width elements: in four sums, of the rows of A from the first,
/// the second... on, as one sum would wait for itself.
template <class V>
void weigh_short_rows(std::size_t m, std::size_t k, const simd::lane<V>* a, std::size_t lda,
                      const simd::lane<V>* b, std::size_t ldb, simd::lane<V>* c, bool accumulate)
{
    const V zero = simd::broadcast<V>(simd::lane<V>(0));
    V sum[4] = {zero, zero, zero, zero};
    const auto add = [&](V& part, std::size_t p) {
        part =
            simd::fma(simd::broadcast<V>(b[p * ldb]), simd::load_partial<V>(a + p * lda, m), part);
    };
    std::size_t p = 0;
    for (; p + 4 <= k; p += 4)
        for (std::size_t i = 0; i < 4; ++i)
            add(sum[i], p + i);
    for (; p < k; ++p)
        add(sum[0], p);
    const V total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    simd::store_partial(c, accumulate ? V(simd::load_partial<V>(c, m) + total) : total, m);
}

/// Chooses how to multiply where n < width.
template <bool TransposeA, bool TransposeB, std::size_t M, std::size_t N, class V, class Epilogue>
void multiply_narrow(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                     std::size_t lda, const simd::lane<V>* b, std::size_t ldb,
                     const product_target<simd::lane<V>, Epilogue>& target)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    using block = block_shape<simd::registers>;
    constexpr bool masks = simd::has_masks<V>;
    using W = std::conditional_t<masks, V, T>;
    constexpr bool one_column = N == 1 && std::is_same_v<Epilogue, no_epilogue>;
    if constexpr (TransposeA && one_column)
        if (target.ldc == 1) // as a row of C
        {
            if constexpr (masks && (M == dynamic || M <= width))
                if (m <= width)
                    return weigh_short_rows<V>(m, k, a, lda, b, TransposeB ? 1 : ldb, target.c,
                                               target.accumulate);
            return multiply_directly<!TransposeB, false, 1, M, 1, 4, false, W>(1, m, k, b, ldb, a,
                                                                               lda, false, target);
        }
    if constexpr (TransposeA && !one_column && (M == dynamic || M >= width))
        if (m >= width)
            return multiply_transposed < TransposeB, M, N, N <= block::rows ? N : width / 2,
                   V > (m, n, k, a, lda, b, ldb, transposed_target<T, Epilogue>{target, 0});
    if constexpr (!TransposeA)
    {
        if (n == 1 && m >= few_rows && (TransposeB || ldb == 1))
            return multiply_vector<V>(m, k, a, lda, b, target);
        if (TransposeB && k >= 4 * width)
            return multiply_inner_products<V>(m, n, k, a, lda, b, ldb, target);
        if (!TransposeB && n > 0 && k >= 8 * width && m >= 2 * width && 4 * n <= 3 * width)
            return multiply_by_packed_columns<V>(m, n, k, a, lda, b, ldb, target);
    }
    if (m >= few_rows)
        multiply_directly<TransposeA, TransposeB, M, N, block::rows, masks ? 1 : 2, masks, W>(
            m, n, k, a, lda, b, ldb, false, target);
    else
        multiply_directly<TransposeA, TransposeB, M, N, 1, masks ? 1 : 4, masks, W>(
            m, n, k, a, lda, b, ldb, false, target);
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
