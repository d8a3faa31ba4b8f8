// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/squeeze.hpp>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation two_vectors{"two vectors"};

} // namespace expects

namespace detail
{

/// What messages say of outer().
struct outer_call
{
    static constexpr const char* name = "outer";
};

} // namespace detail

/// All products of the elements of two vectors. Fuses with elementwise operations around it.
///   a: (M)   b: (N)   out: (M, N)   out[i, j] = a[i] b[j]
///   grad_a[i] += sum over j of grad_out[i, j] b[j]   grad_b[j] += sum over i of grad_out[i, j]
///   a[i]
template <expression_like A, expression_like B>
[[nodiscard]] auto outer(const A& a, const B& b)
{
    if constexpr (A::rank != 1 || B::rank != 1)
        detail::refuse<detail::outer_call, expects::two_vectors, shape_of<A>, shape_of<B>>();
    return expand_dimensions(a, axis<1>) * b;
}

} // namespace xgrad::inline XGRAD_ABI
