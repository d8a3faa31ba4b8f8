// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/lu.hpp>
#include <xgrad/kernels/matmul.hpp>
#include <xgrad/ops/detail/matrices.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

/// The inverse of square matrices, by LU factorisation with partial pivoting. To solve a system,
/// solve() is quicker and more accurate.
///   a: (..., N, N)   out: (..., N, N)
///   forward    out     = a^-1
///   backward   grad_a -= out^T grad_out out^T
/// Throws domain_error if a pivot is exactly 0; close to that, the result is large and inaccurate.
/// M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
/// differentiation", Advances in Automatic Differentiation, Springer 2008, section 2.2.3.
struct inverse_op
{
    static constexpr const char* name = "inverse";
    static constexpr saved reads = saved::output;

    static constexpr inferred infer(const extents& a) { return detail::infer_square(a); }

    template <class T>
    static std::size_t scratch_bytes(const extents&, const extents& a)
    {
        return detail::lu_factors<T>::bytes(a[a.rank - 1]);
    }

    static void forward(const operation_context& context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        const detail::square_matrices all(a.shape());
        const detail::lu_factors<T> lu(context.scratch_memory, all.n);
        for (std::size_t i = 0; i < all.count; ++i)
        {
            std::copy_n(a.data() + i * all.size(), all.size(), lu.factors);
            kernels::factorise_lu(all.n, lu.factors, all.n, lu.pivots);
            if (const auto column = kernels::singular_column(all.n, lu.factors, all.n);
                column < all.n)
                detail::throw_singular(name, all, i, column);
            kernels::invert_lu(all.n, lu.factors, all.n, lu.pivots, out.data() + i * all.size());
        }
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto,
                         auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        const detail::square_matrices all(out.shape());
        const std::size_t n = all.n;
        T* const product = context.scratch<T>();
        for (std::size_t i = 0; i < all.count; ++i)
        {
            const T* inverse = out.data() + i * all.size();
            kernels::matmul<true, false>(n, n, n, inverse, n, grad_out.data() + i * all.size(), n,
                                         product, n, false);
            for (std::size_t k = 0; k < all.size(); ++k)
                product[k] = -product[k];
            kernels::matmul<false, true>(n, n, n, product, n, inverse, n,
                                         grad_a.data() + i * all.size(), n, grad_a.accumulate);
        }
    }
};

/// The inverse of a square matrix, or of each matrix of a stack.
template <expression_like A>
[[nodiscard]] auto inverse(const A& a)
{
    return apply<inverse_op>(a);
}

} // namespace xgrad::inline XGRAD_ABI
