// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/expand.hpp>
#include <xgrad/kernels/moments.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

// The derivatives of the reductions of a tensor seen as (outer, length, inner), row-major, over
// `length` (that of `sum` is `expand`). x and grad_x have that shape and may be the same array
// unless accumulating; out, grad_out and buffers of results have the shape (outer, inner).

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// 1 where x is the extreme value, which may be NaN, else 0.
template <class V>
[[nodiscard]] inline V is_extreme(const V& x, const V& extreme)
{
    const V one = simd::broadcast<V>(simd::lane<V>(1));
    const V zero = simd::broadcast<V>(simd::lane<V>(0));
    return simd::select(simd::is_nan(x), one, simd::select(x == extreme, one, zero));
}

/// Counts the elements that are the extreme value, the context.
struct counting_extremes : adding
{
    template <class T>
    [[nodiscard]] static T fill(const T& extreme)
    {
        return extreme == T(0) ? T(1) : T(0);
    }

    template <class V>
    [[nodiscard]] static V step(const V& count, const V& x, const V& extreme)
    {
        return count + is_extreme(x, extreme);
    }
};

struct divide_old_by_result
{
    template <class V>
    [[nodiscard]] V operator()(const V& result, const V& old) const
    {
        return old / result;
    }
};

/// grad_out * (product of the others) for Width neighbouring columns of a length x inner matrix.
template <class V>
void product_backward_columns(std::size_t length, std::size_t inner, const simd::lane<V>* x,
                              const V& grad_out, simd::lane<V>* grad_x, bool accumulate,
                              simd::lane<V>* before)
{
    constexpr std::size_t width = simd::lanes<V>;
    V product = grad_out;
    for (std::size_t row = 0; row < length; ++row)
    {
        simd::store(before + row * width, product);
        product = product * simd::load<V>(x + row * inner);
    }
    product = simd::broadcast<V>(simd::lane<V>(1));
    for (std::size_t row = length; row-- > 0;)
    {
        const V others = simd::load<V>(before + row * width) * product;
        product = product * simd::load<V>(x + row * inner);
        simd::lane<V>* const target = grad_x + row * inner;
        simd::store(target, accumulate ? V(simd::load<V>(target) + others) : others);
    }
}

} // namespace detail

/// grad_x = grad_out where x is the largest (or smallest) value @p out, shared evenly between equal
/// ones, and 0 elsewhere. @p shares is a buffer of results.
template <class T>
void extreme_backward(std::size_t outer, std::size_t length, std::size_t inner, const T* x,
                      const T* out, const T* grad_out, T* grad_x, bool accumulate, T* shares)
{
    std::copy_n(grad_out, outer * inner, shares);
    detail::reduce<detail::counting_extremes, T>(outer, length, inner, x, out, shares,
                                                 detail::divide_old_by_result{});
    detail::expand_terms(
        outer, length, inner, x, grad_x, accumulate,
        [](const auto& v, const auto& extreme, const auto& share)
        {
            using V = std::remove_cvref_t<decltype(v)>;
            const V zero = simd::broadcast<V>(T(0));
            return simd::select(detail::is_extreme(v, extreme) == zero, zero, share);
        },
        out, shares);
}

/// Number of elements of the buffer of `product_backward`.
template <class T>
[[nodiscard]] std::size_t product_backward_buffer(std::size_t length, std::size_t inner)
{
    return inner < simd::width<T> ? length : length * simd::width<T>;
}

/// grad_x = grad_out * (product of the other x): right where some x are 0.
template <class T>
void product_backward(std::size_t outer, std::size_t length, std::size_t inner, const T* x,
                      const T* grad_out, T* grad_x, bool accumulate, T* buffer)
{
    using V = simd::pack<T>;
    for (std::size_t o = 0; o < outer; ++o)
    {
        std::size_t j = 0;
        for (; j + simd::lanes<V> <= inner; j += simd::lanes<V>)
            detail::product_backward_columns<V>(length, inner, x + j, simd::load<V>(grad_out + j),
                                                grad_x + j, accumulate, buffer);
        for (; j < inner; ++j)
            detail::product_backward_columns<T>(length, inner, x + j, grad_out[j], grad_x + j,
                                                accumulate, buffer);
        x += length * inner;
        grad_x += length * inner;
        grad_out += inner;
    }
}

/// grad_x = grad_out * 2 (x - mean) / (length - correction).
template <class T>
void variance_backward(std::size_t outer, std::size_t length, std::size_t inner,
                       std::size_t correction, const T* x, const T* mean, const T* grad_out,
                       T* grad_x, bool accumulate)
{
    const T factor = T(2) / variance_divisor<T>(length, correction);
    detail::expand_terms(
        outer, length, inner, x, grad_x, accumulate,
        [factor](const auto& v, const auto& about, const auto& grad)
        {
            using V = std::remove_cvref_t<decltype(v)>;
            return grad * simd::broadcast<V>(factor) * (v - about);
        },
        mean, grad_out);
}

/// grad_x = grad_out * x / out, where out is the norm of x; 0 where out is 0.
template <class T>
void norm_backward(std::size_t outer, std::size_t length, std::size_t inner, const T* x,
                   const T* out, const T* grad_out, T* grad_x, bool accumulate)
{
    detail::expand_terms(
        outer, length, inner, x, grad_x, accumulate,
        [](const auto& v, const auto& size, const auto& grad)
        {
            using V = std::remove_cvref_t<decltype(v)>;
            const V zero = simd::broadcast<V>(T(0));
            return simd::select(size == zero, zero, V(grad * v / size));
        },
        out, grad_out);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
