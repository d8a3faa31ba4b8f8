// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::kernels
{

/// The epilogue of a plain product: stores what was computed. Any other epilogue is called in its
/// place with the elements of C at (row, column) … (row, column + count - 1), before they are
/// stored, once for each element. V is a vector, of which the first `count` lanes matter, or a
/// single element.
struct no_epilogue
{
    template <class V>
    [[nodiscard]] V operator()(const V& value, std::size_t, std::size_t, std::size_t) const
    {
        return value;
    }
};

} // namespace xgrad::kernels

namespace xgrad::kernels::detail
{

/// What is to become of a product: where it goes, and how.
template <class T, class Epilogue>
struct product_target
{
    T* c;
    std::size_t ldc;
    bool accumulate;
    bool complete; ///< whether this is the last part of the sum over k, so that the epilogue is due
    const Epilogue& epilogue;

    /// This target for another part of the sum over k, out of several.
    [[nodiscard]] product_target part(bool first, bool last) const
    {
        return {c, ldc, accumulate || !first, last, epilogue};
    }
};

/// The columns of C that one pass over a panel of op(B) covers: `vectors` vectors, side by side
/// but for the last, which begins `last` columns after the first. It may overlap its neighbour;
/// both then hold the same values, and no column beyond C is touched.
struct column_group
{
    std::size_t first;
    std::size_t vectors;
    std::size_t last;
    std::size_t count; ///< columns of the last vector that exist: less than a vector if C is narrow
};

/// The group that begins at column @p first of @p n, of at most @p most >= 2 vectors of @p width:
/// the fewest groups that will do, as equal as they can be.
[[nodiscard]] constexpr column_group group_at(std::size_t first, std::size_t n, std::size_t most,
                                              std::size_t width)
{
    const std::size_t left = n - first;
    if (left < width)
        return {first, 1, 0, left};
    const std::size_t all = (left + width - 1) / width;
    const std::size_t groups = (all + most - 1) / most;
    std::size_t vectors = (all + groups - 1) / groups;
    // A ragged vector can overlap only within its group, so it must not be left alone.
    const std::size_t after = left - std::min(left, vectors * width);
    if (after > 0 && after < width)
        --vectors;
    return {first, vectors, std::min(left, vectors * width) - width, width};
}

/// Number of columns that @p group covers.
[[nodiscard]] constexpr std::size_t columns(const column_group& group)
{
    return group.last + group.count;
}

/// Where the i-th sum of a block belongs that is @p vectors wide.
[[nodiscard]] constexpr std::size_t row_of(std::size_t i, std::size_t vectors)
{
    return i / vectors;
}

[[nodiscard]] constexpr std::size_t column_of(std::size_t i, std::size_t vectors, std::size_t width,
                                              std::size_t last)
{
    return i % vectors + 1 == vectors ? last : i % vectors * width;
}

/// Stores what remains of @p rows rows of sums at an edge of C: neither the rows before @p skip,
/// which are there already, nor columns beyond the group.
template <class V, class Epilogue>
void store_edge(V* sum, std::size_t rows, const product_target<simd::lane<V>, Epilogue>& target,
                std::size_t first_row, std::size_t skip, const column_group& group)
{
    const std::size_t first = skip * group.vectors;
    const std::size_t size = rows * group.vectors;
    const auto column = [&](std::size_t i)
    { return group.first + column_of(i, group.vectors, simd::lanes<V>, group.last); };
    const auto row = [&](std::size_t i) { return first_row + row_of(i, group.vectors); };
    if (target.accumulate)
        for (std::size_t i = first; i < size; ++i)
            sum[i] +=
                simd::load_partial<V>(target.c + row(i) * target.ldc + column(i), group.count);
    for (std::size_t i = first; i < size; ++i)
    {
        if (target.complete)
            sum[i] = target.epilogue(sum[i], row(i), column(i), group.count);
        simd::store_partial(target.c + row(i) * target.ldc + column(i), sum[i], group.count);
    }
}

/// A block of registers: the sums of Rows x Vectors vectors of C.
template <class V, std::size_t Rows, std::size_t Vectors>
struct register_block
{
    static constexpr std::size_t size = Rows * Vectors;
    static constexpr std::size_t width = simd::lanes<V>;
    using T = simd::lane<V>;
    using all = std::make_index_sequence<size>;
    using each_vector = std::make_index_sequence<Vectors>;

    V sum[size];

    /// Sums over k. @p a has its rows @p a_row apart and its steps in k @p a_step apart; @p b is a
    /// panel whose steps in k are @p b_step apart and whose last vector begins at @p last.
    ///
    /// The folds stand for loops: with constant indices the sums stay in registers at any
    /// optimisation level.
    template <std::size_t... I, std::size_t... J>
    void multiply(std::size_t k, const T* a, std::size_t a_row, std::size_t a_step, const T* b,
                  std::size_t b_step, std::size_t last, std::index_sequence<I...>,
                  std::index_sequence<J...>)
    {
        V local[] = {((void)I, simd::broadcast<V>(T(0)))...};
        const T* b_last = b + last;
        for (; k > 0; --k, a += a_step, b += b_step, b_last += b_step)
        {
            const V column[] = {
                simd::keep(simd::load<V>(J + 1 == Vectors ? b_last : b + J * width))...};
            ((local[I] = simd::fma(simd::broadcast<V>(a[(I / Vectors) * a_row]),
                                   column[I % Vectors], local[I])),
             ...);
        }
        ((sum[I] = local[I]), ...);
    }

