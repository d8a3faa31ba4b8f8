// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The shapes of systems of linear equations a x = b.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/detail/matrices.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// b is a vector beside one matrix, or has matrices of right-hand sides for the same stack as a.
constexpr inferred infer_system(const extents& a, const extents& b)
{
    inferred result{b, detail::infer_square(a).problem};
    if (result.problem)
        return result;
    const bool vector = b.rank == 1 && a.rank == 2;
    if (!vector && b.rank != a.rank)
        return {b, "the right-hand side is neither a vector nor a matrix for each matrix"};
    for (std::size_t axis = 0; axis + 2 < a.rank; ++axis)
        if (!may_equal(a[axis], b[axis]))
            result.problem = "the stacks of matrices differ";
    const std::size_t rows = b.rank - (vector ? 1 : 2);
    if (!may_equal(a[a.rank - 1], b[rows]) || !may_equal(a[a.rank - 2], b[rows]))
        result.problem = "the matrix and the right-hand side have different numbers of rows";
    return result;
}

/// Matrices of n rows, and as many blocks of n x columns right-hand sides.
struct linear_systems : square_matrices
{
    std::size_t columns;

    linear_systems(const extents& a, const extents& b)
        : square_matrices(a), columns(b.rank == a.rank ? b[b.rank - 1] : 1)
    {
    }

    [[nodiscard]] std::size_t right_size() const { return n * columns; }
};

} // namespace xgrad::inline XGRAD_ABI::detail
