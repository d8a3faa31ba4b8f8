// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/kernels/copy_blocks.hpp>
#include <xgrad/kernels/transpose.hpp>

#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// An order of the axes of a tensor: axis k of the result is axis order[k] of the source.
using axis_order = std::array<std::size_t, max_rank>;

namespace detail
{

/// The axes of a permuted tensor: extent, distance of neighbours in the source and in the result.
struct permuted_axis
{
    std::size_t extent;
    std::size_t x_stride;
    std::size_t out_stride;
};

/// What remains of a permutation when axes of extent 1 are left out and axes that stay neighbours
/// are joined.
class permutation
{
public:
    permutation(const extents& e, const axis_order& order)
    {
        axis_order stride{};
        std::size_t step = 1;
        for (std::size_t k = e.rank; k-- > 0; step *= e[k])
            stride[k] = step;
        for (std::size_t k = 0; k < e.rank; ++k)
            append(e[order[k]], stride[order[k]]);
        step = 1;
        for (std::size_t k = m_rank; k-- > 0; step *= m_axes[k].extent)
            m_axes[k].out_stride = step;
    }

    [[nodiscard]] std::size_t rank() const { return m_rank; }

    /// Takes out the axis @p k.
    permuted_axis extract(std::size_t k)
    {
        const permuted_axis result = m_axes[k];
        for (--m_rank; k < m_rank; ++k)
            m_axes[k] = m_axes[k + 1];
        return result;
    }

    /// The axis along which the source is contiguous.
    [[nodiscard]] std::size_t contiguous_axis() const
    {
        std::size_t k = 0;
        while (m_axes[k].x_stride != 1)
            ++k;
        return k;
    }

    /// Calls body(x, out) with the beginning of every subtensor of the axes that are left.
    template <class T, class Body>
    void for_each(const T* x, T* out, const Body& body) const
    {
        axis_order place{};
        std::size_t k = 0;
        std::size_t from = 0, to = 0;
        do
        {
            body(x + from, out + to);
            for (k = m_rank; k > 0; --k)
            {
                const permuted_axis& a = m_axes[k - 1];
                from += a.x_stride;
                to += a.out_stride;
                if (++place[k - 1] < a.extent)
                    break;
                place[k - 1] = 0;
                from -= a.extent * a.x_stride;
                to -= a.extent * a.out_stride;
            }
        } while (k > 0);
    }

private:
    void append(std::size_t extent, std::size_t stride)
    {
        if (extent == 1)
            return;
        if (m_rank > 0 && m_axes[m_rank - 1].x_stride == extent * stride)
        {
            m_axes[m_rank - 1].extent *= extent;
            m_axes[m_rank - 1].x_stride = stride;
        }
        else
            m_axes[m_rank++] = {extent, stride, 0};
    }

    std::array<permuted_axis, max_rank> m_axes{};
    std::size_t m_rank = 0;
};

} // namespace detail

/// Copies a tensor of the extents @p e with its axes in another order: axis k of @p out is axis
/// order[k] of @p x. Adds to @p out when @p accumulate. The two do not overlap.
template <class T>
void permute(const extents& e, const axis_order& order, const T* x, T* out, bool accumulate = false)
{
    if (e.size() == 0)
        return;
    detail::permutation outer(e, order);
    if (outer.rank() < 2)
        return copy_blocks(1, e.size(), x, e.size(), out, e.size(), accumulate);
    const detail::permuted_axis last = outer.extract(outer.rank() - 1);
    if (last.x_stride == 1)
    {
        const detail::permuted_axis rows = outer.extract(outer.rank() - 1);
        outer.for_each(x, out,
                       [&](const T* from, T* to) {
                           copy_blocks(rows.extent, last.extent, from, rows.x_stride, to,
                                       rows.out_stride, accumulate);
                       });
        return;
    }
    const detail::permuted_axis columns = outer.extract(outer.contiguous_axis());
    outer.for_each(x, out,
                   [&](const T* from, T* to)
                   {
                       transpose(last.extent, columns.extent, from, last.x_stride, to,
                                 columns.out_stride, accumulate);
                   });
}

} // namespace xgrad::inline XGRAD_ABI::kernels
