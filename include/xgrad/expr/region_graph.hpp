// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The run-time half of the regions: which nodes each run of a region's loop reads, and the order in
// which gradients arrive. Ordinary code, run while planning and when extents change.

#include <xgrad/core/list.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/node.hpp>
#include <xgrad/expr/region_layout.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What must be known of a region; filled from its layout by the plan.
struct region_facts
{
    std::size_t root = 0; ///< the last entry of the region
    std::size_t step = 0; ///< the entry in whose step the loop runs: the root or its reduction
    elements<const short> step_entry;
    elements<const short> input_entry;
    elements<const region_input> inputs;
    elements<const region_input> tree_inputs; ///< of the tree form, if there is one
    std::size_t outer_rank = 0;
    std::size_t lanes = 1;       ///< elements that the compiled loop works on at a time
    elements<const bool> slides; ///< per input: see region_kernel
};

/// What is not zeroed of the gradient that a region is the first to contribute to, in elements.
struct kept_range
{
    std::size_t first = 0;
    std::size_t last = 0;
};

/// A step of a region whose values the type alone cannot tell apart: slots count the inputs first.
struct listed_step
{
    std::size_t node = 0;
    std::array<std::size_t, max_arity> slot{};
};

/// One run of a region's loop.
struct region_instance
{
    std::size_t root = 0; ///< the node of the region's last entry
    std::size_t site = 0; ///< the node that receives the result: the root or its reduction
    list<std::size_t> inputs;
    list<std::size_t> readers;                         ///< per input of a tree: its step's node
    list<contribution> contributes;                    ///< per input
    list<bool> clears;                                 ///< per input: zero before the loop
    bool clears_any = false;                           ///< one of them
    list<bool> adds;                                   ///< per input: the loop adds to the zeros
    list<kept_range> keeps;                            ///< per input: not zeroed then
    list<std::array<std::ptrdiff_t, max_rank>> stride; ///< per input and axis
    list<listed_step> steps;
    bool idle = false;          ///< no derivative arrives at this run's result
    bool one_node_each = false; ///< every entry of the region stands for one node
    bool tree = false;          ///< the inputs are those of the tree form, whose loop runs
    bool regular = false;       ///< a compiled loop fits, and so do the extents
    extents outer{};
    std::size_t inner = 1;

    // What the loop is called with, as of the given version of the nodes' memory.
    std::size_t version = 0;
    list<std::byte*> value;    ///< per input
    list<std::byte*> gradient; ///< per input
    list<unsigned char> add;   ///< per input: the gradient is added to what is there

    // Of inputs whose numbers lie with their parts apart; null for others, and where there are
    // none.
    list<std::byte*> value_tangent;
    list<std::byte*> gradient_tangent;

    /// Looks up the memory of the inputs.
    [[gnu::noinline]] void locate(elements<const node> nodes, std::size_t now)
    {
        version = now;
        for (std::size_t i = 0; i < inputs.size(); ++i)
        {
            value[i] = nodes[inputs[i]].value;
            gradient[i] = nodes[inputs[i]].gradient;
            add[i] = contributes[i].add || adds[i];
        }
    }

    /// Looks up where the derivatives of numbers lie whose parts lie apart.
    void locate_tangents(const graph& g)
    {
        const auto behind = [](void* memory, std::size_t offset)
        { return memory ? static_cast<std::byte*>(memory) + offset : nullptr; };
        value_tangent.resize(inputs.size());
        gradient_tangent.resize(inputs.size());
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (const node& n = g.nodes()[inputs[i]]; g.facts(n).apart)
            {
                value_tangent[i] = behind(g.leaf_of(n).value_tangent, n.offset);
                gradient_tangent[i] = behind(g.leaf_of(n).gradient_tangent, n.offset);
            }
    }
};

