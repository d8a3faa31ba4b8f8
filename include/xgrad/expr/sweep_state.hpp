// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/product_stream.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_listed.hpp>
#include <xgrad/expr/region_steps.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What is settled about an expression while compiling, for code that does not know its type.
struct program_facts
{
    elements<const entry_facts> entries;
    elements<const region_facts> regions;
    streamed_product streamed;
    bool static_extents = false; ///< nothing but the memory of leaves changes between evaluations
    bool of_gradient_1 = false;  ///< both sweeps together are compiled for the gradient 1 alone
};

/// What the sweeps over one set of buffers work with. The sweeps themselves are functions compiled
/// for the graph's type (sweeps.hpp); everything around them is compiled once for each element
/// type, not for each expression.
template <class T>
class sweep_state
{
public:
    [[gnu::cold, gnu::noinline]] sweep_state(const program_facts& facts, record* root)
        : m_nodes(facts.entries, root), m_regions(facts.regions, m_nodes), m_facts(facts)
    {
    }

    sweep_state(const sweep_state&) = delete; // the regions refer to the nodes
    sweep_state& operator=(const sweep_state&) = delete;
    [[gnu::cold, gnu::noinline]] ~sweep_state() {} // for size

    [[nodiscard]] graph& nodes() { return m_nodes; }
    [[nodiscard]] const graph& nodes() const { return m_nodes; }
    [[nodiscard]] region_graph& regions() { return m_regions; }
    [[nodiscard]] const region_graph& regions() const { return m_regions; }
    [[nodiscard]] product_stream<T>& stream() { return m_stream; }
    [[nodiscard]] const product_stream<T>& stream() const { return m_stream; }
    [[nodiscard]] std::size_t version() const { return m_version; }

    /// Works on @p leaves from now on; see graph::take.
    [[gnu::noinline]] void take(elements<const leaf_memory> leaves)
    {
        ++m_version;
        if (m_nodes.take(leaves))
            reshape();
    }

    /// The same where only the memory of leaves can have changed.
    void take_memory() { m_version += m_nodes.take_memory(); }

    /// Lets @p write put the gradient of the root where a sweep back begins.
    template <class F>
    void set_gradient(bool accumulate, F write)
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
    }

    /// Prepares the gradients of leaves for a sweep back.
    void begin_backward(bool accumulate)
    {
        accumulate_leaves(accumulate);
        if (!accumulate)
            clear_unreached_leaves();
    }

    /// Zeros where no derivative arrives.
    void clear_unreached_leaves()
    {
        for (const std::size_t i : m_regions.unreached_leaves())
            clear_gradient(i);
    }

    /// Zeros where a region only adds, and around the windows that it writes.
    [[gnu::noinline]] void clear_gradients(const region_instance& region)
    {
        const elements<const node> all = m_nodes.nodes();
        for (std::size_t i = 0; i < region.inputs.size(); ++i)
            if (region.clears[i] && region.contributes[i].wanted && !region.contributes[i].add)
            {
                const node& base = all[all[region.inputs[i]].base];
                detail::clear_gradient<T>(m_nodes, base, 0, region.keeps[i].first);
                detail::clear_gradient<T>(m_nodes, base, region.keeps[i].last, base.shape.size());
            }
    }

    /// Runs a region in the general form.
    [[gnu::cold, gnu::noinline]] T run_listed(const region_instance& region,
                                              elements<const chunk_loops<T>> loops,
                                              region_mode mode, bool loads_root, T seed)
    {
        const node& site = m_nodes.nodes()[region.site];
        return listed_region<T>(m_nodes, region, loops, m_chunks)
            .run(mode, loads_root, reinterpret_cast<T*>(site.value),
                 reinterpret_cast<const T*>(site.gradient), seed);
    }

    void accumulate_leaves(bool accumulate)
    {
        if (m_regions.accumulates_leaves() == accumulate) [[likely]]
            return;
        m_regions.accumulate_leaves(accumulate);
        ++m_version;
    }

private:
    [[gnu::cold, gnu::noinline]] void clear_gradient(std::size_t leaf)
    {
        const node& n = m_nodes.nodes()[leaf];
        detail::clear_gradient<T>(m_nodes, n, 0, n.shape.size());
    }

    /// Takes up new extents.
    [[gnu::cold, gnu::noinline]] void reshape()
    {
        m_regions.reshape();
        for (const auto& region : m_regions.instances())
            if (!region.regular)
                m_chunks.reserve(listed_region<T>::memory_bytes(region));
        if (const streamed_product& what = m_facts.streamed; what.found)
            m_stream.prepare(what, m_nodes, m_regions);
    }

    graph m_nodes;
    region_graph m_regions;
    const program_facts& m_facts; ///< constants of the program
    product_stream<T> m_stream;
    workspace m_chunks;        ///< memory of the general form of loops
    std::size_t m_version = 1; ///< counts the changes of the nodes' memory
};

} // namespace xgrad::inline XGRAD_ABI::detail
