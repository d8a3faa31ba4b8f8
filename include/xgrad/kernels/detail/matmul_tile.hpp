// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels
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

} // namespace xgrad::inline XGRAD_ABI::kernels

namespace xgrad::inline XGRAD_ABI::kernels::detail
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

/// Whether a product of @p n columns has groups of @p vectors vectors; any n may, if it is dynamic.
[[nodiscard]] constexpr bool has_group_of(std::size_t vectors, std::size_t n, std::size_t most,
                                          std::size_t width)
{
    if (n == dynamic)
        return true;
    for (std::size_t column = 0; column < n;)
    {
        const column_group group = group_at(column, n, most, width);
        if (group.vectors == vectors)
            return true;
        column += columns(group);
    }
    return false;
}

/// Rows of a matrix as they are stored. Four share a pointer, from which an instruction reaches
/// each of them: compilers left to themselves run out of registers for the addresses.
template <class T, std::size_t Rows>
class separate_rows
{
public:
    separate_rows(const T* first, std::size_t stride) : m_stride{stride}
    {
        for (std::size_t i = 0; i < groups; ++i)
            m_group[i] = first + 4 * i * stride;
    }

    [[nodiscard]] const T& operator[](std::size_t row) const
    {
        return m_group[row / 4][row % 4 * m_stride];
    }

    void advance()
    {
        for (std::size_t i = 0; i < groups; ++i)
            m_group[i] = simd::opaque(m_group[i] + 1);
    }

private:
    static constexpr std::size_t groups = (Rows + 3) / 4;
    const T* m_group[groups];
    std::size_t m_stride;
};

/// Rows that lie side by side, as those of a transposed matrix do.
template <class T>
class adjacent_rows
{
public:
    adjacent_rows(const T* first, std::size_t stride) : m_first{first}, m_stride{stride} {}

    [[nodiscard]] const T& operator[](std::size_t row) const { return m_first[row]; }
    void advance() { m_first += m_stride; }

private:
    const T* m_first;
    std::size_t m_stride;
};

/// A block of C: the sums of Rows x Vectors vectors, which must stay in registers. Hence all is
/// inlined, and folds over constant indices stand for loops.
template <class V, std::size_t Rows, std::size_t Vectors>
class register_block
{
public:
    using T = simd::lane<V>;
    using each_sum = std::make_index_sequence<Rows * Vectors>;
    using each_vector = std::make_index_sequence<Vectors>;

    /// Sums over k. @p b is a panel whose steps in k are @p b_step apart and whose last vector
    /// begins at @p last and has @p count elements.
    template <class RowsOfA, class Count, std::size_t... I, std::size_t... J>
    [[gnu::always_inline]] void multiply(std::size_t k, RowsOfA a, const T* b, std::size_t b_step,
                                         std::size_t last, Count count, std::index_sequence<I...>,
                                         std::index_sequence<J...>)
    {
        V sum[] = {((void)I, simd::broadcast<V>(T(0)))...};
        const T* b_last = b + last;
        for (; k > 0; --k, b += b_step, b_last += b_step)
        {
            const V column[] = {simd::keep(J + 1 == Vectors ? load_some<V>(b_last, count)
                                                            : simd::load<V>(b + J * width))...};
            ((sum[I] = simd::fma(simd::broadcast<V>(a[I / Vectors]), column[I % Vectors], sum[I])),
             ...);
            a.advance();
        }
        ((m_sum[I] = sum[I]), ...);
    }

