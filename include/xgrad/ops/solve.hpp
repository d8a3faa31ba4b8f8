// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/lu.hpp>
#include <xgrad/kernels/matmul.hpp>
#include <xgrad/ops/detail/matrices.hpp>
#include <xgrad/ops/detail/systems.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// The solution x of a x = b, by LU factorisation with partial pivoting.
///   a: (..., N, N)   b: (..., N, K), or (N) for one matrix   out: the shape of b
///   forward    out     = a^-1 b
///   backward   grad_b += u,   u = a^-T grad_out
///              grad_a -= u out^T
/// Keeps the factorisation for backward. Throws domain_error if a pivot is exactly 0.
/// M. B. Giles (2008, see inverse_op), section 2.3.1.
struct solve_op
{
    static constexpr const char* name = "solve";
    static constexpr saved reads = saved::output;

    static constexpr inferred infer(const extents& a, const extents& b)
    {
        return detail::infer_system(a, b);
    }

    template <class T>
    static std::size_t saved_bytes(const extents&, const extents& a, const extents&)
    {
        const detail::square_matrices all(a);
        return all.count * detail::lu_factors<T>::bytes(all.n);
    }

    template <class T>
    static std::size_t scratch_bytes(const extents&, const extents& a, const extents& b)
    {
        return detail::linear_systems(a, b).right_size() * sizeof(T);
    }

    static void forward(const operation_context& context, auto out, auto a, auto b)
    {
        using T = typename decltype(out)::value_type;
        const detail::linear_systems all(a.shape(), b.shape());
        for (std::size_t i = 0; i < all.count; ++i)
        {
            const auto lu = factors<T>(context, all, i);
            std::copy_n(a.data() + i * all.size(), all.size(), lu.factors);
            kernels::factorise_lu(all.n, lu.factors, all.n, lu.pivots);
            if (const auto column = kernels::singular_column(all.n, lu.factors, all.n);
                column < all.n)
                detail::throw_singular(name, all, i, column);
            T* const x = out.data() + i * all.right_size();
            std::copy_n(b.data() + i * all.right_size(), all.right_size(), x);
            kernels::solve_lu<false>(all.n, all.columns, lu.factors, all.n, lu.pivots, x,
                                     all.columns);
        }
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto a, auto b,
                         auto grad_a, auto grad_b)
    {
        using T = std::remove_const_t<typename decltype(out)::value_type>;
        const detail::linear_systems all(a.shape(), b.shape());
        T* const u = context.scratch<T>();
        for (std::size_t i = 0; i < all.count; ++i)
        {
            const auto lu = factors<T>(context, all, i);
            std::copy_n(grad_out.data() + i * all.right_size(), all.right_size(), u);
            kernels::solve_lu<true>(all.n, all.columns, lu.factors, all.n, lu.pivots, u,
                                    all.columns);
            if constexpr (is_wanted<decltype(grad_a)>)
                subtract_from_matrix(all, u, out.data() + i * all.right_size(),
                                     grad_a.data() + i * all.size(), grad_a.accumulate);
            if constexpr (is_wanted<decltype(grad_b)>)
                detail::add_or_assign(grad_b.accumulate, all.right_size(), u,
                                      grad_b.data() + i * all.right_size());
        }
    }

private:
    template <class T>
    static detail::lu_factors<T> factors(const operation_context& context,
                                         const detail::square_matrices& all, std::size_t i)
    {
        return {context.saved_memory + i * detail::lu_factors<T>::bytes(all.n), all.n};
    }

    /// target -= u x^T, or target = -u x^T
    template <class T>
    static void subtract_from_matrix(const detail::linear_systems& all, T* u, const T* x, T* target,
                                     bool add)
    {
        const auto negate = [&]
        {
            for (std::size_t k = 0; k < all.right_size(); ++k)
                u[k] = -u[k];
        };
        negate();
        kernels::matmul<false, true>(all.n, all.n, all.columns, u, all.columns, x, all.columns,
                                     target, all.n, add);
        negate();
    }
};

/// The solution x of a x = b for a square matrix a and a vector b or a matrix of right-hand sides,
/// or for stacks of both.
template <expression_like A, expression_like B>
[[nodiscard]] auto solve(const A& a, const B& b)
{
    return apply<solve_op>(a, b);
}

} // namespace xgrad::inline XGRAD_ABI
