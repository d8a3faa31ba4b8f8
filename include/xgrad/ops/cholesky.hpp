// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/cholesky.hpp>
#include <xgrad/kernels/matmul.hpp>
#include <xgrad/kernels/transpose.hpp>
#include <xgrad/kernels/triangular.hpp>
#include <xgrad/ops/detail/matrices.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace xgrad::inline XGRAD_ABI
{

/// The lower triangular factor l with l l^T = a of symmetric positive definite matrices. Of a
/// matrix that is not symmetric the symmetric part (a + a^T) / 2 is taken, so that the gradient is
/// symmetric.
///   a: (..., N, N)   out: (..., N, N), with zeros above the diagonal
///   forward    out     = l
///   backward   grad_a += l^-T (p + p^T) l^-1 / 2,   p the lower half of l^T grad_out, its diagonal
///                                                   halved
/// Throws domain_error if the matrix is not positive definite.
/// I. Murray, "Differentiation of the Cholesky decomposition", arXiv:1602.07527, equation (10).
struct cholesky_op
{
    static constexpr const char* name = "cholesky";
    static constexpr saved reads = saved::output;

    static constexpr inferred infer(const extents& a) { return detail::infer_square(a); }

    template <class T>
    static std::size_t scratch_bytes(const extents&, const extents& a)
    {
        return 2 * a[a.rank - 1] * a[a.rank - 1] * sizeof(T);
    }

    static void forward(const operation_context&, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        const detail::square_matrices all(a.shape());
        const std::size_t n = all.n;
        const T half = T(1) / T(2);
        for (std::size_t number = 0; number < all.count; ++number)
        {
            const auto* from = a.data() + number * all.size();
            T* const to = out.data() + number * all.size();
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j <= i; ++j)
                    to[i * n + j] = half * (from[i * n + j] + from[j * n + i]);
            if (const auto column = kernels::factorise_cholesky(n, to, n); column < n)
                throw_not_positive(all, number, column);
            for (std::size_t i = 0; i < n; ++i)
                std::fill(to + i * n + i + 1, to + (i + 1) * n, T{});
        }
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto,
                         auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        const detail::square_matrices all(out.shape());
        const std::size_t n = all.n;
        T* const first = context.scratch<T>();
        T* const second = first + all.size();
        for (std::size_t number = 0; number < all.count; ++number)
        {
            const T* const l = out.data() + number * all.size();
            const T* const g = grad_out.data() + number * all.size();
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    first[i * n + j] = j <= i ? g[i * n + j] : T{};
            kernels::matmul<true, false>(n, n, n, l, n, first, n, second, n, false);
            const T half = T(1) / T(2);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j <= i; ++j)
                    second[i * n + j] = second[j * n + i] = half * second[i * n + j];
            kernels::solve_triangular<true>(triangle::lower, false, n, n, l, n, second, n);
            kernels::transpose(n, n, second, n, first, n);
            kernels::solve_triangular<true>(triangle::lower, false, n, n, l, n, first, n);
            detail::add_or_assign(grad_a.accumulate, all.size(), first,
                                  grad_a.data() + number * all.size());
        }
    }

private:
    using triangle = kernels::triangle;

    [[noreturn]] static void throw_not_positive(const detail::square_matrices& all,
                                                std::size_t number, std::size_t column)
    {
        throw domain_error("xgrad::cholesky: expected a positive definite matrix, found a " +
                           detail::matrix_name(all, number) + " whose leading minor of order " +
                           std::to_string(column + 1) + " is not positive");
    }
};

/// The Cholesky factor of a symmetric positive definite matrix, or of each matrix of a stack.
template <expression_like A>
[[nodiscard]] auto cholesky(const A& a)
{
    return apply<cholesky_op>(a);
}

} // namespace xgrad::inline XGRAD_ABI
