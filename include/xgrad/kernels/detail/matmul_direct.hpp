// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/matmul_pack.hpp>
#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Products of moderate size: A is read where it lies, and so is B, unless a panel at a time is
/// packed on the stack because its layout forbids it or @p pack asks for it. @p m is at least
/// min(Rows, few_rows); M and N are m and n, or dynamic. @p Wide promises that n >= width.
template <bool TransposeA, bool TransposeB, std::size_t M, std::size_t N, std::size_t Rows,
          std::size_t Vectors, class V, bool Wide = false, class Target>
void multiply_directly(std::size_t m, std::size_t n, std::size_t k, const simd::lane<V>* a,
                       std::size_t lda, const simd::lane<V>* b, std::size_t ldb, bool pack,
                       const Target& target)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    constexpr std::size_t group_width = Vectors * width;
    // A panel takes most of a first-level cache of 32 KiB, and at most 64 KiB of the stack.
    constexpr std::size_t most = std::max<std::size_t>(256, 25600 / (Vectors * sizeof(V)));
    const std::size_t parts = (k + most - 1) / most;
    const std::size_t depth = (k + parts - 1) / parts;
    const auto multiply = [&](const column_group& group, std::size_t p, std::size_t steps,
                              const T* panel, std::size_t step, const Target& part)
    {
        const T* const first = a + p * (TransposeA ? lda : 1);
        with_vectors_of<Vectors, N, Wide, V>(
            group,
            [&](auto vectors, auto count)
            {
                multiply_column_group<TransposeA, M, Rows, vectors(), V>(
                    m, steps, first, lda, panel, step, group, count, part);
            });
    };
    for (std::size_t column = 0; column < n;)
    {
        const column_group group = group_at(column, n, Vectors, width);
        column += columns(group);
        if (!TransposeB && !pack)
        {
            multiply(group, 0, k, b + group.first, ldb, target);
            continue;
        }
        alignas(simd::alignment) T panel[most * group_width];
        for (std::size_t p = 0; p < k; p += depth)
        {
            const std::size_t steps = std::min(depth, k - p);
            pack_columns<TransposeB, V>(steps, b + p * (TransposeB ? 1 : ldb), ldb, group, panel,
                                        group_width);
            multiply(group, p, steps, panel, group_width, target.part(p == 0, p + steps == k));
        }
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
