// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/matmul.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation matrices_or_vectors{"matrices or vectors (* multiplies by a scalar)"};
inline constexpr expectation equal_inner_extents{"equal inner extents"};
inline constexpr expectation stacks_that_broadcast_together{
    "stacks of matrices that broadcast together"};

} // namespace expects

namespace detail
{

/// The extents of a product of stacks of matrices; a vector on the left is a row, on the right a
/// column.
struct product_extents
{
    std::size_t rows = 1;    ///< M
    std::size_t columns = 1; ///< N
    std::size_t inner = 1;   ///< K
    extents left_stack{};
    extents right_stack{};

    constexpr product_extents(const extents& a, const extents& b)
        : rows(a.rank > 1 ? a[a.rank - 2] : 1), columns(b.rank > 1 ? b[b.rank - 1] : 1),
          inner(a[a.rank - 1]), left_stack(stack_of(a)), right_stack(stack_of(b))
    {
    }

    static constexpr extents stack_of(const extents& e)
    {
        extents stack;
        stack.rank = e.rank > 2 ? e.rank - 2 : 0;
        std::copy_n(e.extent.begin(), stack.rank, stack.extent.begin());
        return stack;
    }
};

/// Calls visit(matrix number in a, in b, in the result) for each product of a stack.
template <class F>
void for_each_product(const product_extents& e, const extents& stack, F visit)
{
    const auto number = [&](const extents& own, std::size_t index)
    {
        std::size_t result = 0;
        std::size_t step = 1;
        for (std::size_t i = 1; i <= stack.rank; ++i)
        {
            const std::size_t along = stack[stack.rank - i];
            if (i <= own.rank)
            {
                const std::size_t extent = own[own.rank - i];
                result += extent == 1 ? 0 : index % along * step;
                step *= extent;
            }
            index /= along;
        }
        return result;
    };
    const std::size_t count = stack.size();
    for (std::size_t i = 0; i < count; ++i)
        visit(number(e.left_stack, i), number(e.right_stack, i), i);
}

} // namespace detail

/// The product of matrices, of stacks of matrices, and of vectors with them, as NumPy's matmul.
///   a: (..., M, K) or (K)    b: (..., K, N) or (K)    out: (..., M, N) without the axes of vectors
///   forward    out     = a b
///   backward   grad_a += grad_out b^T
///              grad_b += a^T grad_out       each summed over the stack where it was broadcast
/// Reads in backward: the operands, each only for the other's gradient.
struct matmul_op
{
    static constexpr const char* name = "matmul";
    static constexpr saved reads = saved::arguments;
    static constexpr bool multiplies_columns = true;

    static constexpr inferred infer(const extents& a, const extents& b)
    {
        if (a.rank == 0 || b.rank == 0)
            return {a, expects::matrices_or_vectors};
        const std::size_t inner = b.rank > 1 ? b[b.rank - 2] : b[0];
        const detail::product_extents e(a, b);
        const inferred stack = broadcast(e.left_stack, e.right_stack);
        inferred result(stack.shape);
        if (a.rank > 1)
            result.shape[result.shape.rank++] = e.rows;
        if (b.rank > 1)
            result.shape[result.shape.rank++] = e.columns;
        return result.expect(may_equal(e.inner, inner), expects::equal_inner_extents)
            .expect(stack.fits, expects::stacks_that_broadcast_together);
    }

    /// Row by row for the rows of the left matrix, and along the first axis of stacks.
    static constexpr spread spread_of(const spread_operand* operands, const settings&)
    {
        const auto [a, a_shape] = operands[0];
        const auto [b, b_shape] = operands[1];
        const bool a_rows = a == spread::rows && a_shape.rank >= 2;
        if (a == spread::fixed && b == spread::fixed)
            return spread::fixed;
        if (a_rows && b == spread::fixed && (b_shape.rank <= 2 || b_shape.rank < a_shape.rank))
            return spread::rows;
        const bool stacks = a_shape.rank > 2 && a_shape.rank == b_shape.rank;
        return stacks && a_rows && b == spread::rows ? spread::rows : spread::mixed;
    }

    static constexpr double flops(const extents& out, const extents* operands)
    {
        return 2.0 * static_cast<double>(out.size()) *
               static_cast<double>(operands[0][operands[0].rank - 1]);
    }

