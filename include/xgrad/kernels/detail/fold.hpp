// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/kernels/detail/fold_row.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

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
                const V value = finish(result, simd::load<V>(target));
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

/// Reduces the rows of a @p rows x @p length matrix: out[i] = finish(reduction of x(i, ·)). Of
/// short rows several are finished together; in long ones the loads are what takes the time.
template <class Reduction, class T, class Finish>
XGRAD_INLINE_CALLS void reduce_rows(std::size_t rows, std::size_t length, const T* x,
                                    const T* context, T* out, const Finish& finish)
{
    using V = simd::pack<T>;
    const auto fold = [&](std::size_t row)
    {
        return detail::fold_to_vector<Reduction, V>(length, x + row * length,
                                                    context == nullptr ? T(0) : context[row]);
    };
    if (length < 8 * simd::lanes<V>)
        detail::for_results_of_rows<Reduction, V>(
            rows, fold,
            [&](std::size_t row, const V& results, auto count)
            { store_some(out + row, finish(results, load_some<V>(out + row, count)), count); });
    else
        for (std::size_t row = 0; row < rows; ++row)
            out[row] = finish(Reduction::across(fold(row)), out[row]);
}

/// Reduces a tensor seen as (outer, length, inner), row-major, over `length`: each result is
/// finish(reduction, what the result's place held before), where a non-null @p context has the
/// results' shape.
///
/// Always inlined, as are the functions around it: of all elements the compiler then sees early
/// that there is one column, and leaves out what is for several.
template <class Reduction, class T, class Finish>
[[gnu::always_inline]] inline void reduce(std::size_t outer, std::size_t length, std::size_t inner,
                                          const T* x, const T* context, T* out,
                                          const Finish& finish)
{
    if (inner == 1)
        return detail::reduce_rows<Reduction>(outer, length, x, context, out, finish);
    for (std::size_t o = 0; o < outer; ++o, x += length * inner, out += inner)
    {
        reduce_columns(
            column_reduction<Reduction, T, Finish>{length, inner, x, context, out, finish});
        context = context == nullptr ? nullptr : context + inner;
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
