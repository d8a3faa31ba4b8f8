// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/ops/detail/matrices.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation matrices{"matrices"};

} // namespace expects

/// The main diagonal of matrices, which need not be square.
///   a: (..., M, N)   out: (..., min(M, N))
///   forward    out[i]       = a[i, i]
///   backward   grad_a[i, i] += grad_out[i]
struct diagonal_op
{
    static constexpr const char* name = "diagonal";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents& a)
    {
        if (a.rank < 2)
            return {a, expects::matrices};
        const std::size_t rows = a[a.rank - 2];
        const std::size_t columns = a[a.rank - 1];
        inferred result(detail::stack_of(a));
        const bool unknown = rows == dynamic || columns == dynamic;
        result.shape[result.shape.rank++] = unknown ? dynamic : std::min(rows, columns);
        return result;
    }

    static void forward(const operation_context&, auto out, auto a)
    {
        for_each_element(a.shape(),
                         [&](std::size_t i, std::size_t j) { out.data()[i] = a.data()[j]; });
    }

    static void backward(const operation_context&, auto grad_out, auto, auto a, auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        if (!grad_a.accumulate)
            std::fill_n(grad_a.data(), grad_a.size(), T{});
        for_each_element(a.shape(), [&](std::size_t i, std::size_t j)
                         { grad_a.data()[j] = grad_a.data()[j] + grad_out.data()[i]; });
    }

private:
    /// Calls visit(place in the result, place in the matrices).
    template <class F>
    static void for_each_element(const extents& a, F visit)
    {
        const std::size_t rows = a[a.rank - 2];
        const std::size_t columns = a[a.rank - 1];
        const std::size_t length = std::min(rows, columns);
        const std::size_t count = a.product(0, a.rank - 2);
        for (std::size_t matrix = 0; matrix < count; ++matrix)
            for (std::size_t i = 0; i < length; ++i)
                visit(matrix * length + i, matrix * rows * columns + i * (columns + 1));
    }
};

/// The main diagonal of a matrix, or of each matrix of a stack.
template <expression_like A>
[[nodiscard]] auto diagonal(const A& a)
{
    return apply<diagonal_op>(a);
}

} // namespace xgrad::inline XGRAD_ABI