    /// Stores the block at (first_row, group.first), but for the rows before @p skip. All loads
    /// come before the first store, as overlapping vectors share columns.
    template <class Epilogue, class Count, std::size_t... I>
    [[gnu::always_inline]] void
    store(const product_target<T, Epilogue>& target, std::size_t first_row, std::size_t skip,
          const column_group& group, Count count, std::index_sequence<I...>)
    {
        const std::size_t last = group.last;
        T* const c = target.c + first_row * target.ldc + group.first;
        if (target.accumulate)
            ((m_sum[I] += load_some<V>(c + row(I) * target.ldc + column(I, last), count)), ...);
        if constexpr (!std::is_same_v<Epilogue, no_epilogue>)
            if (target.complete)
                ((row(I) < skip ? void()
                                : void(m_sum[I] = target.epilogue(m_sum[I], first_row + row(I),
                                                                  group.first + column(I, last),
                                                                  std::size_t{count}))),
                 ...);
        ((row(I) < skip ? void()
                        : store_some(c + row(I) * target.ldc + column(I, last), m_sum[I], count)),
         ...);
    }

    [[nodiscard]] const V& sum(std::size_t row, std::size_t vector) const
    {
        return m_sum[row * Vectors + vector];
    }

private:
    static constexpr std::size_t width = simd::lanes<V>;

    static constexpr std::size_t row(std::size_t i) { return i / Vectors; }

    static constexpr std::size_t column(std::size_t i, std::size_t last)
    {
        return i % Vectors + 1 == Vectors ? last : i % Vectors * width;
    }

    V m_sum[Rows * Vectors];
};

template <class V, std::size_t Rows, std::size_t Vectors, class Epilogue, class Count>
[[gnu::always_inline]] inline void
store_block(register_block<V, Rows, Vectors>& block,
            const product_target<simd::lane<V>, Epilogue>& target, std::size_t first_row,
            std::size_t skip, const column_group& group, Count count)
{
    block.store(target, first_row, skip, group, count, std::make_index_sequence<Rows * Vectors>{});
}

/// How many elements the last vector of @p group has: a constant, unless C is narrower than one.
template <bool Narrow, class V>
[[nodiscard]] constexpr auto count_of(const column_group& group)
{
    if constexpr (Narrow)
        return group.count;
    else
        return std::integral_constant<std::size_t, simd::lanes<V>>{};
}

/// One block of C, from row @p row on: @p a points to that row of op(A), @p b to the panel of the
/// group's columns. Rows before @p skip are computed but not stored: a ragged end of C is covered
/// by a block that begins earlier.
///
/// Never inlined: the loops around it would take the general registers that the innermost one
/// needs.
template <bool TransposeA, std::size_t Rows, std::size_t Vectors, bool Narrow, class V,
          class Target>
[[gnu::noinline]] void multiply_block(std::size_t k, const simd::lane<V>* a, std::size_t lda,
                                      const simd::lane<V>* b, std::size_t b_step,
                                      const column_group& group, std::size_t row, std::size_t skip,
                                      const Target& target)
{
    using block = register_block<V, Rows, Vectors>;
    using T = simd::lane<V>;
    using rows_of_a = std::conditional_t<TransposeA, adjacent_rows<T>, separate_rows<T, Rows>>;
    const auto count = detail::count_of<Narrow, V>(group);
    block c;
    c.multiply(k, rows_of_a(a, lda), b, b_step, group.last, count, typename block::each_sum{},
               typename block::each_vector{});
    store_block(c, target, row, skip, group, count);
}

/// The block of registers for many rows: it leaves room for the operands, and each load serves at
/// least three multiply-adds on two vectors.
template <std::size_t Registers>
struct block_shape
{
    static constexpr std::size_t rows = Registers >= 32 ? 12 : 6;
    static constexpr std::size_t vectors = 2;
};

/// Rows of the smallest of the blocks that share a load of B between rows.
inline constexpr std::size_t few_rows = 4;

/// How many of @p m rows are left to smaller blocks than those of @p rows: not one or two, for
/// which the smallest would be too large.
[[nodiscard]] constexpr std::size_t rest_of(std::size_t m, std::size_t rows)
{
    const std::size_t rest = m % rows;
    const bool too_few = rest > 0 && rest <= 2 && m > rows && rows > few_rows;
    return too_few ? rest + rows : rest;
}

/// Whether @p rest rows are best begun with a block of six: then blocks of four make up what is
/// left to an even number.
[[nodiscard]] constexpr bool begins_with_six(std::size_t rest)
{
    return rest > few_rows && (rest + 1) / 2 % 2 == 1;
}

