// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation vectors_of_equal_extents{"vectors of equal extents"};

} // namespace expects

namespace detail
{

/// What messages say of dot().
struct dot_call
{
    static constexpr const char* name = "dot";
};

} // namespace detail

/// The sum of the products of two vectors, one loop for the value and both gradients; the matrix
/// product where an operand has more axes, as NumPy's dot of matrices.
///   a, b: (K)   out: ()   out = sum of a[k] b[k]   grad_a += grad_out b   grad_b += grad_out a
template <expression_like A, expression_like B>
[[nodiscard]] auto dot(const A& a, const B& b)
{
    if constexpr (A::rank == 1 && B::rank == 1)
    {
        if constexpr (!may_equal(A::shape_type::value, B::shape_type::value))
            detail::refuse<detail::dot_call, expects::vectors_of_equal_extents, shape_of<A>,
                           shape_of<B>>();
        return sum(a * b);
    }
    else
        return matmul(a, b);
}

} // namespace xgrad::inline XGRAD_ABI
