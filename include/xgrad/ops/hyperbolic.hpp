// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/chain.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The hyperbolic sine.
///   x: any shape S   out: S
///   forward    out     = sinh(x)
///   backward   grad_x += grad_out cosh(x),  cosh(x) = sqrt(1 + out^2), which is |out| for large
///   out
struct sinh_op : elementwise<1>
{
    static constexpr const char* name = "sinh";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::sinh(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        const V size = simd::abs(out);
        const V root = simd::sqrt(V(simd::number<V>(1) + out * out));
        const V derivative = simd::select(size > simd::number<V>(1e9), size, root);
        grad_x = detail::chain(grad_out, derivative);
    }
};

/// The hyperbolic cosine.
///   x: any shape S   out: S
///   forward    out     = cosh(x)
///   backward   grad_x += grad_out sinh(x)
struct cosh_op : elementwise<1>
{
    static constexpr const char* name = "cosh";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::cosh(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, simd::sinh(x));
    }
};

/// The hyperbolic tangent.
///   x: any shape S   out: S
///   forward    out     = tanh(x)
///   backward   grad_x += grad_out (1 - out^2)
struct tanh_op : elementwise<1>
{
    static constexpr const char* name = "tanh";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::tanh(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        grad_x = grad_out * (simd::number<V>(1) - out * out);
    }
};

/// The hyperbolic sine, element by element.
template <expression_like X>
[[nodiscard]] auto sinh(const X& x)
{
    return apply<sinh_op>(x);
}

/// The hyperbolic cosine, element by element.
template <expression_like X>
[[nodiscard]] auto cosh(const X& x)
{
    return apply<cosh_op>(x);
}

/// The hyperbolic tangent, element by element.
template <expression_like X>
[[nodiscard]] auto tanh(const X& x)
{
    return apply<tanh_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
