// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <algorithm>
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

/// Reduces @p n contiguous elements. Four partial results, as one would wait for each step's end,
/// in one flat loop: a call in it would keep them in memory.
template <class Reduction, class V>
[[nodiscard, gnu::flatten]] simd::lane<V> fold_row(std::size_t n, const simd::lane<V>* x,
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
    return Reduction::across(result);
}

/// Reduces Vectors vectors of columns, whose rows are @p stride apart, each in Chains partial
/// results; store(v, result) takes the v-th.
template <class Reduction, class V, std::size_t Vectors, std::size_t Chains, class Context,
          class Store>
void fold_columns(std::size_t length, std::size_t stride, const simd::lane<V>* x,
                  const Context& context, const Store& store)
{
    constexpr std::size_t width = simd::lanes<V>;
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        V result[] = {((void)I, Reduction::template start<V>())...};
        const V contexts[] = {V(context(I % Vectors))...};
        std::size_t row = 0;
        for (; row + Chains <= length; row += Chains, x += Chains * stride)
            ((result[I] = Reduction::step(
                  result[I], simd::load<V>(x + (I / Vectors) * stride + I % Vectors * width),
                  contexts[I])),
             ...);
        for (; row < length; ++row, x += stride)
            for (std::size_t v = 0; v < Vectors; ++v)
                result[v] = Reduction::step(result[v], simd::load<V>(x + v * width), contexts[v]);
        ((I >= Vectors
              ? void(result[I % Vectors] = Reduction::combine(result[I % Vectors], result[I]))
              : void()),
         ...);
        for (std::size_t v = 0; v < Vectors; ++v)
            store(v, result[v]);
    }
    (std::make_index_sequence<Vectors * Chains>{});
}

/// Where a reduction's results go: finish(result, old) is stored, the old value being what the
/// array held before, which is also the context.
template <class Reduction, class T, class Finish>
struct column_reduction
{
    std::size_t length;
    std::size_t inner;
    const T* x;
    const T* context;
    T* out;
    const Finish& finish;

    /// The columns from @p first on, Vectors vectors of them, of which the first @p seen are done.
    template <class V, std::size_t Vectors, std::size_t Chains>
    void run(std::size_t first, std::size_t seen) const
    {
        constexpr std::size_t width = simd::lanes<V>;
        fold_columns<Reduction, V, Vectors, Chains>(
            length, inner, x + first,
            [&](std::size_t v)
            {
                return context == nullptr ? Reduction::template start<V>()
                                          : simd::load<V>(context + first + v * width);
            },
            [&](std::size_t v, const V& result)
            {
                T* const target = out + first + v * width;
                const V value = finish(result, target);
                if (seen == 0)
                    simd::store(target, value);
                else
                    store_last(target, value, seen);
            });
    }

private:
    template <class V>
    static void store_last(T* target, const V& value, std::size_t seen)
    {
        alignas(V) T buffer[simd::lanes<V>];
        simd::store(buffer, value);
        std::copy(buffer + seen, buffer + simd::lanes<V>, target + seen);
    }
};

/// Reduces the rows of a length x inner matrix to one: out[j] = finish(reduction of x(·, j)).
template <class Reduction, class T, class Finish>
void reduce_columns(const column_reduction<Reduction, T, Finish>& columns)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    std::size_t j = 0;
    for (; j + 4 * width <= columns.inner; j += 4 * width)
        columns.template run<V, 4, 1>(j, 0);
    for (; j + width <= columns.inner; j += width)
        columns.template run<V, 1, 4>(j, 0);
    if (j == columns.inner)
        return;
    if (columns.inner >= width)
        columns.template run<V, 1, 4>(columns.inner - width, width - (columns.inner - j));
    else
        for (; j < columns.inner; ++j)
            columns.template run<T, 1, 4>(j, 0);
}

/// Reduces a tensor seen as (outer, length, inner), row-major, over `length`: each result is
/// finish(reduction, place of the result), where a non-null @p context has the results' shape.
template <class Reduction, class T, class Finish>
void reduce(std::size_t outer, std::size_t length, std::size_t inner, const T* x, const T* context,
            T* out, const Finish& finish)
{
    using V = simd::pack<T>;
    for (std::size_t o = 0; o < outer; ++o, x += length * inner, out += inner)
    {
        if (inner == 1)
        {
            const T about = context == nullptr ? T(0) : *context;
            *out = finish(fold_row<Reduction, V>(length, x, about), out);
        }
        else
            reduce_columns(
                column_reduction<Reduction, T, Finish>{length, inner, x, context, out, finish});
        context = context == nullptr ? nullptr : context + inner;
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
