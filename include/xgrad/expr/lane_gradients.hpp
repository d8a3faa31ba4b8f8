// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

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
        const std::size_t bytes = std::max<std::size_t>(1, (lanes - 1) * m_lane_bytes);
        m_memory.reserve(bytes);
        m_handed_over.reserve(bytes);
        m_begin.assign(lanes, nullptr);
    }

    /// Lets add_to() read what a lane has added up: where it lies, if the lane was worked on by
    /// @p worker 0, which adds; otherwise a copy. The lane's own memory is read by no other core
    /// then, so that the next step finds it in the caches as its own.
    template <class T>
    void hand_over(std::size_t lane, std::size_t worker)
    {
        if (lane == 0)
            return;
        using V = simd::pack<T>;
        const std::size_t offset = (lane - 1) * m_lane_bytes;
        m_begin[lane] = (worker == 0 ? m_memory : m_handed_over).at(offset);
        if (worker == 0)
            return;
        const T* const from = reinterpret_cast<const T*>(m_memory.at(offset));
        T* const to = reinterpret_cast<T*>(m_handed_over.at(offset));
        for (std::size_t i = 0; i < m_lane_bytes / sizeof(T); i += simd::lanes<V>)
            simd::stream<V>(to + i, simd::load<V>(from + i));
        simd::publish();
    }

    [[nodiscard]] std::size_t bytes() const { return m_memory.size() + m_handed_over.size(); }

    /// Lets the gradients of @p leaves be those of the lane.
    void redirect(std::span<leaf_memory> leaves, std::size_t lane) const
    {
        if (lane == 0)
            return;
        for (std::size_t k = 0; k < leaves.size(); ++k)
            if (m_offset[k] != none)
                leaves[k].gradient = m_memory.at((lane - 1) * m_lane_bytes + m_offset[k]);
    }

    /// Adds what the other lanes have handed over, in order, to the gradients of @p leaves.
    template <class T>
    void add_to(std::span<const leaf_memory> leaves, std::size_t lanes) const
    {
        for (std::size_t k = 0; k < leaves.size(); ++k)
            if (m_offset[k] != none)
                for (std::size_t lane = 1; lane < lanes; ++lane)
                    add(reinterpret_cast<const T*>(m_begin[lane] + m_offset[k]),
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
        for (; i < count; ++i)
            to[i] += from[i];
    }

    std::vector<std::size_t> m_offset; ///< per leaf, in a lane
    std::size_t m_lane_bytes = 0;
    workspace m_memory;
    workspace m_handed_over;
    std::vector<const std::byte*> m_begin; ///< of each lane's gradients, for add_to()
};

} // namespace xgrad::inline XGRAD_ABI::detail
