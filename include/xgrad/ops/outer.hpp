// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/squeeze.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// All products of the elements of two vectors. Fuses with elementwise operations around it.
///   a: (M)   b: (N)   out: (M, N)   out[i, j] = a[i] b[j]
///   grad_a[i] += sum over j of grad_out[i, j] b[j]   grad_b[j] += sum over i of grad_out[i, j]
///   a[i]
template <expression_like A, expression_like B>
[[nodiscard]] auto outer(const A& a, const B& b)
{
    static_assert(A::rank == 1 && B::rank == 1, "xgrad::outer: the operands are not vectors");
    return expand_dimensions(a, axis<1>) * b;
}

} // namespace xgrad::inline XGRAD_ABI