/// All runs of all regions of a graph.
class region_graph
{
public:
    [[gnu::cold]] region_graph(elements<const region_facts> facts, graph& g)
        : m_facts(facts), m_graph(&g)
    {
        std::size_t count = 0;
        for (const region_facts& region : facts)
        {
            m_begin.push_back(count);
            count += g.nodes_of(region.step).size();
        }
        m_begin.push_back(count);
        m_instances.reset(new region_instance[count]);
        region_instance* next = m_instances.get();
        for (const region_facts& region : facts)
            for (const node& site : g.nodes_of(region.step))
                make_instance(*next++, region, g.index_of(site));
        order_contributions();
    }

    /// The runs of the region number @p r.
    [[nodiscard]] elements<region_instance> instances_of(std::size_t r)
    {
        return {m_instances.get() + m_begin[r], m_begin[r + 1] - m_begin[r]};
    }

    [[nodiscard]] elements<const region_instance> instances() const
    {
        return {m_instances.get(), m_begin.back()};
    }

    /// Differentiable leaves that no derivative reaches.
    [[nodiscard]] const list<std::size_t>& unreached_leaves() const { return m_unreached; }

    /// Takes up new extents.
    [[gnu::cold]] void reshape()
    {
        for (std::size_t r = 0; r < m_facts.size(); ++r)
            for (region_instance& instance : instances_of(r))
                reshape(m_facts[r], instance);
    }

    /// Whether the first contribution to a leaf's gradient adds to what a former sweep left.
    [[nodiscard]] bool accumulates_leaves() const { return m_accumulate; }

    [[gnu::cold, gnu::noinline]] void accumulate_leaves(bool accumulate)
    {
        m_accumulate = accumulate;
        const auto set = [accumulate](contribution& c)
        {
            if (c.opens_leaf)
                c.add = accumulate;
        };
        for (node& n : m_graph->nodes())
            for (contribution& c : n.contributes)
                set(c);
        for (std::size_t i = 0; i < m_begin.back(); ++i)
            for (contribution& c : m_instances[i].contributes)
                set(c);
    }

private:
    bool inside(const region_facts& facts, std::size_t n) const
    {
        return m_graph->facts(m_graph->nodes()[n]).region == static_cast<short>(facts.root);
    }

    [[gnu::cold]] void make_instance(region_instance& result, const region_facts& facts,
                                     std::size_t site) const
    {
        const elements<const node> nodes = m_graph->nodes();
        result.site = site;
        result.root =
            facts.step == facts.root ? site : static_cast<std::size_t>(nodes[site].argument[0]);

        list<std::size_t> interior;
        list<std::size_t> inputs;
        interior.push_back(result.root);
        for (std::size_t i = 0; i < interior.size(); ++i)
            for (const int from : nodes[interior[i]].argument)
                if (const auto operand = static_cast<std::size_t>(from); from >= 0)
                    if (list<std::size_t>& known = inside(facts, operand) ? interior : inputs;
                        !known.contains(operand))
                        known.push_back(operand);
        detail::insertion_sort(interior, [](std::size_t a, std::size_t b) { return a < b; });

        result.one_node_each =
            interior.size() == facts.step_entry.size() && inputs.size() == facts.input_entry.size();
        if (result.one_node_each)
        {
            for (const short e : facts.input_entry)
                for (const std::size_t n : inputs)
                    if (nodes[n].entry == static_cast<std::size_t>(e))
                        result.inputs.push_back(n);
        }
        else if (!facts.tree_inputs.empty())
        {
            result.tree = true;
            list_tree(facts, result, result.root);
        }
        else
            result.inputs.assign(inputs);
        result.regular = result.one_node_each || result.tree; // until the extents are known
        list_steps(result, interior);
        result.contributes.resize(result.inputs.size());
        result.clears.resize(result.inputs.size());
        result.adds.resize(result.inputs.size());
        result.keeps.resize(result.inputs.size());
        result.stride.resize(result.inputs.size());
        result.value.resize(result.inputs.size());
        result.gradient.resize(result.inputs.size());
        result.add.resize(result.inputs.size());
    }

