// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_listed.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What the sweeps over one set of buffers work with. The sweeps themselves are compiled for the
/// graph's type (sweeps.hpp) and called through three virtual functions, once for a whole sweep: so
/// everything around them is compiled once for each element type, not for each expression.
template <class T>
class sweep_state
{
public:
    /// @p static_extents: nothing but the memory of leaves changes between evaluations.
    sweep_state(elements<const entry_facts> entries, elements<const region_facts> regions,
                record* root, bool static_extents)
        : m_nodes(entries, root), m_regions(regions, m_nodes), m_static_extents(static_extents)
    {
    }

    sweep_state(const sweep_state&) = delete; // the regions refer to the nodes
    sweep_state& operator=(const sweep_state&) = delete;
    [[gnu::noinline]] virtual ~sweep_state() {} // once, not within that of each expression

    [[nodiscard]] graph& nodes() { return m_nodes; }
    [[nodiscard]] const graph& nodes() const { return m_nodes; }
    [[nodiscard]] const region_graph& regions() const { return m_regions; }
    [[nodiscard]] bool static_extents() const { return m_static_extents; }

    /// Works on @p leaves from now on; see graph::take.
    void take(elements<const leaf_memory> leaves)
    {
        ++m_version;
        if (!m_nodes.take(leaves))
            return;
        m_regions.reshape();
        for (const auto& region : m_regions.instances())
            if (!region.regular)
                m_chunks.reserve(listed_region<T>::memory_bytes(region));
    }

    /// The same where only the memory of leaves can have changed.
    void take_memory() { m_version += m_nodes.take_memory(); }

    virtual void forward() = 0;

    /// Both sweeps, with the gradient @p seed of a scalar root, in as few passes as possible.
    virtual void value_and_gradient(T seed, bool accumulate) = 0;

    /// Goes back from forward(), with the gradient of the root that @p write puts where it is told.
    template <class F>
    void backward(bool accumulate, F write)
    {
        node& root = m_nodes.root();
        T* gradient = reinterpret_cast<T*>(root.gradient);
        const bool leaf = m_nodes.facts(m_nodes.nodes()[root.base]).part == role::leaf;
        if (gradient && leaf && accumulate)
        {
            const T before = *gradient; // only scalars accumulate
            write(gradient);
            *gradient = before + *gradient;
        }
        else if (gradient)
            write(gradient);
        sweep_back(accumulate);
    }

protected:
    virtual void sweep_back(bool accumulate) = 0;

    /// Zeros where no derivative arrives.
    void clear_unreached_leaves()
    {
        for (const std::size_t i : m_regions.unreached_leaves())
            std::fill_n(reinterpret_cast<T*>(m_nodes.nodes()[i].gradient),
                        m_nodes.nodes()[i].shape.size(), T{});
    }

    /// Zeros where a region only adds, and around the windows that it writes.
    void clear_gradients(const region_instance& region)
    {
        const elements<const node> all = m_nodes.nodes();
        for (std::size_t i = 0; i < region.inputs.size(); ++i)
            if (region.clears[i] && region.contributes[i].wanted && !region.contributes[i].add)
            {
                const node& base = all[all[region.inputs[i]].base];
                T* const gradient = reinterpret_cast<T*>(base.gradient);
                std::fill_n(gradient, region.keeps[i].first, T{});
                std::fill(gradient + region.keeps[i].last, gradient + base.shape.size(), T{});
            }
    }

    void accumulate_leaves(bool accumulate)
    {
        m_version += m_regions.accumulate_leaves(accumulate);
    }

    graph m_nodes;
    region_graph m_regions;
    workspace m_chunks;
    std::size_t m_version = 1; ///< counts the changes of the nodes' memory
    bool m_static_extents;
};

} // namespace xgrad::inline XGRAD_ABI::detail
