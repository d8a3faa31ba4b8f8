// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/lu.hpp>
#include <xgrad/kernels/singular_cofactors.hpp>
#include <xgrad/kernels/transpose.hpp>
#include <xgrad/ops/detail/matrices.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// What both kinds of determinant do: forward keeps the factorisation, from which backward makes
/// the inverse.
template <class Op>
struct determinant_operation
{
    static constexpr saved reads = saved::output;

    static constexpr inferred infer(const extents& a)
    {
        return inferred(detail::stack_of(a)).expect(detail::is_square(a), expects::square_matrices);
    }

    template <class T>
    static std::size_t saved_bytes(const extents&, const extents& a)
    {
        const square_matrices all(a);
        return all.count * lu_factors<T>::bytes(all.n);
    }

    template <class T>
    static std::size_t scratch_bytes(const extents&, const extents& a)
    {
        return a[a.rank - 1] * a[a.rank - 1] * sizeof(T);
    }

    static void forward(const operation_context& context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        const square_matrices all(a.shape());
        for (std::size_t i = 0; i < all.count; ++i)
        {
            const lu_factors<T> lu = factors<T>(context, all, i);
            std::copy_n(a.data() + i * all.size(), all.size(), lu.factors);
            kernels::factorise_lu(all.n, lu.factors, all.n, lu.pivots);
            out.data()[i] = Op::from_factors(all, i, lu);
        }
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto a,
                         auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        const square_matrices all(a.shape());
        T* const inverse = context.scratch<T>();
        for (std::size_t i = 0; i < all.count; ++i)
        {
            const lu_factors<T> lu = factors<T>(context, all, i);
            T* const target = grad_a.data() + i * all.size();
            if (const auto column = kernels::singular_column(all.n, lu.factors, all.n);
                column < all.n)
            {
                if (!grad_a.accumulate)
                    std::fill_n(target, all.size(), T{});
                Op::differentiate_singular(all, i, column, lu, grad_out.data()[i], target);
                continue;
            }
            kernels::invert_lu(all.n, lu.factors, all.n, lu.pivots, inverse);
            const T factor = Op::scale(grad_out.data()[i], out.data()[i]);
            for (std::size_t k = 0; k < all.size(); ++k)
                inverse[k] = factor * inverse[k];
            kernels::transpose(all.n, all.n, inverse, all.n, target, all.n, grad_a.accumulate);
        }
    }

private:
    template <class T>
    static lu_factors<T> factors(const operation_context& context, const square_matrices& all,
                                 std::size_t i)
    {
        return {context.saved_memory + i * lu_factors<T>::bytes(all.n), all.n};
    }
};

} // namespace detail

/// The determinant of square matrices, by LU factorisation with partial pivoting.
///   a: (..., N, N)   out: (...)
///   forward    out     = det(a), 1 for N = 0
///   backward   grad_a += grad_out out a^-T, which is grad_out times the cofactors of a; so it is
///              finite at a singular matrix (a pivot of exactly 0) as well
/// The second derivative at a singular matrix is refused with domain_error.
/// M. B. Giles (2008, see inverse_op), section 2.2.4.
struct determinant_op : detail::determinant_operation<determinant_op>
{
    static constexpr const char* name = "determinant";

    template <class T>
    static T from_factors(const detail::square_matrices& all, std::size_t,
                          const detail::lu_factors<T>& lu)
    {
        T result(1);
        for (std::size_t k = 0; k < all.n; ++k)
        {
            const T pivot = lu.factors[k * all.n + k];
            result = result * (lu.pivots[k] == k ? pivot : T(-pivot));
        }
        return result;
    }

    template <class T>
    static T scale(const T& grad_out, const T& out)
    {
        return grad_out * out;
    }

    template <class T>
    static void differentiate_singular(const detail::square_matrices& all, std::size_t number,
                                       std::size_t column, const detail::lu_factors<T>& lu,
                                       const T& grad_out, T* grad_a)
    {
        if constexpr (!std::is_floating_point_v<T>)
            detail::throw_singular("determinant, for its second derivative", all, number, column);
        else if (const T pivot = lu.factors[column * all.n + column]; pivot == T(0))
            kernels::add_singular_cofactors(all.n, lu.factors, lu.pivots, grad_out, grad_a);
        else
            std::fill_n(grad_a, all.size(), pivot); // NaN
    }
};

/// The logarithm of the absolute value of the determinant of square matrices, which neither
/// overflows nor vanishes where the determinant does.
///   a: (..., N, N)   out: (...)
///   forward    out     = log |det(a)|, 0 for N = 0
///   backward   grad_a += grad_out a^-T
/// A singular matrix (a pivot of exactly 0) is refused with domain_error.
/// M. B. Giles (2008, see inverse_op), section 2.2.4.
struct log_determinant_op : detail::determinant_operation<log_determinant_op>
{
    static constexpr const char* name = "log_determinant";

    template <class T>
    static T from_factors(const detail::square_matrices& all, std::size_t number,
                          const detail::lu_factors<T>& lu)
    {
        if (const auto column = kernels::singular_column(all.n, lu.factors, all.n); column < all.n)
            detail::throw_singular(name, all, number, column);
        T result(0);
        for (std::size_t k = 0; k < all.n; ++k)
            result = result + simd::log(simd::abs(lu.factors[k * all.n + k]));
        return result;
    }

    template <class T>
    static T scale(const T& grad_out, const T&)
    {
        return grad_out;
    }

    template <class T>
    static void differentiate_singular(const detail::square_matrices& all, std::size_t number,
                                       std::size_t column, const detail::lu_factors<T>&, const T&,
                                       T*)
    {
        detail::throw_singular(name, all, number, column);
    }
};

/// The determinant of a square matrix, or of each matrix of a stack.
template <expression_like A>
[[nodiscard]] auto determinant(const A& a)
{
    return apply<determinant_op>(a);
}

/// log |det(a)| of a square matrix, or of each matrix of a stack.
template <expression_like A>
[[nodiscard]] auto log_determinant(const A& a)
{
    return apply<log_determinant_op>(a);
}

} // namespace xgrad::inline XGRAD_ABI
