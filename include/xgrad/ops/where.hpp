// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// Takes each element from one of two tensors.
///   condition, a, b: shapes that broadcast together   out: the broadcast shape
///   forward    out     = a where condition is not 0 (as NaN is), else b
///   backward   grad_a += grad_out where condition is not 0
///              grad_b += grad_out where condition is 0
/// The condition receives no gradient. The branch that is not taken receives exactly 0, and below
/// a branch elementwise operations pass a gradient of 0 on as 0, whatever their derivatives:
/// where(x > 0, x * log(x), 0) has a gradient for every x. Not so for operations on whole tensors.
struct where_op : elementwise<3>
{
    static constexpr const char* name = "where";
    static constexpr saved reads = saved::arguments;
    static constexpr bool chooses = true;

    template <class V>
    static V forward(const V& condition, const V& a, const V& b)
    {
        return simd::select(condition == simd::number<V>(0), b, a);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& condition, const V&, const V&,
                         V& grad_condition, V& grad_a, V& grad_b)
    {
        const V zero = simd::number<V>(0);
        grad_condition = zero;
        grad_a = simd::select(condition == zero, zero, grad_out);
        grad_b = simd::select(condition == zero, grad_out, zero);
    }
};

/// a where condition is not 0, else b, element by element: `where(x > 0, x, 0.5 * x)`. Each may be
/// a number, but not all three.
template <class Condition, class A, class B, class Tag = decltype([] {})>
    requires operands_like<Condition, A, B>
[[nodiscard]] auto where(const Condition& condition, const A& a, const B& b)
{
    return detail::apply_operands<where_op, Tag>(condition, a, b);
}

} // namespace xgrad::inline XGRAD_ABI