    static void forward(const operation_context&, auto out, auto a, auto b)
    {
        using extent = static_extents<decltype(a), decltype(b)>;
        const detail::product_extents e = product_of(a, b);
        if constexpr (extent::one_matrix)
            kernels::matmul<false, false, extent::rows, extent::columns, extent::inner>(
                all_rows(e), e.columns, e.inner, a.data(), e.inner, b.data(), e.columns, out.data(),
                e.columns, false);
        else
            detail::for_each_product(
                e, stack_of(e),
                [&](std::size_t i, std::size_t j, std::size_t k)
                {
                    kernels::matmul<false, false, extent::rows, extent::columns, extent::inner>(
                        e.rows, e.columns, e.inner, a.data() + i * e.rows * e.inner, e.inner,
                        b.data() + j * e.inner * e.columns, e.columns,
                        out.data() + k * e.rows * e.columns, e.columns, false);
                });
    }

    static void backward(const operation_context&, auto grad_out, auto, auto a, auto b, auto grad_a,
                         auto grad_b)
    {
        using extent = static_extents<decltype(a), decltype(b)>;
        const detail::product_extents e = product_of(a, b);
        const auto to_a =
            [&](std::size_t rows, auto* target, const auto* g, const auto* right, bool add)
        {
            kernels::matmul<false, true, extent::rows, extent::inner, extent::columns>(
                rows, e.inner, e.columns, g, e.columns, right, e.columns, target, e.inner, add);
        };
        const auto to_b =
            [&](std::size_t rows, auto* target, const auto* g, const auto* left, bool add)
        {
            kernels::matmul<true, false, extent::inner, extent::columns, extent::rows>(
                e.inner, e.columns, rows, left, e.inner, g, e.columns, target, e.columns, add);
        };
        if constexpr (extent::one_matrix)
        {
            if constexpr (is_wanted<decltype(grad_a)>)
                to_a(all_rows(e), grad_a.data(), grad_out.data(), b.data(), grad_a.accumulate);
            if constexpr (is_wanted<decltype(grad_b)>)
                to_b(all_rows(e), grad_b.data(), grad_out.data(), a.data(), grad_b.accumulate);
        }
        else
        {
            clear_unless_added(grad_a);
            clear_unless_added(grad_b);
            detail::for_each_product(e, stack_of(e),
                                     [&](std::size_t i, std::size_t j, std::size_t k)
                                     {
                                         const auto* g = grad_out.data() + k * e.rows * e.columns;
                                         if constexpr (is_wanted<decltype(grad_a)>)
                                             to_a(e.rows, grad_a.data() + i * e.rows * e.inner, g,
                                                  b.data() + j * e.inner * e.columns, true);
                                         if constexpr (is_wanted<decltype(grad_b)>)
                                             to_b(e.rows, grad_b.data() + j * e.inner * e.columns,
                                                  g, a.data() + i * e.rows * e.inner, true);
                                     });
        }
    }

private:
    /// What the types say of the product. With a single matrix on the right, the stack on the left
    /// is one tall matrix.
    template <class A, class B>
    struct static_extents
    {
        static constexpr const extents& left = A::shape_type::value;
        static constexpr const extents& right = B::shape_type::value;
        static constexpr bool one_matrix = right.rank <= 2;
        static constexpr std::size_t rows = left.rank == 1                ? 1
                                            : one_matrix && left.rank > 2 ? dynamic
                                                                          : left[left.rank - 2];
        static constexpr std::size_t columns = right.rank == 1 ? 1 : right[right.rank - 1];
        static constexpr std::size_t inner = left[left.rank - 1] != dynamic ? left[left.rank - 1]
                                             : right.rank == 1              ? right[0]
                                                                            : right[right.rank - 2];
    };

    static detail::product_extents product_of(const auto& a, const auto& b)
    {
        return {a.shape(), b.shape()};
    }

    static extents stack_of(const detail::product_extents& e)
    {
        return broadcast(e.left_stack, e.right_stack).shape;
    }

    static std::size_t all_rows(const detail::product_extents& e)
    {
        return e.rows * e.left_stack.size();
    }

    template <class G>
    static void clear_unless_added(const G& gradient)
    {
        if constexpr (is_wanted<G>)
            if (!gradient.accumulate)
                std::fill_n(gradient.data(), gradient.size(), typename G::value_type{});
    }
};

/// The matrix product of @p a and @p b; see matmul_op for the shapes.
template <expression_like A, expression_like B>
[[nodiscard]] auto matmul(const A& a, const B& b)
{
    return apply<matmul_op>(a, b);
}

} // namespace xgrad::inline XGRAD_ABI