    /// Lists the inputs of the tree form in the order in which grow_tree() makes them.
    [[gnu::cold]] void list_tree(const region_facts& facts, region_instance& instance,
                                 std::size_t n) const
    {
        for (const int from : m_graph->nodes()[n].argument)
            if (from < 0)
                continue;
            else if (inside(facts, static_cast<std::size_t>(from)))
                list_tree(facts, instance, static_cast<std::size_t>(from));
            else
            {
                instance.inputs.push_back(static_cast<std::size_t>(from));
                instance.readers.push_back(n);
            }
    }

    [[gnu::cold]] void list_steps(region_instance& instance,
                                  const list<std::size_t>& interior) const
    {
        for (const std::size_t n : interior)
        {
            listed_step step{n, {}};
            for (std::size_t k = 0; k < max_arity; ++k)
                if (const int from = m_graph->nodes()[n].argument[k]; from >= 0)
                {
                    const auto operand = static_cast<std::size_t>(from);
                    const std::size_t input = instance.inputs.position_of(operand);
                    step.slot[k] = input < instance.inputs.size()
                                       ? input
                                       : instance.inputs.size() + interior.position_of(operand);
                }
            instance.steps.push_back(step);
        }
    }

    /// Walks the backward sweep once, last step first, to see who contributes first to a gradient.
    [[gnu::cold]] void order_contributions()
    {
        list<bool> reached(m_graph->nodes().size());
        const auto contribute = [&](contribution& c, std::size_t from, bool flows)
        {
            const node& target = m_graph->nodes()[from];
            c.wanted = flows && m_graph->facts(target).gradient;
            if (!c.wanted)
                return;
            const node& base = m_graph->nodes()[target.base];
            c.add = reached[target.base];
            c.opens_leaf = !c.add && m_graph->facts(base).part == role::leaf;
            c.to_window = &base != &target;
            reached[target.base] = true;
        };
        // The plan itself hands the root its gradient.
        reached[m_graph->root().base] = m_graph->facts(m_graph->root()).gradient;
        const std::size_t entries = m_graph->entry_count();
        for (std::size_t e = entries; e-- > 0;)
        {
            for (node& n : m_graph->nodes_of(e))
                if (m_graph->facts(n).part == role::kernel)
                {
                    n.idle = !reached[m_graph->index_of(n)];
                    for (std::size_t k = 0; k < max_arity; ++k)
                        if (n.argument[k] >= 0)
                            contribute(n.contributes[k], static_cast<std::size_t>(n.argument[k]),
                                       m_graph->facts(n).gradient && !n.idle);
                }
            for (std::size_t r = 0; r < m_facts.size(); ++r)
                if (m_facts[r].step == e)
                    for (region_instance& instance : instances_of(r))
                    {
                        instance.idle = !reached[instance.site];
                        for (std::size_t i = 0; i < instance.inputs.size(); ++i)
                            contribute(instance.contributes[i], instance.inputs[i],
                                       !instance.idle && flows_to(instance, i));
                    }
        }
        for (std::size_t i = 0; i < m_graph->nodes().size(); ++i)
        {
            const entry_facts& facts = m_graph->facts(m_graph->nodes()[i]);
            if (facts.part == role::leaf && facts.traits->differentiable && !reached[i])
                m_unreached.push_back(i);
        }
    }

    /// Whether some step of the region hands a gradient to its input number @p i.
    [[gnu::cold]] bool flows_to(const region_instance& instance, std::size_t i) const
    {
        if (instance.tree)
            return m_graph->facts(m_graph->nodes()[instance.readers[i]]).gradient;
        for (const listed_step& step : instance.steps)
        {
            const node& n = m_graph->nodes()[step.node];
            for (std::size_t k = 0; k < max_arity; ++k)
                if (n.argument[k] >= 0 && step.slot[k] == i && m_graph->facts(n).gradient)
                    return true;
        }
        return false;
    }

