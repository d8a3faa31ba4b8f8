// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/matmul.hpp>
#include <xgrad/kernels/triangular.hpp>
#include <xgrad/ops/detail/matrices.hpp>
#include <xgrad/ops/detail/systems.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

using kernels::triangle;

/// How solve_triangular reads its matrix: `{.half = triangle::upper, .transposed = true}`.
struct triangular_options
{
    triangle half = triangle::lower; ///< the half that is read; the other counts as 0
    bool transposed = false;         ///< solve with the transpose of that half
    bool unit_diagonal = false;      ///< take the diagonal to be 1 without reading it
};

/// The solution x of op(a) x = b for a triangular matrix a, op(a) being a or its transpose.
///   a: (..., N, N)   b: (..., N, K), or (N) for one matrix   out: the shape of b
///   forward    out     = op(a)^-1 b
///   backward   grad_b += u,   u = op(a)^-T grad_out
///              grad_a -= the half of u out^T (of its transpose, where a is transposed) that is
///              read
/// Throws domain_error for a 0 on the diagonal.
/// M. B. Giles (2008, see inverse_op), section 2.3.1, restricted to the half.
struct solve_triangular_op
{
    static constexpr const char* name = "solve_triangular";
    static constexpr saved reads = saved::both;

    static constexpr inferred infer(const extents& a, const extents& b)
    {
        return detail::infer_system(a, b);
    }

    template <class T>
    static std::size_t scratch_bytes(const extents&, const extents& a, const extents& b)
    {
        const detail::linear_systems all(a, b);
        return (all.right_size() + all.size()) * sizeof(T);
    }

    static void forward(const operation_context& context, auto out, auto a, auto b)
    {
        const triangular_options how = options(context);
        const detail::linear_systems all(a.shape(), b.shape());
        for (std::size_t i = 0; i < all.count; ++i)
        {
            const auto* const matrix = a.data() + i * all.size();
            require_diagonal(all, i, how, matrix);
            auto* const x = out.data() + i * all.right_size();
            std::copy_n(b.data() + i * all.right_size(), all.right_size(), x);
            solve_with(how, how.transposed, all, matrix, x);
        }
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto a, auto b,
                         auto grad_a, auto grad_b)
    {
        using T = std::remove_const_t<typename decltype(out)::value_type>;
        const triangular_options how = options(context);
        const detail::linear_systems all(a.shape(), b.shape());
        T* const u = context.scratch<T>();
        T* const product = u + all.right_size();
        for (std::size_t i = 0; i < all.count; ++i)
        {
            std::copy_n(grad_out.data() + i * all.right_size(), all.right_size(), u);
            solve_with(how, !how.transposed, all, a.data() + i * all.size(), u);
            if constexpr (is_wanted<decltype(grad_a)>)
            {
                const T* const x = out.data() + i * all.right_size();
                const T* const left = how.transposed ? x : u;
                const T* const right = how.transposed ? u : x;
                kernels::matmul<false, true>(all.n, all.n, all.columns, left, all.columns, right,
                                             all.columns, product, all.n, false);
                keep_negative_half(how, all.n, product);
                detail::add_or_assign(grad_a.accumulate, all.size(), product,
                                      grad_a.data() + i * all.size());
            }
            if constexpr (is_wanted<decltype(grad_b)>)
                detail::add_or_assign(grad_b.accumulate, all.right_size(), u,
                                      grad_b.data() + i * all.right_size());
        }
    }

    static settings pack(const triangular_options& how)
    {
        return {how.half == triangle::upper, how.transposed, how.unit_diagonal};
    }

private:
    static triangular_options options(const operation_context& context)
    {
        return {context.options[0] != 0 ? triangle::upper : triangle::lower,
                context.options[1] != 0, context.options[2] != 0};
    }

    template <class T>
    static void solve_with(const triangular_options& how, bool transposed,
                           const detail::linear_systems& all, const T* matrix,
                           std::remove_const_t<T>* x)
    {
        if (transposed)
            kernels::solve_triangular<true>(how.half, how.unit_diagonal, all.n, all.columns, matrix,
                                            all.n, x, all.columns);
        else
            kernels::solve_triangular<false>(how.half, how.unit_diagonal, all.n, all.columns,
                                             matrix, all.n, x, all.columns);
    }

    template <class T>
    static void keep_negative_half(const triangular_options& how, std::size_t n, T* matrix)
    {
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
            {
                const bool read =
                    i == j ? !how.unit_diagonal : (i < j) == (how.half == triangle::upper);
                matrix[i * n + j] = read ? T(-matrix[i * n + j]) : T{};
            }
    }

    template <class T>
    static void require_diagonal(const detail::linear_systems& all, std::size_t number,
                                 const triangular_options& how, const T* matrix)
    {
        if (how.unit_diagonal)
            return;
        for (std::size_t i = 0; i < all.n; ++i)
            if (matrix[i * all.n + i] == T{})
                throw domain_error(
                    "xgrad::solve_triangular: expected a diagonal without 0, found a " +
                    detail::matrix_name(all, number) + " with 0 in row " + std::to_string(i));
    }
};

/// The solution x of a x = b for a triangular matrix a and a vector b or a matrix of right-hand
/// sides, or for stacks of both.
template <expression_like A, expression_like B>
[[nodiscard]] auto solve_triangular(const A& a, const B& b, const triangular_options& how = {})
{
    return apply_with<solve_triangular_op>(solve_triangular_op::pack(how), a, b);
}

} // namespace xgrad::inline XGRAD_ABI
