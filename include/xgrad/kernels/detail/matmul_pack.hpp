// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace xgrad::kernels::detail
{

/// Copies the transpose of a @p rows x @p columns matrix: target(j, i) = source(i, j).
template <class T>
void transpose_to(std::size_t rows, std::size_t columns, const T* source, std::size_t ld_source,
                  T* target, std::size_t ld_target)
{
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t i = 0; i < rows; ++i)
            target[j * ld_target + i] = source[i * ld_source + j];
}

/// Copies a @p rows x @p columns matrix.
template <class T>
void copy_to(std::size_t rows, std::size_t columns, const T* source, std::size_t ld_source,
             T* target, std::size_t ld_target)
{
    for (std::size_t i = 0; i < rows; ++i)
        std::copy_n(source + i * ld_source, columns, target + i * ld_target);
}

/// Packs the columns of @p group of op(B), @p k steps deep: each step is one row of them, @p step
/// elements after the last. A group narrower than a vector is filled up with zeros.
template <bool TransposeB, class V>
void pack_columns(std::size_t k, const simd::lane<V>* b, std::size_t ldb, const column_group& group,
                  simd::lane<V>* panel, std::size_t step)
{
    using T = simd::lane<V>;
    constexpr std::size_t width = simd::lanes<V>;
    if constexpr (TransposeB)
        transpose_to(columns(group), k, b + group.first * ldb, ldb, panel, step);
    else
        copy_to(k, columns(group), b + group.first, ldb, panel, step);
    if (group.count < width)
        for (std::size_t p = 0; p < k; ++p)
            std::fill_n(panel + p * step + group.count, width - group.count, T{});
}

/// Packs @p rows rows of op(A), @p k steps deep: each step is @p rows elements side by side.
template <bool TransposeA, class T>
void pack_rows(std::size_t rows, std::size_t k, const T* a, std::size_t lda, T* panel)
{
    if constexpr (TransposeA)
        copy_to(k, rows, a, lda, panel, rows);
    else
        transpose_to(rows, k, a, lda, panel, rows);
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

} // namespace xgrad::kernels::detail
