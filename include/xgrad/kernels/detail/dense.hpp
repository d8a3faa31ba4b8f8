// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the factorisations of matrices share. Matrices are row-major, rows `stride` elements apart.

#include <xgrad/kernels/matmul.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Rows and columns that are factorised at a time, before a product updates the rest.
inline constexpr std::size_t dense_block = 32;

/// y -= factor x
template <class T>
void subtract_multiple(std::size_t n, const T& factor, const T* x, T* y)
{
    using V = simd::pack<T>;
    const V minus = simd::broadcast<V>(-factor);
    std::size_t j = 0;
    for (; j + simd::width<T> <= n; j += simd::width<T>)
        simd::store<V>(y + j, simd::fma(minus, simd::load<V>(x + j), simd::load<V>(y + j)));
    for (; j < n; ++j)
        y[j] = y[j] - factor * x[j];
}

/// y = factor y
template <class T>
void scale(std::size_t n, const T& factor, T* y)
{
    using V = simd::pack<T>;
    const V by = simd::broadcast<V>(factor);
    std::size_t j = 0;
    for (; j + simd::width<T> <= n; j += simd::width<T>)
        simd::store<V>(y + j, by * simd::load<V>(y + j));
    for (; j < n; ++j)
        y[j] = factor * y[j];
}

/// The sum of x[k] y[k].
template <class T>
[[nodiscard]] T inner_product(std::size_t n, const T* x, const T* y)
{
    using V = simd::pack<T>;
    T sum{};
    std::size_t k = 0;
    if (n >= simd::width<T>)
    {
        V total = simd::load<V>(x) * simd::load<V>(y);
        for (k = simd::width<T>; k + simd::width<T> <= n; k += simd::width<T>)
            total = simd::fma(simd::load<V>(x + k), simd::load<V>(y + k), total);
        sum = simd::reduce_add(total);
    }
    for (; k < n; ++k)
        sum = sum + x[k] * y[k];
    return sum;
}

/// C -= op(A) op(B) for an inner extent @p k of at most a block: a part of B at a time is negated
/// on the stack. Extents, strides and overlap as for matmul.
template <bool TransposeA, bool TransposeB, class T>
void subtract_product(std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t lda,
                      const T* b, std::size_t ldb, T* c, std::size_t ldc)
{
    constexpr std::size_t columns = 4 * dense_block;
    T negative[dense_block * columns];
    for (std::size_t j = 0; j < n; j += columns)
    {
        const std::size_t count = std::min(columns, n - j);
        for (std::size_t p = 0; p < k; ++p)
            for (std::size_t q = 0; q < count; ++q)
                negative[p * columns + q] =
                    -(TransposeB ? b[(j + q) * ldb + p] : b[p * ldb + j + q]);
        kernels::matmul<TransposeA, false>(m, count, k, a, lda, negative, columns, c + j, ldc,
                                           true);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
