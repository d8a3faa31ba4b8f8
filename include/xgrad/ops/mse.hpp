// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/sum.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The mean of the squared differences of @p a and @p b, which broadcast: one loop for the value
/// and both gradients.   out = mean((a - b)^2)   grad_a += grad_out 2 (a - b) / n, grad_b its
/// negative
template <expression_like A, expression_like B>
[[nodiscard]] auto mse(const A& a, const B& b)
{
    return mean(square(a - b));
}

} // namespace xgrad::inline XGRAD_ABI
