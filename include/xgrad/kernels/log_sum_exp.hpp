// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/expand.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>
#include <type_traits>

// The logarithm of the sum of exponentials of a tensor seen as (outer, length, inner), row-major,
// over `length`; the results have the shape (outer, inner).

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// log(sum of exp(x - largest)) + largest, where the largest x is already in place.
struct finish_log_sum_exp
{
    template <class V>
    [[nodiscard]] V operator()(const V& sum, const V& largest) const
    {
        return simd::log(sum) + finite_shift(largest);
    }
};

/// exponentials = exp(x - largest) of a row; returns their sum.
template <class V>
[[nodiscard]] simd::lane<V> keep_exponentials(std::size_t n, const simd::lane<V>* x,
                                              const simd::lane<V>& largest,
                                              simd::lane<V>* exponentials)
{
    const V shift = finite_shift(simd::broadcast<V>(largest));
    return sum_of_terms<V>(n,
                           [&](std::size_t i, auto count)
                           {
                               const V v =
                                   load_some<V>(x + i, count, minus_infinity<simd::lane<V>>());
                               const V e = simd::exp(V(v - shift));
                               store_some(exponentials + i, e, count);
                               return e;
                           });
}

/// 1 / sum, and 0 for the sum of nothing.
template <class V>
[[nodiscard]] V reciprocal_or_zero(const V& sum)
{
    const V zero = simd::broadcast<V>(simd::lane<V>(0));
    return simd::select(sum == zero, zero, V(simd::broadcast<V>(simd::lane<V>(1)) / sum));
}

/// The same for a vector of columns, whose rows are @p stride apart: out holds their largest.
template <class V>
void keep_column_exponentials(std::size_t length, std::size_t stride, const simd::lane<V>* x,
                              simd::lane<V>* out, simd::lane<V>* exponentials,
                              simd::lane<V>* reciprocals)
{
    const V shift = finite_shift(simd::load<V>(out));
    V sum = adding::start<V>();
    for (std::size_t row = 0; row < length; ++row, x += stride, exponentials += stride)
    {
        const V e = simd::exp(V(simd::load<V>(x) - shift));
        simd::store(exponentials, e);
        sum = sum + e;
    }
    simd::store(out, V(simd::log(sum) + shift));
    simd::store(reciprocals, reciprocal_or_zero(sum));
}

} // namespace detail

/// out = log(sum of exp(x)) without overflow: exp sees x less the largest x. It is -infinity for
/// nothing and for -infinity only, +infinity if any x is, NaN if any x is.
template <class T>
[[gnu::always_inline]] inline void log_sum_exp(std::size_t outer, std::size_t length,
                                               std::size_t inner, const T* x, T* out)
{
    detail::reduce<detail::taking_largest, T>(outer, length, inner, x, nullptr, out,
                                              detail::take_result{});
    detail::reduce<detail::adding_exponentials, T>(outer, length, inner, x, out, out,
                                                   detail::finish_log_sum_exp{});
}

/// The same, keeping what the derivative needs: @p exponentials, of the shape of x, of x less the
/// largest, and the @p reciprocals of their sums, 0 where all exponentials are.
template <class T>
[[gnu::always_inline]] inline void log_sum_exp(std::size_t outer, std::size_t length,
                                               std::size_t inner, const T* x, T* out,
                                               T* exponentials, T* reciprocals)
{
    using V = simd::pack<T>;
    detail::reduce<detail::taking_largest, T>(outer, length, inner, x, nullptr, out,
                                              detail::take_result{});
    for (std::size_t o = 0; o < outer; ++o, out += inner, reciprocals += inner)
    {
        if (inner == 1)
        {
            const T sum = detail::keep_exponentials<V>(length, x, *out, exponentials);
            *out = simd::log(sum) + detail::finite_shift(*out);
            *reciprocals = detail::reciprocal_or_zero(sum);
        }
        else
        {
            std::size_t j = 0;
            for (; j + simd::lanes<V> <= inner; j += simd::lanes<V>)
                detail::keep_column_exponentials<V>(length, inner, x + j, out + j, exponentials + j,
                                                    reciprocals + j);
            for (; j < inner; ++j)
                detail::keep_column_exponentials<T>(length, inner, x + j, out + j, exponentials + j,
                                                    reciprocals + j);
        }
        x += length * inner;
        exponentials += length * inner;
    }
}

/// grad_x = grad_out * exp(x - log_sum_exp(x)), from what log_sum_exp kept; 0 where every x is
/// -infinity.
template <class T>
[[gnu::always_inline]] inline void log_sum_exp_backward(std::size_t outer, std::size_t length,
                                                        std::size_t inner, const T* exponentials,
                                                        const T* reciprocals, const T* grad_out,
                                                        T* grad_x, bool accumulate)
{
    detail::expand_terms(
        outer, length, inner, exponentials, grad_x, accumulate,
        [](const auto& e, const auto& reciprocal, const auto& grad)
        { return e * (reciprocal * grad); },
        reciprocals, grad_out);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
