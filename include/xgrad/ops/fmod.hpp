// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/ops/chain.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The remainder of a division, with the sign of a, as std::fmod: exact, NaN for b = 0.
///   a, b: shapes that broadcast together   out: the broadcast shape
///   forward    out     = a - b trunc(a / b)
///   backward   grad_a += grad_out
///              grad_b -= grad_out trunc(a / b)
/// The derivatives are those of the piece that (a, b) lies on; at a jump, of the one that begins.
struct fmod_op : elementwise<2>
{
    static constexpr const char* name = "fmod";
    static constexpr saved reads = saved::both;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::fmod(a, b);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V& a, const V& b, V& grad_a,
                         V& grad_b)
    {
        grad_a = grad_out;
        grad_b = detail::chain(grad_out, V((out - a) / b));
    }
};

/// The remainder of a / b with the sign of a, element by element; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto fmod(const A& a, const B& b)
{
    return detail::apply_operands<fmod_op, Tag>(a, b);
}

} // namespace xgrad::inline XGRAD_ABI
