// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>

// Reductions of a tensor seen as (outer, length, inner), row-major, over `length`; the results have
// the shape (outer, inner). The order of the operations depends on the shape and the width of the
// vectors only, so results repeat bit by bit.

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

struct take_result
{
    template <class V>
    [[nodiscard]] V operator()(const V& result, const V&) const
    {
        return result;
    }
};

struct add_result
{
    template <class V>
    [[nodiscard]] V operator()(const V& result, const V& old) const
    {
        return old + result;
    }
};

} // namespace detail

/// out = sum of x, or out += sum of x when @p accumulate; the sum of nothing is 0.
template <class T>
[[gnu::always_inline]] inline void sum(std::size_t outer, std::size_t length, std::size_t inner,
                                       const T* x, T* out, bool accumulate = false)
{
    if (accumulate)
        detail::reduce<detail::adding, T>(outer, length, inner, x, nullptr, out,
                                          detail::add_result{});
    else
        detail::reduce<detail::adding, T>(outer, length, inner, x, nullptr, out,
                                          detail::take_result{});
}

/// out = product of x; the product of nothing is 1.
template <class T>
void product(std::size_t outer, std::size_t length, std::size_t inner, const T* x, T* out)
{
    detail::reduce<detail::multiplying, T>(outer, length, inner, x, nullptr, out,
                                           detail::take_result{});
}

/// out = largest x, NaN if any x is NaN; the maximum of nothing is -infinity.
template <class T>
void maximum(std::size_t outer, std::size_t length, std::size_t inner, const T* x, T* out)
{
    detail::reduce<detail::taking_maximum, T>(outer, length, inner, x, nullptr, out,
                                              detail::take_result{});
}

/// out = smallest x, NaN if any x is NaN; the minimum of nothing is +infinity.
template <class T>
void minimum(std::size_t outer, std::size_t length, std::size_t inner, const T* x, T* out)
{
    detail::reduce<detail::taking_minimum, T>(outer, length, inner, x, nullptr, out,
                                              detail::take_result{});
}

/// out = sum of (x - mean)^2: the second pass of the two-pass variance, which does not cancel.
/// @p mean has the shape of @p out, which it must not overlap.
template <class T>
void sum_of_squares_about(std::size_t outer, std::size_t length, std::size_t inner, const T* x,
                          const T* mean, T* out)
{
    detail::reduce<detail::adding_squares_about, T>(outer, length, inner, x, mean, out,
                                                    detail::take_result{});
}

} // namespace xgrad::inline XGRAD_ABI::kernels
