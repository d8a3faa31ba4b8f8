// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/matmul_pack.hpp>
#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace xgrad::kernels::detail
{

/// How a product is cut. The sizes are those of Goto and van de Geijn, "Anatomy of high-performance
/// matrix multiplication", ACM TOMS 34 (2008): a panel of B in the first cache, a block of A in the
/// second, a block of B in the third.
template <class V>
struct blocking
{
    static constexpr std::size_t element = sizeof(simd::lane<V>);
    static constexpr std::size_t depth = 256;
    static constexpr std::size_t rows = 192 * 1024 / (depth * element);
    static constexpr std::size_t columns = 2 * 1024 * 1024 / (depth * element);
};

/// Large products: op(A) and op(B) are packed block by block into @p Rows x k and k x @p Vectors
/// panels, over which the inner loops run with contiguous loads.
template <bool TransposeA, bool TransposeB, std::size_t Rows, std::size_t Vectors, class V,
          class Epilogue>
class blocked_product
{
public:
    using T = simd::lane<V>;
    using target_type = product_target<T, Epilogue>;

    blocked_product(std::size_t m, std::size_t n, const T* a, std::size_t lda, const T* b,
                    std::size_t ldb)
        : m_m{m}, m_n{n}, m_a{a}, m_lda{lda}, m_b{b}, m_ldb{ldb}
    {
        thread_local scratch_memory<T> memory;
        const std::size_t size_of_a = (blocking<V>::rows + Rows) * blocking<V>::depth;
        const std::size_t most_columns = std::min(n, blocking<V>::columns) + 2 * group_width;
        m_packed_a = memory.at_least(size_of_a + most_columns * blocking<V>::depth);
        m_packed_b = m_packed_a + size_of_a;
    }

    void run(std::size_t k, const target_type& target)
    {
        std::size_t column = 0;
        while (column < m_n)
        {
            std::size_t end = column;
            for (std::size_t p = 0; p < k; p += blocking<V>::depth)
            {
                const std::size_t depth = std::min(blocking<V>::depth, k - p);
                end = pack_b(column, p, depth);
                multiply_rows(column, end, p, depth, target.part(p == 0, p + depth == k));
            }
            column = end;
        }
    }

private:
    static constexpr std::size_t width = simd::lanes<V>;
    static constexpr std::size_t group_width = Vectors * width;

    /// Packs the groups from @p column on, as many as a block has, and returns where they end.
    std::size_t pack_b(std::size_t column, std::size_t p, std::size_t depth)
    {
        const T* const b = m_b + p * (TransposeB ? 1 : m_ldb);
        const std::size_t limit = std::min(m_n, column + blocking<V>::columns);
        for (T* panel = m_packed_b; column < limit; panel += depth * group_width)
        {
            const column_group group = group_at(column, m_n, Vectors, width);
            pack_columns<TransposeB, V>(depth, b, m_ldb, group, panel, group_width);
            column += columns(group);
        }
        return column;
    }

    void multiply_rows(std::size_t first_column, std::size_t last_column, std::size_t p,
                       std::size_t depth, const target_type& target)
    {
        constexpr std::size_t block = blocking<V>::rows / Rows * Rows;
        for (std::size_t row = 0; row < m_m; row += block)
        {
            const std::size_t last_row = std::min(m_m, row + block);
            pack_a(row, last_row, p, depth);
            const T* panel = m_packed_b;
            for (std::size_t column = first_column; column < last_column;)
            {
                const column_group group = group_at(column, m_n, Vectors, width);
                with_vectors_of<Vectors, dynamic, V>(
                    group, [&](auto vectors, auto)
                    { multiply_group<vectors()>(row, last_row, depth, panel, group, target); });
                column += columns(group);
                panel += depth * group_width;
            }
        }
    }

    void pack_a(std::size_t row, std::size_t last_row, std::size_t p, std::size_t depth)
    {
        T* panel = m_packed_a;
        for (; row < last_row; row += Rows, panel += depth * Rows)
        {
            const std::size_t first = std::min(row, m_m - Rows);
            const T* const a = m_a + (TransposeA ? p * m_lda + first : first * m_lda + p);
            pack_rows<TransposeA, Rows>(depth, a, m_lda, panel);
        }
    }

    template <std::size_t GroupVectors>
    void multiply_group(std::size_t row, std::size_t last_row, std::size_t depth, const T* b,
                        const column_group& group, const target_type& target)
    {
        const T* a = m_packed_a;
        for (; row < last_row; row += Rows, a += depth * Rows)
        {
            const std::size_t first = std::min(row, m_m - Rows);
            for (std::size_t r = 0; r < Rows; ++r)
            {
                T* const c = target.c + (first + r) * target.ldc + group.first;
                simd::prefetch_to_write(c);
                simd::prefetch_to_write(c + group.last + width - 1);
            }
            // A packed panel of A is a transposed matrix of Rows columns.
            multiply_block<true, Rows, GroupVectors, V>(
                depth, a, Rows, b, group_width, group, std::integral_constant<std::size_t, width>{},
                first, row - first, target);
        }
    }

    std::size_t m_m, m_n;
    const T* m_a;
    std::size_t m_lda;
    const T* m_b;
    std::size_t m_ldb;
    T* m_packed_a;
    T* m_packed_b;
};

} // namespace xgrad::kernels::detail
