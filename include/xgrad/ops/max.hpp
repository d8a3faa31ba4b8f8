// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/reduce_backward.hpp>
#include <xgrad/ops/detail/reduction.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// What max and min have in common: their gradient.
template <class Op, class Axes, bool Keep>
struct extreme : reduction<Op, Axes, Keep>
{
    static constexpr saved reads = saved::both;

    template <class T>
    static std::size_t buffer_size(const reduced_view& v)
    {
        return v.results();
    }

    template <class T>
    static void reduce_backward(const reduced_view& v, const reduction_gradient<T>& g)
    {
        kernels::extreme_backward(v.outer, v.length, v.inner, g.x, g.out, g.grad_out, g.grad_x,
                                  g.accumulate, g.buffer);
    }
};

} // namespace detail

/// Maximum over axes; NaN if any x is NaN, -infinity for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = largest x
///   backward   grad_x += grad_out / (number of largest x) where x = out
/// Saves x and out. Equal maxima share the gradient evenly, as in JAX and torch.amax: of all
/// subgradients the one that treats them alike.
template <class Axes, bool Keep>
struct max_op : detail::extreme<max_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "max";

    template <class T>
    static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::maximum(v.outer, v.length, v.inner, x, out);
    }
};

/// Minimum over axes; NaN if any x is NaN, +infinity for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = smallest x
///   backward   grad_x += grad_out / (number of smallest x) where x = out
/// Saves x and out. Equal minima share the gradient evenly.
template <class Axes, bool Keep>
struct min_op : detail::extreme<min_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "min";

    template <class T>
    static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::minimum(v.outer, v.length, v.inner, x, out);
    }
};

/// Largest of all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions` reduced axes
/// stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto max(const X& x, Options...)
{
    return apply<max_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(
        x);
}

/// Smallest of all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions` reduced
/// axes stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto min(const X& x, Options...)
{
    return apply<min_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(
        x);
}

} // namespace xgrad::inline XGRAD_ABI