    /// Asks for the elements of C before they are needed: in large products they are far away.
    void prefetch(const T* c, std::size_t ldc, std::size_t last) const
    {
        for (std::size_t r = 0; r < Rows; ++r)
        {
            simd::prefetch_to_write(c + r * ldc);
            simd::prefetch_to_write(c + r * ldc + last + width - 1);
        }
    }

    /// Stores the block at (first_row, group.first). All loads come before the first store, as
    /// overlapping vectors share columns.
    template <class Epilogue, std::size_t... I>
    void store(const product_target<T, Epilogue>& target, std::size_t first_row,
               const column_group& group, std::index_sequence<I...>)
    {
        T* const c = target.c + first_row * target.ldc + group.first;
        const auto row = [](std::size_t i) { return row_of(i, Vectors); };
        const auto column = [&](std::size_t i) { return column_of(i, Vectors, width, group.last); };
        if (target.accumulate)
            ((sum[I] += simd::load<V>(c + row(I) * target.ldc + column(I))), ...);
        if constexpr (!std::is_same_v<Epilogue, no_epilogue>)
            if (target.complete)
                ((sum[I] =
                      target.epilogue(sum[I], first_row + row(I), group.first + column(I), width)),
                 ...);
        (simd::store(c + row(I) * target.ldc + column(I), sum[I]), ...);
    }
};

/// One block of C, from row @p row on: @p a points to that row of op(A), @p b to the panel of the
/// group's columns. Rows before @p skip are computed but not stored: a ragged end of C is covered
/// by a block that begins earlier.
///
/// Never inlined: the loops around it would take the general registers that the innermost one
/// needs.
template <bool TransposeA, std::size_t Rows, std::size_t Vectors, class V, class Epilogue>
[[gnu::noinline]] void multiply_block(std::size_t k, const simd::lane<V>* a, std::size_t lda,
                                      const simd::lane<V>* b, std::size_t b_step,
                                      const column_group& group, std::size_t row, std::size_t skip,
                                      const product_target<simd::lane<V>, Epilogue>& target)
{
    using block = register_block<V, Rows, Vectors>;
    block c;
    c.prefetch(target.c + row * target.ldc + group.first, target.ldc, group.last);
    c.multiply(k, a, TransposeA ? 1 : lda, TransposeA ? lda : 1, b, b_step, group.last,
               typename block::all{}, typename block::each_vector{});
    if (skip == 0 && group.count == block::width)
        c.store(target, row, group, typename block::all{});
    else
        store_edge(c.sum, Rows, target, row, skip, group);
}

/// The block of registers for many rows: it leaves room for the operands, and each load serves at
/// least three multiply-adds on two vectors.
template <std::size_t Registers>
struct block_shape
{
    static constexpr std::size_t rows = Registers >= 32 ? 12 : 6;
    static constexpr std::size_t vectors = 2;
};

/// The rows of the smaller block that takes what the larger ones leave over.
inline constexpr std::size_t few_rows = 4;

/// Calls f(rows, first, skip) for blocks that cover the rows [begin, end) of C, the number of rows
/// being a constant: blocks of Rows, then of few_rows where that computes less. Blocks at the end
/// overlap their predecessors by `skip` rows, so that C must have as many.
template <std::size_t Rows, class F>
void for_each_row_block(std::size_t begin, std::size_t end, const F& f)
{
    for (; begin + Rows <= end; begin += Rows)
        f(std::integral_constant<std::size_t, Rows>{}, begin, std::size_t{0});
    if constexpr (Rows > few_rows)
        if ((end - begin + few_rows - 1) / few_rows * few_rows < Rows)
            return for_each_row_block<few_rows>(begin, end, f);
    if (begin < end)
        f(std::integral_constant<std::size_t, Rows>{}, end - Rows, begin + Rows - end);
}

/// The columns of @p group in all @p m >= Rows rows of C.
template <bool TransposeA, std::size_t Rows, std::size_t Vectors, class V, class Epilogue>
void multiply_column_group(std::size_t m, std::size_t k, const simd::lane<V>* a, std::size_t lda,
                           const simd::lane<V>* b, std::size_t b_step, const column_group& group,
                           const product_target<simd::lane<V>, Epilogue>& target)
{
    for_each_row_block<Rows>(0, m,
                             [&](auto rows, std::size_t first, std::size_t skip)
                             {
                                 multiply_block<TransposeA, rows(), Vectors, V>(
                                     k, a + first * (TransposeA ? 1 : lda), lda, b, b_step, group,
                                     first, skip, target);
                             });
}

/// Calls @p f with std::integral_constant<std::size_t, n> for the run-time 1 <= n <= Most.
template <std::size_t Most, class F>
void with_constant(std::size_t n, const F& f)
{
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        ((n == I + 1 ? f(std::integral_constant<std::size_t, I + 1>{}) : void()), ...);
    }
    (std::make_index_sequence<Most>{});
}

} // namespace xgrad::kernels::detail
