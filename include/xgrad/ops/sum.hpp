// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/expand.hpp>
#include <xgrad/kernels/moments.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/ops/detail/reduction.hpp>

#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// Sum over axes; 0 for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = sum of x
///   backward   grad_x += grad_out, repeated
/// Saves nothing. A sum of all elements of fused elementwise operations is part of their loop.
template <class Axes, bool Keep>
struct sum_op : detail::reduction<sum_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "sum";
    static constexpr spread over_batch = spread::total;
    static constexpr saved reads = saved::nothing;
    static constexpr auto full_reduction = std::is_same_v<Axes, detail::all_axes>
                                               ? detail::reduction_kind::sum
                                               : detail::reduction_kind::none;

    template <class T>
    [[gnu::always_inline]] static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::sum(v.outer, v.length, v.inner, x, out);
    }

    template <class T>
    [[gnu::always_inline]] static void reduce_backward(const detail::reduced_view& v,
                                                       const detail::reduction_gradient<T>& g)
    {
        kernels::expand(v.outer, v.length, v.inner, g.grad_out, g.grad_x, g.accumulate);
    }
};

/// Mean over axes; NaN for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = sum of x / n,      n elements for each result
///   backward   grad_x += grad_out / n, repeated
/// Saves nothing. A mean of all elements of fused elementwise operations is part of their loop.
template <class Axes, bool Keep>
struct mean_op : detail::reduction<mean_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "mean";
    static constexpr spread over_batch = spread::average;
    static constexpr saved reads = saved::nothing;
    static constexpr auto full_reduction = std::is_same_v<Axes, detail::all_axes>
                                               ? detail::reduction_kind::mean
                                               : detail::reduction_kind::none;

    template <class T>
    [[gnu::always_inline]] static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::mean(v.outer, v.length, v.inner, x, out);
    }

    template <class T>
    [[gnu::always_inline]] static void reduce_backward(const detail::reduced_view& v,
                                                       const detail::reduction_gradient<T>& g)
    {
        kernels::expand(v.outer, v.length, v.inner, g.grad_out, g.grad_x, g.accumulate,
                        T(1) / T(static_cast<double>(v.length)));
    }
};

/// Sum over all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions` reduced axes
/// stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto sum(const X& x, Options...)
{
    return apply<sum_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(
        x);
}

/// Mean of all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions` reduced axes
/// stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto mean(const X& x, Options...)
{
    return apply<mean_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(
        x);
}

} // namespace xgrad::inline XGRAD_ABI
