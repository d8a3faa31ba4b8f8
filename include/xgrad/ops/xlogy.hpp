// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Terms of entropies and likelihoods: a weight of 0 makes them 0, whatever its logarithm.

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/chain.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// x log(x) with its limit 0 at x = 0; NaN below.
///   x: any shape S   out: S
///   forward    out     = x log(x)
///   backward   grad_x += grad_out (log(x) + 1)
/// The derivative at 0 is its limit -inf.
struct xlogx_op : elementwise<1>
{
    static constexpr const char* name = "xlogx";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::xlogy(x, x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, V(simd::log(x) + simd::number<V>(1)));
    }
};

/// x log(y), and 0 where x = 0 even if y is 0 or negative.
///   x, y: shapes that broadcast together   out: the broadcast shape
///   forward    out     = x log(y)
///   backward   grad_x += grad_out log(y), but nothing where x = 0 and y <= 0
///              grad_y += grad_out x / y, but nothing where x = 0
struct xlogy_op : elementwise<2>
{
    static constexpr const char* name = "xlogy";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x, const V& y)
    {
        return simd::xlogy(x, y);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, const V& y, V& grad_x, V& grad_y)
    {
        const V zero = simd::number<V>(0);
        const V one = simd::number<V>(1);
        const auto absent = x == zero;
        const auto outside = y <= zero;
        const V logarithm = simd::log(y);
        const V by_x = simd::select(absent, V(simd::select(outside, zero, logarithm)), logarithm);
        grad_x = detail::chain(grad_out, by_x);
        const V ratio = x / simd::select(absent, one, y);
        grad_y = detail::chain(grad_out, ratio);
    }
};

/// x log(x), element by element, 0 at 0.
template <expression_like X>
[[nodiscard]] auto xlogx(const X& x)
{
    return apply<xlogx_op>(x);
}

/// x log(y), element by element, 0 where x = 0; either may be a number.
template <class X, class Y, class Tag = decltype([] {})>
    requires operands_like<X, Y>
[[nodiscard]] auto xlogy(const X& x, const Y& y)
{
    return detail::apply_operands<xlogy_op, Tag>(x, y);
}

} // namespace xgrad::inline XGRAD_ABI
