// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The shapes of systems of linear equations a x = b.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/detail/matrices.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation a_vector_or_matrices_on_the_right{
    "a vector on the right, or a matrix for each matrix on the left"};
inline constexpr expectation equal_stacks_of_matrices{"equal stacks of matrices"};
inline constexpr expectation equal_numbers_of_rows{"equal numbers of rows on both sides"};

} // namespace expects

namespace detail
{

/// b is a vector beside one matrix, or has matrices of right-hand sides for the same stack as a.
constexpr inferred infer_system(const extents& a, const extents& b)
{
    if (!detail::is_square(a))
        return {b, expects::square_matrices};
    const bool vector = b.rank == 1 && a.rank == 2;
    if (!vector && b.rank != a.rank)
        return {b, expects::a_vector_or_matrices_on_the_right};
    inferred result(b);
    for (std::size_t axis = 0; axis + 2 < a.rank; ++axis)
        result.expect(may_equal(a[axis], b[axis]), expects::equal_stacks_of_matrices);
    const std::size_t rows = b.rank - (vector ? 1 : 2);
    return result.expect(may_equal(a[a.rank - 1], b[rows]) && may_equal(a[a.rank - 2], b[rows]),
                         expects::equal_numbers_of_rows);
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

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
