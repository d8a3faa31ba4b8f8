// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/detail/transpose.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The longest rows that are worked on several at a time.
inline constexpr std::size_t short_row = 32;

/// As many short rows as a vector has lanes, transposed, so that each lane is a row: nothing is
/// left over at a row's end, and one logarithm serves all rows. Holds x less the row's largest.
template <class V>
class row_block
{
public:
    using T = simd::lane<V>;
    static constexpr std::size_t most_rows = simd::lanes<V>;

    XGRAD_INLINE_CALLS row_block(std::size_t rows, std::size_t columns, const T* x)
        : m_rows{std::min(rows, most_rows)}, m_columns{columns}, m_largest{
                                                                     taking_largest::start<V>()}
    {
        if (m_rows < most_rows)
            std::fill_n(m_values, columns * most_rows, T(0));
        transpose_to(m_rows, columns, x, columns, m_values, most_rows);
        for (std::size_t j = 0; j < columns; ++j)
            m_largest = taking_largest::combine(m_largest, column(j));
        change([&](const V& v) { return V(v - m_largest); });
    }

    [[nodiscard]] std::size_t rows() const { return m_rows; }
    [[nodiscard]] const T& at(std::size_t row, std::size_t column) const
    {
        return m_values[column * most_rows + row];
    }

    [[nodiscard]] XGRAD_INLINE_CALLS V sum_of_exponentials() const
    {
        V sum = simd::broadcast<V>(T(0));
        for (std::size_t j = 0; j < m_columns; ++j)
            sum += simd::exp(column(j));
        return sum;
    }

    /// Replaces the elements by their softmax; returns the sum of the exponentials.
    XGRAD_INLINE_CALLS V take_softmax()
    {
        V sum = simd::broadcast<V>(T(0));
        change(
            [&](const V& v)
            {
                const V e = simd::exp(v);
                sum += e;
                return e;
            });
        const V factor = simd::broadcast<V>(T(1)) / sum;
        change([&](const V& v) { return V(v * factor); });
        return sum;
    }

    void subtract(const V& term)
    {
        change([&](const V& v) { return V(v - term); });
    }

    void store(T* out) const
    {
        transpose_to(m_columns, m_rows, m_values, most_rows, out, m_columns);
    }

private:
    [[nodiscard]] V column(std::size_t j) const { return simd::load<V>(m_values + j * most_rows); }

    template <class F>
    void change(const F& f)
    {
        for (std::size_t j = 0; j < m_columns; ++j)
            simd::store(m_values + j * most_rows, f(column(j)));
    }

    std::size_t m_rows;
    std::size_t m_columns;
    V m_largest;
    alignas(simd::alignment) T m_values[short_row * most_rows];
};

/// Calls f(block, first row) for all @p rows short rows.
template <class T, class F>
void for_each_short_block(std::size_t rows, std::size_t columns, const T* x, const F& f)
{
    using block_type = row_block<simd::pack<T>>;
    for (std::size_t row = 0; row < rows; row += block_type::most_rows)
    {
        block_type block(rows - row, columns, x + row * columns);
        f(block, row);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
