// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/log_sum_exp.hpp>
#include <xgrad/ops/detail/reduction.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

/// Logarithm of the sum of exponentials over axes, without overflow; -infinity for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = m + log(sum of exp(x - m)),   m the largest x
///   backward   grad_x += grad_out * exp(x - m) / (sum of exp(x - m)), that is grad_out *
///   softmax(x)
/// Saves exp(x - m) and the sums, not x. Where every x is -infinity the gradient is 0.
/// P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
/// functions", IMA J. Numer. Anal. 41 (2021).
template <class Axes, bool Keep>
struct logsumexp_op : detail::reduction<logsumexp_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "logsumexp";
    static constexpr saved reads = saved::nothing;
    static constexpr bool saves_for_backward = true;

    /// The exponentials, then the reciprocals of their sums.
    template <class T>
    static std::size_t saved_bytes(const extents& out, const extents& x)
    {
        return (x.size() + out.size()) * sizeof(T);
    }

    template <class T>
    [[gnu::always_inline]] static void reduce(const detail::reduced_view& v, const T* x, T* out,
                                              T* kept)
    {
        kernels::log_sum_exp(v.outer, v.length, v.inner, x, out, kept, kept + v.size());
    }

    template <class T>
    [[gnu::always_inline]] static void reduce_only(const detail::reduced_view& v, const T* x,
                                                   T* out)
    {
        kernels::log_sum_exp(v.outer, v.length, v.inner, x, out);
    }

    template <class T>
    [[gnu::always_inline]] static void reduce_backward(const detail::reduced_view& v,
                                                       const detail::reduction_gradient<T>& g)
    {
        const T* const kept = g.saved;
        kernels::log_sum_exp_backward(v.outer, v.length, v.inner, kept, kept + v.size(), g.grad_out,
                                      g.grad_x, g.accumulate);
    }
};

/// log(sum of exp(x)) over all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions`
/// reduced axes stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto logsumexp(const X& x, Options...)
{
    return apply<
        logsumexp_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