    [[gnu::cold]] void reshape(const region_facts& facts, region_instance& instance) const
    {
        const elements<const node> nodes = m_graph->nodes();
        const extents& whole = nodes[instance.root].shape;
        for (std::size_t i = 0; i < instance.inputs.size(); ++i)
        {
            instance.stride[i] = broadcast_strides(whole, nodes[instance.inputs[i]].shape);
            instance.clears[i] = nodes[instance.inputs[i]].shape.size() != whole.size() ||
                                 reads_window_of(instance, nodes[instance.inputs[i]].base);
            instance.keeps[i] = {};
        }
        instance.regular = instance.one_node_each || instance.tree;
        if (!instance.regular)
            return;
        instance.outer = extents{};
        instance.outer.rank = facts.outer_rank;
        std::copy_n(whole.extent.begin(), facts.outer_rank, instance.outer.extent.begin());
        instance.inner = whole.product(facts.outer_rank, whole.rank);
        for (std::size_t i = 0; i < instance.inputs.size(); ++i)
        {
            const bool repeated = (instance.tree ? facts.tree_inputs[i] : facts.inputs[i]).repeated;
            instance.clears[i] = instance.clears[i] || repeated;
            for (std::size_t axis = facts.outer_rank; axis < whole.rank; ++axis)
                instance.regular =
                    instance.regular &&
                    (whole[axis] == 1 || (instance.stride[i][axis] == 0) == repeated);
        }
        for (std::size_t i = 0; i < instance.inputs.size(); ++i)
            instance.adds[i] = instance.clears[i];
        if (instance.regular && !instance.tree)
            keep_sliding(facts, instance);
        instance.clears_any = instance.clears.contains(true);
    }

    /// Whether an input of the region is a part of the memory of the node @p base.
    [[gnu::cold]] bool reads_window_of(const region_instance& instance, std::size_t base) const
    {
        const elements<const node> nodes = m_graph->nodes();
        for (const std::size_t i : instance.inputs)
            if (nodes[i].base == base && nodes[i].shape.size() != nodes[base].shape.size())
                return true;
        return false;
    }

    /// The loop assigns the gradients of sliding windows as far as it goes in whole vectors.
    [[gnu::cold]] void keep_sliding(const region_facts& facts, region_instance& instance) const
    {
        for (std::size_t i = 0; i < instance.inputs.size(); ++i)
        {
            if (!facts.slides[i])
                continue;
            const auto lowest = static_cast<std::size_t>(facts.inputs[i].group);
            const node& window = m_graph->nodes()[instance.inputs[lowest]];
            const std::size_t first = window.offset / m_graph->facts(window).element_bytes;
            instance.clears[i] = true;
            instance.adds[i] = false;
            instance.keeps[i] = {first, first + instance.inner / facts.lanes * facts.lanes};
        }
    }

    /// How far apart in memory the neighbours along each axis of @p whole lie in an operand that is
    /// broadcast to it.
    [[gnu::cold]] static std::array<std::ptrdiff_t, max_rank>
    broadcast_strides(const extents& whole, const extents& operand)
    {
        std::array<std::ptrdiff_t, max_rank> stride{};
        const std::size_t missing = whole.rank - operand.rank;
        std::ptrdiff_t step = 1;
        for (std::size_t axis = operand.rank; axis-- > 0;)
        {
            stride[axis + missing] = operand[axis] == 1 ? 0 : step;
            step *= static_cast<std::ptrdiff_t>(operand[axis]);
        }
        return stride;
    }

    elements<const region_facts> m_facts;
    graph* m_graph;
    bool m_accumulate = false;
    std::unique_ptr<region_instance[]> m_instances;
    list<std::size_t> m_begin;
    list<std::size_t> m_unreached;
};

} // namespace xgrad::inline XGRAD_ABI::detail
