// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The cofactors of a singular matrix, which are the derivatives of its determinant.

#include <xgrad/kernels/lu.hpp>
#include <xgrad/kernels/triangular.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// P A Q = L U in place of A (n x n, without gaps), with the largest of all elements that are left
/// as pivot. Returns the sign of the exchanges, or 0 if a column before the last has no pivot: then
/// the rank is less than n - 1.
template <class T>
T factorise_completely(std::size_t n, T* a, std::size_t* rows, std::size_t* columns)
{
    T sign(1);
    for (std::size_t k = 0; k + 1 < n; ++k)
    {
        std::size_t row = k;
        std::size_t column = k;
        for (std::size_t i = k; i < n; ++i)
            for (std::size_t j = k; j < n; ++j)
                if (std::abs(a[row * n + column]) < std::abs(a[i * n + j]))
                {
                    row = i;
                    column = j;
                }
        if (a[row * n + column] == T{})
            return T{};
        sign = (row == k) == (column == k) ? sign : -sign;
        if (row != k)
            std::swap_ranges(a + k * n, a + k * n + n, a + row * n);
        for (std::size_t i = 0; i < n; ++i)
            std::swap(a[i * n + k], a[i * n + column]);
        rows[k] = row;
        columns[k] = column;
        for (std::size_t i = k + 1; i < n; ++i)
        {
            const T factor = a[i * n + k] /= a[k * n + k];
            for (std::size_t j = k + 1; j < n; ++j)
                a[i * n + j] -= factor * a[k * n + j];
        }
    }
    return sign;
}

/// Undoes the exchanges of P or Q in the vector @p x.
template <class T>
void exchange_back(const std::vector<std::size_t>& with, T* x)
{
    for (std::size_t k = with.size(); k-- > 0;)
        std::swap(x[k], x[with[k]]);
}

} // namespace detail

/// c += factor cof(A) for a singular A, given its factorisation P A = L U by factorise_lu; c and U
/// are n x n without gaps. The cofactors are 0 if the rank is less than n - 1; else, with A x = 0
/// and y^T A = 0, they are a multiple of y x^T, which U tells: its own cofactors are, by complete
/// pivoting, those of a triangle whose last pivot alone is 0. Not made to be fast: it allocates.
///
/// G. W. Stewart, "On the adjugate matrix", Linear Algebra and its Applications 283, 1998.
template <class T>
[[gnu::cold, gnu::noinline]] void add_singular_cofactors(std::size_t n, const T* lu,
                                                         const std::size_t* pivots, T factor, T* c)
{
    std::vector<T> u(n * n);
    for (std::size_t i = 0; i < n; ++i)
        std::copy(lu + i * n + i, lu + i * n + n, u.data() + i * n + i);
    std::vector<std::size_t> rows(n - 1), columns(n - 1);
    factor *= detail::factorise_completely(n, u.data(), rows.data(), columns.data());
    if (factor == T{})
        return;
    for (std::size_t k = 0; k + 1 < n; ++k)
        factor *= u[k * n + k];
    for (std::size_t k = 0; k < n; ++k)
        factor = pivots[k] == k ? factor : -factor;

    // The null vectors of the triangle, 1 in the last place.
    std::vector<T> x(n), y(n);
    x[n - 1] = y[n - 1] = T(1);
    for (std::size_t i = n - 1; i-- > 0;)
    {
        for (std::size_t j = i + 1; j < n; ++j)
        {
            x[i] -= u[i * n + j] * x[j];
            y[i] -= u[j * n + i] * y[j];
        }
        x[i] /= u[i * n + i];
    }
    detail::exchange_back(columns, x.data());
    detail::exchange_back(rows, y.data());

    // y^T U = 0: what does so with A is P^T L^-T y.
    kernels::solve_triangular<true>(triangle::lower, true, n, 1, lu, n, y.data(), 1);
    detail::exchange_back(std::vector<std::size_t>(pivots, pivots + n), y.data());
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            c[i * n + j] += factor * y[i] * x[j];
}

} // namespace xgrad::inline XGRAD_ABI::kernels
