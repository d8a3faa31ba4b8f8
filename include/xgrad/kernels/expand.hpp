// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>

// The way back from a reduction: a tensor seen as (outer, length, inner), row-major, is computed
// from numbers of the shape (outer, inner), each used `length` times.

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// Stores f(i, count) for every vector of a row, or adds it to what is there.
template <class V, class F>
void write_row(std::size_t n, simd::lane<V>* out, bool accumulate, const F& f)
{
    if (accumulate)
        for_each_vector<V>(
            n, [&](std::size_t i, auto count)
            { store_some(out + i, V(load_some<V>(out + i, count) + f(i, count)), count); });
    else
        for_each_vector<V>(n, [&](std::size_t i, auto count)
                           { store_some(out + i, V(f(i, count)), count); });
}

/// A matrix of length x inner from rows of `inner` numbers.
template <class V, class Term, class... Number>
void expand_columns(std::size_t length, std::size_t inner, const simd::lane<V>* x,
                    simd::lane<V>* out, bool accumulate, const Term& term, const Number*... numbers)
{
    for (std::size_t row = 0; row < length; ++row, x += inner, out += inner)
        write_row<V>(
            inner, out, accumulate,
            [&](std::size_t i, auto count)
            { return V(term(load_some<V>(x + i, count), load_some<V>(numbers + i, count)...)); });
}

/// out = term(x, numbers...), element by element, or out += term when @p accumulate. x has the
/// shape of out, which may be the same array; the numbers have the shape (outer, inner). Inlined as
/// detail::reduce is.
template <class T, class Term, class... Number>
[[gnu::always_inline]] inline void
expand_terms(std::size_t outer, std::size_t length, std::size_t inner, const T* x, T* out,
             bool accumulate, const Term& term, const Number*... numbers)
{
    using V = simd::pack<T>;
    for (std::size_t o = 0; o < outer; ++o, x += length * inner, out += length * inner)
        if (inner == 1)
            write_row<V>(length, out, accumulate,
                         [&, ... number = simd::broadcast<V>(numbers[o])](std::size_t i, auto count)
                         { return V(term(load_some<V>(x + i, count), number...)); });
        else if (inner < simd::lanes<V>)
            expand_columns<T>(length, inner, x, out, accumulate, term, numbers + o * inner...);
        else
            expand_columns<V>(length, inner, x, out, accumulate, term, numbers + o * inner...);
}

} // namespace detail

/// out(o, l, i) = scale * numbers(o, i), or out += when @p accumulate: the adjoint of `sum`.
template <class T>
[[gnu::always_inline]] inline void expand(std::size_t outer, std::size_t length, std::size_t inner,
                                          const T* numbers, T* out, bool accumulate = false,
                                          T scale = T(1))
{
    using V = simd::pack<T>;
    for (std::size_t o = 0; o < outer; ++o, out += length * inner)
        if (inner == 1)
        {
            const V number = simd::broadcast<V>(numbers[o] * scale);
            detail::write_row<V>(length, out, accumulate,
                                 [&](std::size_t, auto) { return number; });
        }
        else
            for (std::size_t row = 0; row < length; ++row)
                detail::write_row<V>(inner, out + row * inner, accumulate,
                                     [&](std::size_t i, auto count)
                                     {
                                         const V v =
                                             detail::load_some<V>(numbers + o * inner + i, count);
                                         return V(v * simd::broadcast<V>(scale));
                                     });
}

} // namespace xgrad::inline XGRAD_ABI::kernels
