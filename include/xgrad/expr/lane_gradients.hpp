// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/list.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The gradients of the lanes behind the first, which has those of the leaves themselves: for each
/// lane a copy of all of them, one behind the other.
class lane_gradients
{
public:
    /// Makes room for @p lanes lanes of the gradients of @p g.
    template <class T>
    [[gnu::cold]] void lay_out(const graph& g, std::size_t lanes)
    {
        m_offset.clear();
        m_lane_bytes = 0;
        for (const std::size_t i : g.leaves())
        {
            const node& n = g.nodes()[i];
            const bool wanted = g.facts(n).traits->differentiable;
            m_offset.push_back(wanted ? m_lane_bytes : none);
            if (wanted)
                m_lane_bytes += padded_bytes(n.shape.size() * sizeof(T));
        }
        m_memory.reserve(std::max<std::size_t>(1, (lanes - 1) * m_lane_bytes));
    }

    [[nodiscard]] std::size_t bytes() const { return m_memory.size(); }

    /// Lets the gradients of @p leaves be those of the lane.
    void redirect(elements<leaf_memory> leaves, std::size_t lane) const
    {
        if (lane == 0)
            return;
        for (std::size_t k = 0; k < leaves.size(); ++k)
            if (m_offset[k] != none)
                leaves[k].gradient = m_memory.at((lane - 1) * m_lane_bytes + m_offset[k]);
    }

    /// Adds what the other lanes have added up, in order, to the gradients of @p leaves.
    template <class T>
    void add_to(elements<const leaf_memory> leaves, std::size_t lanes) const
    {
        for (std::size_t k = 0; k < leaves.size(); ++k)
            if (m_offset[k] != none)
                for (std::size_t lane = 1; lane < lanes; ++lane)
                    add(reinterpret_cast<const T*>(
                            m_memory.at((lane - 1) * m_lane_bytes + m_offset[k])),
                        reinterpret_cast<T*>(leaves[k].gradient), leaves[k].shape.size());
    }

private:
    static constexpr auto none = static_cast<std::size_t>(-1);

    template <class T>
    static void add(const T* from, T* to, std::size_t count)
    {
        using V = simd::pack<T>;
        std::size_t i = 0;
        for (; i + simd::lanes<V> <= count; i += simd::lanes<V>)
            simd::store<V>(to + i, simd::load<V>(to + i) + simd::load<V>(from + i));
        if (const std::size_t rest = count - i; rest > 0)
            simd::store_partial(
                to + i,
                V(simd::load_partial<V>(to + i, rest) + simd::load_partial<V>(from + i, rest)),
                rest);
    }

    list<std::size_t> m_offset; ///< per leaf, in a lane
    std::size_t m_lane_bytes = 0;
    workspace m_memory;
};

} // namespace xgrad::inline XGRAD_ABI::detail
