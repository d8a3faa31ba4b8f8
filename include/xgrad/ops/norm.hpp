// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/moments.hpp>
#include <xgrad/kernels/reduce_backward.hpp>
#include <xgrad/ops/detail/reduction.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// Euclidean norm over axes; 0 for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = sqrt(sum of x^2)
///   backward   grad_x += grad_out * x / out
/// Saves x and out. Where out is 0 the subgradient is 0. Squares are not scaled: elements beyond
/// the square root of the type's range overflow or vanish.
template <class Axes, bool Keep>
struct norm_op : detail::reduction<norm_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "norm";
    static constexpr saved reads = saved::both;

    template <class T>
    static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::norm(v.outer, v.length, v.inner, x, out);
    }

    template <class T>
    static void reduce_backward(const detail::reduced_view& v,
                                const detail::reduction_gradient<T>& g)
    {
        kernels::norm_backward(v.outer, v.length, v.inner, g.x, g.out, g.grad_out, g.grad_x,
                               g.accumulate);
    }
};

/// Euclidean norm of all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions`
/// reduced axes stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto norm(const X& x, Options...)
{
    return apply<norm_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(
        x);
}

} // namespace xgrad::inline XGRAD_ABI
