// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/matmul_pack.hpp>
#include <xgrad/kernels/detail/matmul_tile.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// How a product is cut, after Goto and van de Geijn, "Anatomy of high-performance matrix
/// multiplication", ACM TOMS 34 (2008): a block of A lies in a second-level cache of 1 MiB, a block
/// of B in the third. What costs most is reading and writing C, which happens once for every
/// `depth` steps: hence panels of B that exceed the first-level cache, and long sums.
template <class V, std::size_t Rows, std::size_t Vectors>
struct blocking
{
    static constexpr std::size_t depth = 64 * 1024 / (Vectors * sizeof(V));
    static constexpr std::size_t step = depth * sizeof(simd::lane<V>);
    static constexpr std::size_t panels_of_a = 192 * 1024 / (Rows * step);
    static constexpr std::size_t panels_of_b = 4 * 1024 * 1024 / (Vectors * simd::lanes<V> * step);
};

/// Runs the jobs of a product one after the other.
struct run_serially
{
    template <class F>
    void operator()(std::size_t count, const F& job) const
    {
        for (std::size_t i = 0; i < count; ++i)
            job(i);
    }
};

/// The columns of @p group in the rows [@p row, @p last_row) of the @p m rows of C, from packed
/// panels of A and the packed panel @p b.
template <std::size_t Rows, std::size_t Vectors, class V, class Target>
[[gnu::noinline]] void multiply_packed(std::size_t m, std::size_t row, std::size_t last_row,
                                       std::size_t depth, const simd::lane<V>* a,
                                       const simd::lane<V>* b, const column_group& group,
                                       const Target& target)
{
    constexpr std::size_t width = simd::lanes<V>;
    // A packed panel of A is a transposed matrix of Rows columns.
    constexpr auto& blocks =
        product_blocks_of<true, Rows, dynamic, Rows, Vectors, false, V, Target>;
    const auto multiply = blocks.of[group.vectors - 1].most;
    for (; row < last_row; row += Rows, a += depth * Rows)
    {
        const std::size_t first = std::min(row, m - Rows);
        for (std::size_t r = 0; r < Rows; ++r)
        {
            simd::lane<V>* const c = target.c + (first + r) * target.ldc + group.first;
            simd::prefetch_to_write(c);
            simd::prefetch_to_write(c + group.last + width - 1);
        }
        multiply(depth, a, Rows, b, Vectors * width, group, first, row - first, target);
    }
}

/// Large products: op(A) and op(B) are packed block by block into @p Rows x k and k x @p Vectors
/// panels, over which the inner loops run with contiguous loads. m >= Rows, n >= width.
///
/// All is cut by the shapes alone, so that it does not matter who does which of the jobs.
template <std::size_t Rows, std::size_t Vectors, class V, class Epilogue>
class blocked_product
{
public:
    using T = simd::lane<V>;
    using target_type = product_target<T, Epilogue>;

    blocked_product(std::size_t m, std::size_t n, bool transpose_a, const T* a, std::size_t lda,
                    bool transpose_b, const T* b, std::size_t ldb)
        : m_m{m}, m_n{n}, m_transpose_a{transpose_a}, m_a{a}, m_lda{lda},
          m_transpose_b{transpose_b}, m_b{b}, m_ldb{ldb}
    {
    }

    /// @p run_jobs(count, job) calls job(i) for i < count in any order, also at the same time, and
    /// returns when all are done.
    template <class RunJobs>
    void run(std::size_t k, const target_type& target, const RunJobs& run_jobs)
    {
        thread_local scratch_memory<T> memory;
        const std::size_t parts = (k + block::depth - 1) / block::depth;
        const std::size_t depth = (k + parts - 1) / parts;
        const std::size_t groups = (m_n + group_width - 1) / group_width;
        const std::size_t blocks = (groups + block::panels_of_b - 1) / block::panels_of_b;
        const std::size_t most = (groups + blocks - 1) / blocks;
        m_packed_b = memory.at_least(most * depth * group_width);
        for (std::size_t group = 0; group < groups; group += most)
            for (std::size_t p = 0; p < k; p += depth)
            {
                const std::size_t end = std::min(groups, group + most);
                const part_of_k part{p, std::min(depth, k - p)};
                pack_b(group, end, part, run_jobs);
                multiply(group, end, part, target.part(p == 0, p + part.steps == k), run_jobs);
            }
    }

private:
    using block = blocking<V, Rows, Vectors>;
    static constexpr std::size_t width = simd::lanes<V>;
    static constexpr std::size_t group_width = Vectors * width;

