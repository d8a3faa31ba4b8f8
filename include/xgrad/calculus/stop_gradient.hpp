// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The values of an expression as if they were constants.
///   x: any shape S   out: S
///   forward    out     = x
///   backward   nothing
struct stop_gradient_op : elementwise<1>
{
    static constexpr const char* name = "stop_gradient";
    static constexpr saved reads = saved::nothing;
    static constexpr bool differentiable = false;

    template <class V>
    static V forward(const V& x)
    {
        if constexpr (requires { x.still(); }) // a number that carries derivatives along
            return x.still();
        else
            return x;
    }

    template <class V>
    static void backward(const V&, const V&, const V&, V& grad_x)
    {
        grad_x = V(0);
    }
};

/// @p x, through which no derivative passes.
template <expression_like X>
[[nodiscard]] auto stop_gradient(const X& x)
{
    return apply<stop_gradient_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
