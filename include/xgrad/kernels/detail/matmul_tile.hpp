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
/// stored; it may read count elements of a bias, and is told nothing of rows it has seen already.
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

/// The group that begins at column @p first of @p n, of at most @p most >= 2 vectors of @p width.
[[nodiscard]] constexpr column_group group_at(std::size_t first, std::size_t n, std::size_t most,
                                              std::size_t width)
{
    const std::size_t left = n - first;
    if (left < width)
        return {first, 1, 0, left};
    std::size_t vectors = std::min(most, (left + width - 1) / width);
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

/// Adds what C holds to @p value, if that was asked for, and stores it.
template <class V, class Epilogue>
void finish(V value, const product_target<simd::lane<V>, Epilogue>& target, std::size_t row,
            std::size_t column, std::size_t count)
{
    if constexpr (!std::is_same_v<Epilogue, no_epilogue>)
        if (target.complete)
            value = target.epilogue(value, row, column, count);
    simd::lane<V>* const c = target.c + row * target.ldc + column;
    if (count == simd::lanes<V>)
        simd::store(c, value);
    else
        simd::store_partial(c, value, count);
}

template <class V>
[[nodiscard]] V load_first(const simd::lane<V>* source, std::size_t count)
{
    return count == simd::lanes<V> ? simd::load<V>(source) : simd::load_partial<V>(source, count);
}

/// One block of registers: Rows x Vectors vectors of C are summed over k without touching memory
/// but for the operands. @p a has its rows @p a_row apart and its steps in k @p a_step apart, one
/// of them 1; @p b is a panel whose steps in k are @p b_step apart. Rows before @p skip are
/// computed but not stored: a ragged end of C is covered by a block that begins earlier.
template <bool TransposeA, std::size_t Rows, std::size_t Vectors, class V, class Epilogue>
void multiply_block(std::size_t k, const simd::lane<V>* a, std::size_t lda, const simd::lane<V>* b,
                    std::size_t b_step, const column_group& group, std::size_t row,
                    std::size_t skip, const product_target<simd::lane<V>, Epilogue>& target)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    const std::size_t a_row = TransposeA ? 1 : lda;
    const std::size_t a_step = TransposeA ? lda : 1;
    const T* b_last = b + group.last;
    const auto offset = [&](std::size_t v) { return v + 1 == Vectors ? group.last : v * width; };

    // Folds instead of loops: every index is a constant, so the sums stay in registers at any
    // optimisation level.
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        V sum[] = {((void)I, simd::broadcast<V>(T{}))...};
        for (std::size_t p = 0; p < k; ++p, a += a_step, b += b_step, b_last += b_step)
        {
            const auto column = [&](std::size_t v)
            { return simd::load<V>(v + 1 == Vectors ? b_last : b + v * width); };
            ((sum[I] = simd::fma(simd::broadcast<V>(a[(I / Vectors) * a_row]), column(I % Vectors),
                                 sum[I])),
             ...);
        }
        // All loads come before the first store, as overlapping vectors share columns.
        if (target.accumulate)
            ((sum[I] += load_first<V>(target.c + (row + I / Vectors) * target.ldc + group.first +
                                          offset(I % Vectors),
                                      group.count)),
             ...);
        ((I / Vectors >= skip ? finish(sum[I], target, row + I / Vectors,
                                       group.first + offset(I % Vectors), group.count)
                              : void()),
         ...);
    }
    (std::make_index_sequence<Rows * Vectors>{});
}

/// The columns of @p group in all @p m >= Rows rows of C.
template <bool TransposeA, std::size_t Rows, std::size_t Vectors, class V, class Epilogue>
void multiply_column_group(std::size_t m, std::size_t k, const simd::lane<V>* a, std::size_t lda,
                           const simd::lane<V>* b, std::size_t b_step, const column_group& group,
                           const product_target<simd::lane<V>, Epilogue>& target)
{
    for (std::size_t row = 0; row < m; row += Rows)
    {
        const std::size_t first = std::min(row, m - Rows);
        multiply_block<TransposeA, Rows, Vectors, V>(k, a + first * (TransposeA ? 1 : lda), lda, b,
                                                     b_step, group, first, row - first, target);
    }
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
