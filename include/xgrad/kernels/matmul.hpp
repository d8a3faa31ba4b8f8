// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/kernels/detail/matmul_blocked.hpp>
#include <xgrad/kernels/detail/matmul_direct.hpp>
#include <xgrad/kernels/detail/matmul_dot.hpp>
#include <xgrad/kernels/detail/matmul_narrow.hpp>
#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// The product by its definition, for element types without vectors.
template <bool TransposeA, bool TransposeB, class T, class Epilogue>
void multiply_elements(std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t lda,
                       const T* b, std::size_t ldb, const product_target<T, Epilogue>& target)
{
    for (std::size_t i = 0; i < m; ++i)
    {
        T* const c = target.c + i * target.ldc;
        if (!target.accumulate)
            std::fill_n(c, n, T{});
        for (std::size_t p = 0; p < k; ++p)
        {
            const T& factor = TransposeA ? a[p * lda + i] : a[i * lda + p];
            for (std::size_t j = 0; j < n; ++j)
                c[j] += factor * (TransposeB ? b[j * ldb + p] : b[p * ldb + j]);
        }
        for (std::size_t j = 0; j < n; ++j)
            c[j] = target.epilogue(c[j], i, j, 1);
    }
}

/// C of no sum at all.
template <class T, class Epilogue>
void multiply_nothing(std::size_t m, std::size_t n, const product_target<T, Epilogue>& target)
{
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j)
        {
            T& c = target.c[i * target.ldc + j];
            c = target.epilogue(target.accumulate ? c : T{}, i, j, 1);
        }
}

/// The fewest columns for which the time to pack A comes back.
inline constexpr std::size_t worth_packing = 192;

/// Whether a product is to be cut into blocks: A exceeds the second-level cache.
template <class T>
[[nodiscard]] constexpr bool is_large(std::size_t m, std::size_t n, std::size_t k)
{
    return m * k * sizeof(T) >= 512 * 1024 && m >= block_shape<simd::registers>::rows &&
           n >= worth_packing;
}

template <class V, class Epilogue, class RunJobs>
[[gnu::noinline]] void multiply_blocks(std::size_t m, std::size_t n, std::size_t k,
                                       bool transpose_a, const simd::lane<V>* a, std::size_t lda,
                                       bool transpose_b, const simd::lane<V>* b, std::size_t ldb,
                                       const product_target<simd::lane<V>, Epilogue>& target,
                                       const RunJobs& run_jobs)
{
    using block = block_shape<simd::registers>;
    blocked_product<block::rows, block::vectors, V, Epilogue>(m, n, transpose_a, a, lda,
                                                              transpose_b, b, ldb)
        .run(k, target, run_jobs);
}

/// Chooses how to multiply. The thresholds were measured; what they choose differs in rounding.
template <bool TransposeA, bool TransposeB, std::size_t M, std::size_t N, class V, class Epilogue>
void multiply_vectors(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                      std::size_t lda, const simd::lane<V>* b, std::size_t ldb,
                      const product_target<simd::lane<V>, Epilogue>& target)
{
    using T = simd::lane<V>;
    using block = block_shape<simd::registers>;
    constexpr std::size_t width = simd::lanes<V>;
    if constexpr (N == dynamic || N < width)
        if (n < width)
            return multiply_narrow<TransposeA, TransposeB, M, N, V>(m, n, k, a, lda, b, ldb,
                                                                    target);
    if constexpr (N == dynamic || N >= width)
    {
        if constexpr (!TransposeA && TransposeB)
            if (m < few_rows && k >= 4 * width)
                return multiply_inner_products<V>(m, n, k, a, lda, b, ldb, target);
        if constexpr (N == dynamic || N >= worth_packing)
            if (is_large<T>(m, n, k))
                return multiply_blocks<V>(m, n, k, TransposeA, a, lda, TransposeB, b, ldb, target,
                                          run_serially{});
        // Rows of B that are pages apart crowd a few places of the cache; many of A pay for a copy.
        const bool pack = m >= 128 && ldb * sizeof(T) >= 1024;
        if (m >= few_rows)
            multiply_directly<TransposeA, TransposeB, M, N, block::rows, block::vectors, false, V>(
                m, n, k, a, lda, b, ldb, pack, target);
        else
            multiply_directly<TransposeA, TransposeB, M, N, 1, 4, false, V>(m, n, k, a, lda, b, ldb,
                                                                            pack, target);
    }
}

} // namespace detail

/// C = op(A) op(B), or C += op(A) op(B) when @p accumulate, row-major, on one thread.
///
/// op(X) is X or its transpose; op(A) is @p m x @p k, op(B) is @p k x @p n, C is @p m x @p n. Rows
/// of the stored matrices lie @p lda, @p ldb and @p ldc elements apart. C overlaps neither A nor B.
/// With k = 0, C is set to zero (or left as it is). An extent that is given as a template argument
/// must equal the run-time one and lets the compiler specialise. Nothing is allocated, but for the
/// packing buffer of large products, which a thread allocates once.
///
/// @p epilogue is applied to each element of C when its sum is complete, see no_epilogue.
template <bool TransposeA, bool TransposeB, std::size_t M = dynamic, std::size_t N = dynamic,
          std::size_t K = dynamic, class T, class Epilogue = no_epilogue>
void matmul(std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t lda, const T* b,
            std::size_t ldb, T* c, std::size_t ldc, bool accumulate,
            const Epilogue& epilogue = Epilogue{})
{
    using V = simd::pack<T>;
    const std::size_t rows = M == dynamic ? m : M;
    const std::size_t columns = N == dynamic ? n : N;
    const std::size_t depth = K == dynamic ? k : K;
    const detail::product_target<T, Epilogue> target{c, ldc, accumulate, true, epilogue};
    if (depth == 0)
        detail::multiply_nothing(rows, columns, target);
    else if constexpr (simd::is_vector<V>)
        detail::multiply_vectors<TransposeA, TransposeB, M, N, V>(rows, columns, depth, a, lda, b,
                                                                  ldb, target);
    else
        detail::multiply_elements<TransposeA, TransposeB>(rows, columns, depth, a, lda, b, ldb,
                                                          target);
}

/// The same product on the threads of a pool, if it is large: else the caller's thread alone is
/// faster. Each element is summed in the same order as on one thread.
template <bool TransposeA, bool TransposeB, class T, class Epilogue = no_epilogue>
void matmul(const thread_pool& pool, std::size_t m, std::size_t n, std::size_t k, const T* a,
            std::size_t lda, const T* b, std::size_t ldb, T* c, std::size_t ldc, bool accumulate,
            const Epilogue& epilogue = Epilogue{})
{
    using V = simd::pack<T>;
    if constexpr (simd::is_vector<V>)
        if (detail::is_large<T>(m, n, k))
            return detail::multiply_blocks<V>(
                m, n, k, TransposeA, a, lda, TransposeB, b, ldb,
                detail::product_target<T, Epilogue>{c, ldc, accumulate, true, epilogue},
                [&](std::size_t count, const auto& job) { pool.run(count, job); });
    matmul<TransposeA, TransposeB>(m, n, k, a, lda, b, ldb, c, ldc, accumulate, epilogue);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
