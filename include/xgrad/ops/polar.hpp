// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Length and angle of a vector in the plane. Both have no derivative at the origin; 0, the middle
// of the subdifferential of the length, is passed on there.

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The length of (a, b), which neither overflows nor vanishes on the way.
///   a, b: shapes that broadcast together   out: the broadcast shape
///   forward    out     = sqrt(a^2 + b^2)
///   backward   grad_a += grad_out a / out
///              grad_b += grad_out b / out       nothing where out = 0
struct hypot_op : elementwise<2>
{
    static constexpr const char* name = "hypot";
    static constexpr saved reads = saved::both;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::hypot(a, b);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V& a, const V& b, V& grad_a,
                         V& grad_b)
    {
        const V length = simd::select(out == simd::number<V>(0), simd::number<V>(1), out);
        grad_a = grad_out * (a / length);
        grad_b = grad_out * (b / length);
    }
};

/// The angle in [-pi, pi] of the point (x, y), as std::atan2.
///   y, x: shapes that broadcast together   out: the broadcast shape
///   forward    out     = arctan(y / x) in the quadrant of (x, y)
///   backward   grad_y += grad_out x / (x^2 + y^2)
///              grad_x -= grad_out y / (x^2 + y^2)       nothing where x = y = 0
struct atan2_op : elementwise<2>
{
    static constexpr const char* name = "atan2";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& y, const V& x)
    {
        return simd::atan2(y, x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& y, const V& x, V& grad_y, V& grad_x)
    {
        const V length = simd::hypot(y, x);
        const V divisor = simd::select(length == simd::number<V>(0), simd::number<V>(1), length);
        const V scaled = grad_out / divisor;
        grad_y = scaled * (x / divisor);
        grad_x = -(scaled * (y / divisor));
    }
};

/// sqrt(a^2 + b^2), element by element; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto hypot(const A& a, const B& b)
{
    return detail::apply_operands<hypot_op, Tag>(a, b);
}

/// The angle of the point (x, y), element by element, in radians; either may be a number.
template <class Y, class X, class Tag = decltype([] {})>
    requires operands_like<Y, X>
[[nodiscard]] auto atan2(const Y& y, const X& x)
{
    return detail::apply_operands<atan2_op, Tag>(y, x);
}

} // namespace xgrad::inline XGRAD_ABI
