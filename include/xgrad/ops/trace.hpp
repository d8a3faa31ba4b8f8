// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/ops/diagonal.hpp>
#include <xgrad/ops/sum.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The sum of the main diagonal of a matrix, or of each matrix of a stack.
///   a: (..., M, N)   out: (...)   out = sum of a[i, i]   grad_a[i, i] += grad_out
template <expression_like A>
[[nodiscard]] auto trace(const A& a)
{
    return sum(diagonal(a), axis<-1>);
}

} // namespace xgrad::inline XGRAD_ABI
