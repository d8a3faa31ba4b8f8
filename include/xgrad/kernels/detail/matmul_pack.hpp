// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/detail/transpose.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Packs the columns of @p group of op(B), @p k steps deep: each step is one row of them, @p step
/// elements after the last.
template <class V>
void pack_columns(bool transpose_b, std::size_t k, const simd::lane<V>* b, std::size_t ldb,
                  const column_group& group, simd::lane<V>* panel, std::size_t step)
{
    constexpr std::size_t width = simd::lanes<V>;
    if (transpose_b)
        transpose_to(columns(group), k, b + group.first * ldb, ldb, panel, step);
    else
        for (std::size_t p = 0; p < k; ++p)
            for (std::size_t v = 0; v < group.vectors; ++v)
            {
                const std::size_t column = v + 1 == group.vectors ? group.last : v * width;
                simd::store(panel + p * step + column,
                            simd::load<V>(b + p * ldb + group.first + column));
            }
}

/// Packs Rows rows of op(A), @p k steps deep: each step is Rows elements side by side.
template <bool TransposeA, std::size_t Rows, class V>
void pack_rows(std::size_t k, const simd::lane<V>* a, std::size_t lda, simd::lane<V>* panel)
{
    constexpr std::size_t width = simd::lanes<V>;
    if constexpr (TransposeA)
        for (std::size_t p = 0; p < k; ++p)
            std::copy_n(a + p * lda, Rows, panel + p * Rows);
    else
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            std::size_t p = 0;
            for (; p + width <= k; p += width)
                (transpose_rows<V, std::min(width, Rows - I * width)>(
                     a + I * width * lda + p, lda, panel + p * Rows + I * width, Rows),
                 ...);
            for (; p < k; ++p)
                for (std::size_t r = 0; r < Rows; ++r)
                    panel[p * Rows + r] = a[r * lda + p];
        }
    (std::make_index_sequence<(Rows + width - 1) / width>{});
}

/// Aligned memory that grows and is kept: after the first call of a size, asking is free.
template <class T>
class scratch_memory
{
public:
    [[nodiscard]] T* at_least(std::size_t count)
    {
        if (count > m_capacity)
        {
            m_memory.reset();
            m_capacity = 0;
            m_memory.reset(static_cast<T*>(::operator new(count * sizeof(T), alignment)));
            m_capacity = count;
        }
        return m_memory.get();
    }

private:
    static constexpr std::align_val_t alignment{4096};

    struct release
    {
        void operator()(T* memory) const { ::operator delete(memory, alignment); }
    };

    std::unique_ptr<T, release> m_memory;
    std::size_t m_capacity = 0;
};

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
