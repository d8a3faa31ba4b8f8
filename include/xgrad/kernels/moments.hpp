// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cmath>
#include <cstddef>

// Mean, variance and Euclidean norm of a tensor seen as (outer, length, inner), row-major, over
// `length`; the results have the shape (outer, inner).

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

template <class T>
struct divide_result
{
    T divisor;

    template <class V>
    [[nodiscard]] V operator()(const V& result, const V&) const
    {
        return result / simd::broadcast<V>(divisor);
    }
};

struct take_root
{
    template <class V>
    [[nodiscard]] V operator()(const V& result, const V&) const
    {
        using std::sqrt;
        return sqrt(result);
    }
};

} // namespace detail

/// out = sum of x / length; the mean of nothing is NaN.
template <class T>
[[gnu::always_inline]] inline void mean(std::size_t outer, std::size_t length, std::size_t inner,
                                        const T* x, T* out)
{
    detail::reduce<detail::adding, T>(outer, length, inner, x, nullptr, out,
                                      detail::divide_result<T>{T(static_cast<double>(length))});
}

/// What the sum of squares is divided by: length - correction, but never less than 0.
template <class T>
[[nodiscard]] T variance_divisor(std::size_t length, std::size_t correction)
{
    return T(static_cast<double>(length > correction ? length - correction : 0));
}

/// out = sum of (x - mean)^2 / (length - correction), in two passes, which do not cancel. Leaves
/// the means, which have the shape of @p out, in @p mean_out.
template <class T>
void variance(std::size_t outer, std::size_t length, std::size_t inner, std::size_t correction,
              const T* x, T* mean_out, T* out)
{
    mean(outer, length, inner, x, mean_out);
    detail::reduce<detail::adding_squares_about, T>(
        outer, length, inner, x, mean_out, out,
        detail::divide_result<T>{variance_divisor<T>(length, correction)});
}

/// out = square root of the sum of x^2, unscaled: squares may overflow or vanish.
template <class T>
void norm(std::size_t outer, std::size_t length, std::size_t inner, const T* x, T* out)
{
    detail::reduce<detail::adding_squares_about, T>(outer, length, inner, x, nullptr, out,
                                                    detail::take_root{});
}

} // namespace xgrad::inline XGRAD_ABI::kernels
