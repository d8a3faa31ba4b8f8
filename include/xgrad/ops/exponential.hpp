// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/chain.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The exponential.
///   x: any shape S   out: S
///   forward    out     = e^x
///   backward   grad_x += grad_out out
struct exp_op : elementwise<1>
{
    static constexpr const char* name = "exp";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::exp(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        grad_x = detail::chain(grad_out, out);
    }
};

/// e^x - 1 without cancellation near 0.
///   x: any shape S   out: S
///   forward    out     = e^x - 1
///   backward   grad_x += grad_out (out + 1)
struct expm1_op : elementwise<1>
{
    static constexpr const char* name = "expm1";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::expm1(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        grad_x = detail::chain(grad_out, V(out + simd::number<V>(1)));
    }
};

/// The natural logarithm; -inf at 0, NaN below.
///   x: any shape S   out: S
///   forward    out     = log(x)
///   backward   grad_x += grad_out / x
struct log_op : elementwise<1>
{
    static constexpr const char* name = "log";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::log(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, V(simd::number<V>(1) / x));
    }
};

/// log(1 + x) without cancellation near 0; -inf at -1, NaN below.
///   x: any shape S   out: S
///   forward    out     = log(1 + x)
///   backward   grad_x += grad_out / (1 + x)
struct log1p_op : elementwise<1>
{
    static constexpr const char* name = "log1p";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::log1p(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V one = simd::number<V>(1);
        grad_x = detail::chain(grad_out, V(one / (one + x)));
    }
};

/// log(1 - e^-x) without cancellation; -inf at 0, NaN below.
///   x: any shape S   out: S
///   forward    out     = log(1 - e^-x)
///   backward   grad_x += grad_out / (e^x - 1)
struct log1mexp_op : elementwise<1>
{
    static constexpr const char* name = "log1mexp";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::log1mexp(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, V(simd::number<V>(1) / simd::expm1(x)));
    }
};

/// The square root; NaN below 0. Its derivative at 0 is infinite.
///   x: any shape S   out: S
///   forward    out     = sqrt(x)
///   backward   grad_x += grad_out / (2 out)
struct sqrt_op : elementwise<1>
{
    static constexpr const char* name = "sqrt";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::sqrt(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        grad_x = detail::chain(grad_out, V(simd::number<V>(0.5) / out));
    }
};

/// e^x, element by element.
template <expression_like X>
[[nodiscard]] auto exp(const X& x)
{
    return apply<exp_op>(x);
}

/// e^x - 1, element by element.
template <expression_like X>
[[nodiscard]] auto expm1(const X& x)
{
    return apply<expm1_op>(x);
}

/// The natural logarithm, element by element.
template <expression_like X>
[[nodiscard]] auto log(const X& x)
{
    return apply<log_op>(x);
}

/// log(1 + x), element by element.
template <expression_like X>
[[nodiscard]] auto log1p(const X& x)
{
    return apply<log1p_op>(x);
}

/// log(1 - e^-x), element by element: the logarithm of a probability whose complement has the
/// logarithm -x.
template <expression_like X>
[[nodiscard]] auto log1mexp(const X& x)
{
    return apply<log1mexp_op>(x);
}

/// The square root, element by element.
template <expression_like X>
[[nodiscard]] auto sqrt(const X& x)
{
    return apply<sqrt_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
