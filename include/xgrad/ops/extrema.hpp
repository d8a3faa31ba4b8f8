// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The absolute value.
///   x: any shape S   out: S
///   forward    out     = |x|
///   backward   grad_x += grad_out where x > 0, -grad_out where x < 0; nothing at x = 0
struct abs_op : elementwise<1>
{
    static constexpr const char* name = "abs";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::abs(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V zero = simd::number<V>(0);
        const V falling = simd::select(x < zero, V(-grad_out), zero);
        grad_x = simd::select(x > zero, grad_out, falling);
    }
};

namespace detail
{

/// What an operand receives of @p grad_out when the other one wins where @p loses holds: all, half
/// where the operands are equal, or nothing.
template <class M, class V>
[[nodiscard]] V share(const M& loses, const V& a, const V& b, const V& grad_out)
{
    const V half = simd::select(a == b, V(simd::number<V>(0.5) * grad_out), grad_out);
    return simd::select(loses, simd::number<V>(0), half);
}

} // namespace detail

/// The smaller of two tensors, element by element; NaN where one of them is NaN.
///   a, b: shapes that broadcast together   out: the broadcast shape
///   forward    out     = min(a, b)
///   backward   grad_a += grad_out where a < b, half of it where a = b
///              grad_b += grad_out where b < a, half of it where a = b
struct minimum_op : elementwise<2>
{
    static constexpr const char* name = "minimum";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::select(simd::is_nan(a), a, V(simd::select(a < b, a, b)));
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& a, const V& b, V& grad_a, V& grad_b)
    {
        grad_a = detail::share(b < a, a, b, grad_out);
        grad_b = detail::share(a < b, a, b, grad_out);
    }
};

/// The larger of two tensors, element by element; NaN where one of them is NaN.
///   a, b: shapes that broadcast together   out: the broadcast shape
///   forward    out     = max(a, b)
///   backward   grad_a += grad_out where a > b, half of it where a = b
///              grad_b += grad_out where b > a, half of it where a = b
struct maximum_op : elementwise<2>
{
    static constexpr const char* name = "maximum";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::select(simd::is_nan(a), a, V(simd::select(a > b, a, b)));
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& a, const V& b, V& grad_a, V& grad_b)
    {
        grad_a = detail::share(a < b, a, b, grad_out);
        grad_b = detail::share(b < a, a, b, grad_out);
    }
};

/// Limits a tensor to an interval; where low > high the result is high.
///   x, low, high: shapes that broadcast together   out: the broadcast shape
///   forward    out        = min(max(x, low), high)
///   backward   grad_x    += grad_out where low <= x <= high
///              grad_low  += grad_out where x < low <= high
///              grad_high += grad_out where x > high or low > high
struct clamp_op : elementwise<3>
{
    static constexpr const char* name = "clamp";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x, const V& low, const V& high)
    {
        const V raised = simd::select(x < low, low, x);
        return simd::select(raised > high, high, raised);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, const V& low, const V& high,
                         V& grad_x, V& grad_low, V& grad_high)
    {
        const V zero = simd::number<V>(0);
        const V raised = simd::select(x < low, low, x);
        const V kept = simd::select(raised > high, zero, grad_out);
        grad_x = simd::select(x < low, zero, kept);
        grad_low = simd::select(x < low, kept, zero);
        grad_high = simd::select(raised > high, grad_out, zero);
    }
};

/// |x|, element by element.
template <expression_like X>
[[nodiscard]] auto abs(const X& x)
{
    return apply<abs_op>(x);
}

/// The smaller of a and b, element by element; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto minimum(const A& a, const B& b)
{
    return detail::apply_operands<minimum_op, Tag>(a, b);
}

/// The larger of a and b, element by element; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto maximum(const A& a, const B& b)
{
    return detail::apply_operands<maximum_op, Tag>(a, b);
}

/// x limited to [low, high], element by element; the limits are numbers or expressions.
template <class X, class Low, class High, class Tag = decltype([] {})>
    requires operands_like<X, Low, High>
[[nodiscard]] auto clamp(const X& x, const Low& low, const High& high)
{
    return detail::apply_operands<clamp_op, Tag>(x, low, high);
}

} // namespace xgrad::inline XGRAD_ABI
