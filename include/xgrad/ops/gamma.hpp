// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/gamma.hpp>
#include <xgrad/ops/chain.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The logarithm of the absolute value of the gamma function; infinite at 0, -1, -2, ...
///   x: any shape S   out: S
///   forward    out     = log |gamma(x)|
///   backward   grad_x += grad_out digamma(x)
struct lgamma_op : elementwise<1>
{
    static constexpr const char* name = "lgamma";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::lgamma(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, simd::digamma(x));
    }
};

/// The derivative of lgamma; -inf, its limit from the right, at 0, -1, -2, ...
///   x: any shape S   out: S
///   forward    out     = digamma(x)
///   backward   grad_x += grad_out trigamma(x)
struct digamma_op : elementwise<1>
{
    static constexpr const char* name = "digamma";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::digamma(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, simd::trigamma(x));
    }
};

/// log |gamma(x)|, element by element.
template <expression_like X>
[[nodiscard]] auto lgamma(const X& x)
{
    return apply<lgamma_op>(x);
}

/// The derivative of log |gamma(x)|, element by element.
template <expression_like X>
[[nodiscard]] auto digamma(const X& x)
{
    return apply<digamma_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
