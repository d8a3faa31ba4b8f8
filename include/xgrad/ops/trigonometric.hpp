// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Angles are in radians.

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/chain.hpp>

#include <utility>

namespace xgrad::inline XGRAD_ABI
{

struct cos_op;

/// The sine. Where both are needed, it is computed together with the cosine.
///   x: any shape S   out: S
///   forward    out     = sin(x)
///   backward   grad_x += grad_out cos(x)
struct sin_op : elementwise<1>
{
    using companion = cos_op;
    static constexpr const char* name = "sin";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::sin(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = grad_out * simd::cos(x);
    }

    template <class V>
    static std::pair<V, V> forward_with_companion(const V& x)
    {
        return simd::sine_and_cosine(x);
    }

    template <class V>
    static void backward_with_companion(const V& grad_out, const V& cosine, V& grad_x)
    {
        grad_x = grad_out * cosine;
    }
};

/// The cosine. Where both are needed, it is computed together with the sine.
///   x: any shape S   out: S
///   forward    out     = cos(x)
///   backward   grad_x -= grad_out sin(x)
struct cos_op : elementwise<1>
{
    using companion = sin_op;
    static constexpr const char* name = "cos";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::cos(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = -(grad_out * simd::sin(x));
    }

    template <class V>
    static std::pair<V, V> forward_with_companion(const V& x)
    {
        const auto both = simd::sine_and_cosine(x);
        return {both.second, both.first};
    }

    template <class V>
    static void backward_with_companion(const V& grad_out, const V& sine, V& grad_x)
    {
        grad_x = -(grad_out * sine);
    }
};

/// The tangent.
///   x: any shape S   out: S
///   forward    out     = tan(x)
///   backward   grad_x += grad_out (1 + out^2)
struct tan_op : elementwise<1>
{
    static constexpr const char* name = "tan";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::tan(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        grad_x = grad_out * (simd::number<V>(1) + out * out);
    }
};

/// The arc sine in [-pi/2, pi/2]; NaN outside [-1, 1]. Its derivative is infinite at -1 and 1.
///   x: any shape S   out: S
///   forward    out     = arcsin(x)
///   backward   grad_x += grad_out / sqrt((1 - x)(1 + x))
struct asin_op : elementwise<1>
{
    static constexpr const char* name = "asin";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::asin(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V one = simd::number<V>(1);
        grad_x = detail::chain(grad_out, V(one / simd::sqrt(V((one - x) * (one + x)))));
    }
};

/// The arc cosine in [0, pi]; NaN outside [-1, 1]. Its derivative is infinite at -1 and 1.
///   x: any shape S   out: S
///   forward    out     = arccos(x)
///   backward   grad_x -= grad_out / sqrt((1 - x)(1 + x))
struct acos_op : elementwise<1>
{
    static constexpr const char* name = "acos";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::acos(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V one = simd::number<V>(1);
        grad_x = -detail::chain(grad_out, V(one / simd::sqrt(V((one - x) * (one + x)))));
    }
};

/// The arc tangent in (-pi/2, pi/2).
///   x: any shape S   out: S
///   forward    out     = arctan(x)
///   backward   grad_x += grad_out / (1 + x^2)
struct atan_op : elementwise<1>
{
    static constexpr const char* name = "atan";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::atan(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = grad_out / (simd::number<V>(1) + x * x);
    }
};

/// The sine, element by element.
template <expression_like X>
[[nodiscard]] auto sin(const X& x)
{
    return apply<sin_op>(x);
}

/// The cosine, element by element.
template <expression_like X>
[[nodiscard]] auto cos(const X& x)
{
    return apply<cos_op>(x);
}

/// The tangent, element by element.
template <expression_like X>
[[nodiscard]] auto tan(const X& x)
{
    return apply<tan_op>(x);
}

/// The arc sine, element by element.
template <expression_like X>
[[nodiscard]] auto asin(const X& x)
{
    return apply<asin_op>(x);
}

/// The arc cosine, element by element.
template <expression_like X>
[[nodiscard]] auto acos(const X& x)
{
    return apply<acos_op>(x);
}

/// The arc tangent, element by element.
template <expression_like X>
[[nodiscard]] auto atan(const X& x)
{
    return apply<atan_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
