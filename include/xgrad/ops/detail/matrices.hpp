// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the operations of linear algebra share: square matrices, alone or in stacks along leading
// axes, their factorisations in memory of the plan, and what is said of unfit ones.

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/lu.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation square_matrices{"square matrices"};

} // namespace expects

namespace detail
{

constexpr bool is_square(const extents& a)
{
    return a.rank >= 2 && may_equal(a[a.rank - 2], a[a.rank - 1]);
}

/// The extents of square matrices, where one of the last two may be known through the other.
constexpr inferred infer_square(const extents& a)
{
    inferred result(a);
    if (!detail::is_square(a))
        return {a, expects::square_matrices};
    if (a[a.rank - 1] == dynamic)
        result.shape[a.rank - 1] = a[a.rank - 2];
    else
        result.shape[a.rank - 2] = a[a.rank - 1];
    return result;
}

/// The extents of the stack alone.
constexpr extents stack_of(const extents& a)
{
    extents result;
    result.rank = a.rank < 2 ? 0 : a.rank - 2;
    std::copy_n(a.extent.begin(), result.rank, result.extent.begin());
    return result;
}

/// The number of matrices in a stack, and of rows of each.
struct square_matrices
{
    std::size_t count;
    std::size_t n;

    explicit square_matrices(const extents& a) : count(a.product(0, a.rank - 2)), n(a[a.rank - 1])
    {
    }

    [[nodiscard]] std::size_t size() const { return n * n; }
};

/// Which matrix a sentence speaks of: its shape, and its number in a stack of several.
inline std::string matrix_name(const square_matrices& all, std::size_t number)
{
    std::string text = "matrix of shape " + xgrad::to_string(extents(all.n, all.n));
    if (all.count > 1)
        text += " (number " + std::to_string(number) + " of the stack)";
    return text;
}

[[noreturn]] inline void throw_singular(const char* operation, const square_matrices& all,
                                        std::size_t number, std::size_t column)
{
    throw domain_error("xgrad::" + std::string(operation) +
                       ": expected an invertible matrix, found a " + "singular " +
                       detail::matrix_name(all, number) + ": column " + std::to_string(column) +
                       " has no pivot");
}

/// The factorisation of one matrix in memory of the plan.
template <class T>
struct lu_factors
{
    T* factors;
    std::size_t* pivots;

    static constexpr std::size_t pivots_offset(std::size_t n)
    {
        return (n * n * sizeof(T) + alignof(std::size_t) - 1) / alignof(std::size_t) *
               alignof(std::size_t);
    }

    /// Memory for one factorisation, a multiple of what both arrays need to be aligned.
    static constexpr std::size_t bytes(std::size_t n)
    {
        constexpr std::size_t unit = std::max(alignof(T), alignof(std::size_t));
        const std::size_t used = pivots_offset(n) + n * sizeof(std::size_t);
        return (used + unit - 1) / unit * unit;
    }

    lu_factors(std::byte* memory, std::size_t n)
        : factors(reinterpret_cast<T*>(memory)),
          pivots(reinterpret_cast<std::size_t*>(memory + pivots_offset(n)))
    {
    }
};

/// target = values, or target += values.
template <class T>
void add_or_assign(bool add, std::size_t size, const T* values, T* target)
{
    for (std::size_t i = 0; i < size; ++i)
        target[i] = add ? T(target[i] + values[i]) : values[i];
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
