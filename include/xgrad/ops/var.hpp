// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/kernels/moments.hpp>
#include <xgrad/kernels/reduce_backward.hpp>
#include <xgrad/ops/detail/reduction.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

/// Variance over axes.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = sum of (x - m)^2 / (n - c),   m the mean of the n elements
///   backward   grad_x += grad_out * 2 (x - m) / (n - c)
/// Saves x and the means. The correction c is 0 unless given (NumPy's ddof). As in NumPy a negative
/// n - c counts as 0, and the variance of nothing is NaN.
template <class Axes, bool Keep, std::size_t Correction>
struct var_op : detail::reduction<var_op<Axes, Keep, Correction>, Axes, Keep>
{
    static constexpr const char* name = "var";
    static constexpr saved reads = saved::arguments;

    template <class T>
    static std::size_t saved_bytes(const extents& out, const extents&)
    {
        return out.size() * sizeof(T);
    }

    template <class T>
    static void reduce(const detail::reduced_view& v, const T* x, T* out, T* mean)
    {
        kernels::variance(v.outer, v.length, v.inner, Correction, x, mean, out);
    }

    template <class T>
    static void reduce_backward(const detail::reduced_view& v,
                                const detail::reduction_gradient<T>& g)
    {
        kernels::variance_backward(v.outer, v.length, v.inner, Correction, g.x, g.saved, g.grad_out,
                                   g.grad_x, g.accumulate);
    }
};

/// Variance of all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions` reduced
/// axes stay with the extent 1, with `correction<1>` it is that of a sample.
template <expression_like X, detail::variance_option... Options>
[[nodiscard]] auto var(const X& x, Options...)
{
    return apply<var_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>,
                        detail::correction_among<Options...>::value>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