/// What multiplies the blocks of C that have one number of vectors: as many rows as one block
/// takes, six, or few; null where a product has no such block.
template <class T, class Target>
struct block_functions
{
    using function = void (*)(std::size_t k, const T* a, std::size_t lda, const T* b,
                              std::size_t b_step, const column_group& group, std::size_t row,
                              std::size_t skip, const Target& target);
    function most = nullptr;
    function six = nullptr;
    function few = nullptr;
};

/// The blocks that a product is made of. They are functions in a table, as only they need to know
/// their extents: the loops around them are compiled once for all products.
template <class T, class Target>
struct product_blocks
{
    bool transpose_a;
    std::size_t rows;                   ///< of the largest
    std::size_t vectors;                ///< of the widest
    block_functions<T, Target> of[4]{}; ///< per number of vectors, from one on
};

template <bool TransposeA, std::size_t M, std::size_t Rows, std::size_t Vectors, bool Narrow,
          class V, class Target>
[[nodiscard]] constexpr auto block_functions_of()
{
    constexpr std::size_t rest = M == dynamic ? dynamic : rest_of(M, Rows);
    block_functions<simd::lane<V>, Target> result;
    if constexpr (M == dynamic || M > rest)
        result.most = multiply_block<TransposeA, Rows, Vectors, Narrow, V, Target>;
    if constexpr (Rows > 6 && (rest == dynamic || begins_with_six(rest)))
        result.six = multiply_block<TransposeA, 6, Vectors, Narrow, V, Target>;
    if constexpr (rest != 0)
        result.few =
            multiply_block<TransposeA, std::min(Rows, few_rows), Vectors, Narrow, V, Target>;
    return result;
}

/// Those of an M x N product by blocks of at most Rows rows and Vectors vectors. @p Narrow says
/// that the rows of C are shorter than a vector.
template <bool TransposeA, std::size_t M, std::size_t N, std::size_t Rows, std::size_t Vectors,
          bool Narrow, class V, class Target>
inline constexpr auto product_blocks_of = []
{
    product_blocks<simd::lane<V>, Target> result{TransposeA, Rows, Vectors};
    const auto set = [&]<std::size_t I>(std::integral_constant<std::size_t, I>)
    {
        if constexpr (Narrow ? I == 1 : has_group_of(I, N, Vectors, simd::lanes<V>))
            result.of[I - 1] = block_functions_of<TransposeA, M, Rows, I, Narrow, V, Target>();
    };
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        (set(std::integral_constant<std::size_t, I + 1>{}), ...);
    }
    (std::make_index_sequence<Vectors>{});
    return result;
}();

/// The columns of @p group in all @p m rows of C: by blocks of the most rows, then one of six and
/// some of few. The last may overlap its predecessor, so that m >= min(rows, few_rows).
template <class T, class Target>
[[gnu::noinline]] void multiply_column_group(const product_blocks<T, Target>& blocks, std::size_t m,
                                             std::size_t k, const T* a, std::size_t lda, const T* b,
                                             std::size_t b_step, const column_group& group,
                                             const Target& target)
{
    const block_functions<T, Target>& multiply = blocks.of[group.vectors - 1];
    const std::size_t row_step = blocks.transpose_a ? 1 : lda;
    std::size_t row = 0;
    const auto cover = [&](typename block_functions<T, Target>::function block, std::size_t rows)
    {
        const std::size_t first = std::min(row, m - rows);
        block(k, a + first * row_step, lda, b, b_step, group, first, row - first, target);
        row = first + rows;
    };
    const std::size_t end = m - rest_of(m, blocks.rows);
    while (row < end)
        cover(multiply.most, blocks.rows);
    if (blocks.rows > 6 && m >= 6 && begins_with_six(m - row))
        cover(multiply.six, 6);
    while (row < m)
        cover(multiply.few, std::min(blocks.rows, few_rows));
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
