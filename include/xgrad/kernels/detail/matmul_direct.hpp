// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/kernels/detail/matmul_pack.hpp>
#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

// Products of moderate size: A is read where it lies, and so is B, unless a panel at a time is
// packed on the stack.

/// op(A) B with B where it lies. @p m is at least min(rows of a block, few_rows).
template <class V, class Target>
[[gnu::noinline]] void
multiply_in_place(const product_blocks<simd::lane<V>, Target>& blocks, std::size_t m, std::size_t n,
                  std::size_t k, const simd::lane<V>* a, std::size_t lda, const simd::lane<V>* b,
                  std::size_t ldb, const Target& target)
{
    for (std::size_t column = 0; column < n;)
    {
        const column_group group = group_at(column, n, blocks.vectors, simd::lanes<V>);
        column += columns(group);
        multiply_column_group(blocks, m, k, a, lda, b + group.first, ldb, group, target);
    }
}

/// op(A) op(B) with panels of op(B) that are packed. @p m is at least min(rows of a block,
/// few_rows).
template <class V, class Target>
[[gnu::noinline]] XGRAD_NO_CLONES void
multiply_by_panels(const product_blocks<simd::lane<V>, Target>& blocks, std::size_t m,
                   std::size_t n, std::size_t k, const simd::lane<V>* a, std::size_t lda,
                   bool transpose_b, const simd::lane<V>* b, std::size_t ldb, const Target& target)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    // A panel takes most of a first-level cache of 32 KiB, and at most 64 KiB of the stack.
    constexpr std::size_t least = 256;
    constexpr std::size_t bytes = 25600;
    alignas(simd::alignment) T panel[std::max(4 * least * width, bytes / sizeof(T))];
    const std::size_t most = std::max(least, bytes / (blocks.vectors * sizeof(V)));
    const std::size_t parts = (k + most - 1) / most;
    const std::size_t depth = (k + parts - 1) / parts;
    const std::size_t step = blocks.vectors * width;
    for (std::size_t column = 0; column < n;)
    {
        const column_group group = group_at(column, n, blocks.vectors, width);
        column += columns(group);
        for (std::size_t p = 0; p < k; p += depth)
        {
            const std::size_t steps = std::min(depth, k - p);
            pack_columns<V>(transpose_b, steps, b + p * (transpose_b ? 1 : ldb), ldb, group, panel,
                            step);
            multiply_column_group(blocks, m, steps, a + p * (blocks.transpose_a ? lda : 1), lda,
                                  panel, step, group, target.part(p == 0, p + steps == k));
        }
    }
}

/// op(A) op(B) by blocks of at most Rows rows and Vectors vectors. op(B) is packed because its
/// layout forbids anything else or @p pack asks for it. M and N are m and n, or dynamic. @p Narrow
/// says whether n is less than a vector has lanes.
template <bool TransposeA, bool TransposeB, std::size_t M, std::size_t N, std::size_t Rows,
          std::size_t Vectors, bool Narrow, class V, class Target>
void multiply_directly(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                       std::size_t lda, const simd::lane<V>* b, std::size_t ldb, bool pack,
                       const Target& target)
{
    constexpr auto& blocks = product_blocks_of<TransposeA, M, N, Rows, Vectors, Narrow, V, Target>;
    if (TransposeB || pack)
        multiply_by_panels<V>(blocks, m, n, k, a, lda, TransposeB, b, ldb, target);
    else
        multiply_in_place<V>(blocks, m, n, k, a, lda, b, ldb, target);
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
