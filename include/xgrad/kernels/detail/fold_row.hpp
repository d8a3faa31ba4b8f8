// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Calls body(i, count) for every vector of the @p n elements: count is a constant for whole
/// vectors, and the number of elements left for the last, shorter one.
template <class V, class Body>
void for_each_vector(std::size_t n, const Body& body)
{
    constexpr std::size_t width = simd::lanes<V>;
    std::size_t i = 0;
    for (; i + width <= n; i += width)
        body(i, std::integral_constant<std::size_t, width>{});
    if (i < n)
        body(i, n - i);
}

/// The @p count elements at @p source, filled up with @p fill.
template <class V, class Count>
[[nodiscard]] V load_some(const simd::lane<V>* source, Count count, const simd::lane<V>& fill = {})
{
    if constexpr (std::is_same_v<Count, std::size_t>)
        return simd::load_partial<V>(source, count, fill);
    else
        return simd::load<V>(source);
}

template <class V, class Count>
void store_some(simd::lane<V>* target, const V& v, Count count)
{
    if constexpr (std::is_same_v<Count, std::size_t>)
        simd::store_partial(target, v, count);
    else
        simd::store(target, v);
}

/// The sum of term(i, count) over the vectors of @p n elements; a short last vector is zero beyond
/// count. Flat, and in four partial sums, as fold_to_vector.
template <class V, class Term>
[[nodiscard]] XGRAD_INLINE_CALLS simd::lane<V> sum_of_terms(std::size_t n, const Term& term)
{
    constexpr std::size_t width = simd::lanes<V>;
    constexpr std::integral_constant<std::size_t, width> whole;
    const V zero = simd::broadcast<V>(simd::lane<V>(0));
    V sum = zero, a = zero, b = zero, c = zero;
    std::size_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width)
    {
        sum = sum + term(i, whole);
        a = a + term(i + width, whole);
        b = b + term(i + 2 * width, whole);
        c = c + term(i + 3 * width, whole);
    }
    detail::for_each_vector<V>(n - i,
                               [&](std::size_t j, auto count) { sum = sum + term(i + j, count); });
    return simd::reduce_add(V((sum + a) + (b + c)));
}

/// Reduces @p n contiguous elements to one vector, whose lanes are left to be combined. Four
/// partial results, as one would wait for each step's end, in one flat loop: a call in it would
/// keep them in memory.
template <class Reduction, class V>
[[nodiscard]] XGRAD_INLINE_CALLS V fold_to_vector(std::size_t n, const simd::lane<V>* x,
                                                  const simd::lane<V>& context)
{
    constexpr std::size_t width = simd::lanes<V>;
    const V contexts = simd::broadcast<V>(context);
    V result = Reduction::template start<V>();
    std::size_t i = 0;
    if (n >= 4 * width)
    {
        V a = result, b = result, c = result;
        for (; i + 4 * width <= n; i += 4 * width)
        {
            result = Reduction::step(result, simd::load<V>(x + i), contexts);
            a = Reduction::step(a, simd::load<V>(x + i + width), contexts);
            b = Reduction::step(b, simd::load<V>(x + i + 2 * width), contexts);
            c = Reduction::step(c, simd::load<V>(x + i + 3 * width), contexts);
        }
        result = Reduction::combine(Reduction::combine(result, a), Reduction::combine(b, c));
    }
    for_each_vector<V>(n - i,
                       [&](std::size_t j, auto count)
                       {
                           const V v = load_some<V>(x + i + j, count, Reduction::fill(context));
                           result = Reduction::step(result, v, contexts);
                       });
    return result;
}

/// Reduces @p n contiguous elements.
template <class Reduction, class V>
[[nodiscard]] simd::lane<V> fold_row(std::size_t n, const simd::lane<V>* x,
                                     const simd::lane<V>& context)
{
    return Reduction::across(detail::fold_to_vector<Reduction, V>(n, x, context));
}

/// Halves the number of vectors until the i-th lane of one combines the lanes of the i-th vector.
template <class Reduction, std::size_t Count, class V>
[[nodiscard]] V combine_lanes(V* v)
{
    if constexpr (Count == 1)
        return v[0];
    else
    {
        for (std::size_t i = 0; i < Count / 2; ++i)
        {
            const std::pair<V, V> halves = simd::interleave(v[i], v[i + Count / 2]);
            v[i] = Reduction::combine(halves.first, halves.second);
        }
        return detail::combine_lanes<Reduction, Count / 2>(v);
    }
}

/// Calls take(row, results, count) for all @p rows, as many at a time as a vector has lanes while
/// there are so many: each lane has the result of the lanes of the vector fold(row). It does not
/// depend on which rows are taken together.
template <class Reduction, class V, class Fold, class Take>
void for_results_of_rows(std::size_t rows, const Fold& fold, const Take& take)
{
    constexpr std::size_t width = simd::lanes<V>;
    std::size_t row = 0;
    for (; row + width <= rows; row += width)
    {
        V partial[width];
        for (std::size_t i = 0; i < width; ++i)
            partial[i] = fold(row + i);
        take(row, detail::combine_lanes<Reduction, width>(partial),
             std::integral_constant<std::size_t, width>{});
    }
    const auto combine = [](const V& a, const V& b) { return V(Reduction::combine(a, b)); };
    for (; row < rows; ++row)
        take(row, simd::broadcast<V>(simd::reduce(fold(row), combine)), std::size_t{1});
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