    struct part_of_k
    {
        std::size_t first;
        std::size_t steps;
    };

    /// The group of columns number @p i: all but the last two are equal.
    [[nodiscard]] column_group group_number(std::size_t i) const
    {
        const std::size_t first = i * group_width;
        if (i == 0 || first + group_width < m_n)
            return group_at(first, m_n, Vectors, width);
        const column_group before = group_at(first - group_width, m_n, Vectors, width);
        return group_at(before.first + columns(before), m_n, Vectors, width);
    }

    /// Packs the groups [begin, end) of op(B). A job takes some groups, and some rows at a time,
    /// for the sake of those who foresee what memory is read.
    template <class RunJobs>
    void pack_b(std::size_t begin, std::size_t end, part_of_k part, const RunJobs& run_jobs)
    {
        constexpr std::size_t most = 8;
        const auto pack = [&](std::size_t job)
        {
            const std::size_t first = begin + job * most;
            for (std::size_t i = 0; i < part.steps; i += width)
            {
                const T* const b = m_b + (part.first + i) * (m_transpose_b ? 1 : m_ldb);
                for (std::size_t group = first; group < std::min(end, first + most); ++group)
                    pack_columns<V>(m_transpose_b, std::min(width, part.steps - i), b, m_ldb,
                                    group_number(group),
                                    m_packed_b + ((group - begin) * part.steps + i) * group_width,
                                    group_width);
            }
        };
        run_jobs((end - begin + most - 1) / most, pack);
    }

    /// Multiplies with the groups [begin, end). A job takes some panels of A; there is an even
    /// number of jobs, as cores come in even numbers.
    template <class RunJobs>
    void multiply(std::size_t begin, std::size_t end, part_of_k part, const target_type& target,
                  const RunJobs& run_jobs)
    {
        constexpr std::size_t pair = 2 * block::panels_of_a;
        const std::size_t panels = (m_m + Rows - 1) / Rows;
        const std::size_t jobs = (panels + pair - 1) / pair * 2;
        const auto multiply_rows = [&](std::size_t job)
        {
            thread_local scratch_memory<T> memory;
            T* const packed_a = memory.at_least((block::panels_of_a + 1) * Rows * part.steps);
            const std::size_t row = panels * job / jobs * Rows;
            const std::size_t last_row = std::min(m_m, panels * (job + 1) / jobs * Rows);
            pack_a(row, last_row, part, packed_a);
            for (std::size_t group = begin; group < end; ++group)
            {
                const T* const b = m_packed_b + (group - begin) * part.steps * group_width;
                multiply_packed<Rows, Vectors, V>(m_m, row, last_row, part.steps, packed_a, b,
                                                  group_number(group), target);
            }
        };
        run_jobs(jobs, multiply_rows);
    }

    void pack_a(std::size_t row, std::size_t last_row, part_of_k part, T* panel) const
    {
        for (; row < last_row; row += Rows, panel += part.steps * Rows)
        {
            const std::size_t first = std::min(row, m_m - Rows);
            if (m_transpose_a)
                pack_rows<true, Rows, V>(part.steps, m_a + part.first * m_lda + first, m_lda,
                                         panel);
            else
                pack_rows<false, Rows, V>(part.steps, m_a + first * m_lda + part.first, m_lda,
                                          panel);
        }
    }

    std::size_t m_m, m_n;
    bool m_transpose_a;
    const T* m_a;
    std::size_t m_lda;
    bool m_transpose_b;
    const T* m_b;
    std::size_t m_ldb;
    T* m_packed_b = nullptr;
};

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
