// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The run-time half of a plan: which values each entry of the program stands for, their extents and
// where they lie. Ordinary code over arrays, run while planning and when extents change.

#include <xgrad/core/error.hpp>
#include <xgrad/core/list.hpp>
#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/layout.hpp>
#include <xgrad/expr/node.hpp>
#include <xgrad/expr/node_table.hpp>
#include <xgrad/expr/record.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The nodes of an expression and their memory.
class graph
{
public:
    [[gnu::cold]] graph(elements<const entry_facts> facts, record* root) : m_facts(facts)
    {
        collect(root);
        m_value_buffer.resize(m_nodes.size());
        m_gradient_buffer.resize(m_nodes.size());
    }

    [[nodiscard]] elements<node> nodes() { return m_nodes; }
    [[nodiscard]] elements<const node> nodes() const { return m_nodes; }
    [[nodiscard]] node& root() { return m_nodes.back(); }
    [[nodiscard]] const node& root() const { return m_nodes.back(); }

    /// The nodes of the entry @p e.
    [[nodiscard]] elements<node> nodes_of(std::size_t e)
    {
        return {m_nodes.begin() + m_begin[e], m_begin[e + 1] - m_begin[e]};
    }

    /// The leaves, in the order in which the expression mentions them.
    [[nodiscard]] elements<const std::size_t> leaves() const { return m_leaves; }

    /// Whether the leaf at the node number @p i is differentiated with respect to.
    [[nodiscard]] bool is_parameter(std::size_t i) const
    {
        return facts(m_nodes[i]).traits->differentiable;
    }

    [[nodiscard]] std::size_t index_of(const node& n) const
    {
        return static_cast<std::size_t>(&n - m_nodes.data());
    }

    [[nodiscard]] const node& operand(const node& n, std::size_t k) const
    {
        return m_nodes[static_cast<std::size_t>(n.argument[k])];
    }

    [[nodiscard]] const entry_facts& facts(const node& n) const { return m_facts[n.entry]; }

    /// The leaf whose numbers, or a part of them, @p n stands for.
    [[nodiscard]] const leaf_record& leaf_of(const node& n) const
    {
        return static_cast<const leaf_record&>(*m_nodes[n.base].source);
    }
    [[nodiscard]] std::size_t entry_count() const { return m_facts.size(); }
    [[nodiscard]] std::size_t workspace_bytes() const { return m_workspace.size(); }

    /// What is bound to the leaves, in the order of leaves(), but for those of which @p given, in
    /// the same order, holds memory. Throws unbound_error.
    void read_leaves(list<leaf_memory>& result, elements<const leaf_memory> given) const
    {
        result.clear();
        for (std::size_t k = 0; k < m_leaves.size(); ++k)
        {
            const node& n = m_nodes[m_leaves[k]];
            const auto& leaf = static_cast<const leaf_record&>(*n.source);
            if (k < given.size() && given[k].value)
                result.push_back(given[k]);
            else if (leaf.value)
                result.push_back({static_cast<std::byte*>(leaf.value),
                                  static_cast<std::byte*>(leaf.gradient), leaf.shape, leaf.rows});
            else
                throw_unbound(n, leaf);
        }
    }

    /// Works on @p leaves from now on. Whether any extent has changed. Throws shape_error where
    /// they do not fit, and takes nothing then.
    bool take(elements<const leaf_memory> leaves)
    {
        bool changed = !m_laid_out;
        for (std::size_t k = 0; k < leaves.size(); ++k)
            changed = changed || !(leaves[k].shape == m_nodes[m_leaves[k]].shape);
        if (changed)
            reshape(leaves);
        for (std::size_t k = 0; k < leaves.size(); ++k)
        {
            m_nodes[m_leaves[k]].value = leaves[k].value;
            m_nodes[m_leaves[k]].gradient = leaves[k].gradient;
        }
        place_aliases();
        return changed;
    }

    /// The same where only the memory of leaves can have changed. Whether any leaf's has.
    bool take_memory()
    {
        bool moved = false;
        for (const std::size_t i : m_moving_leaves)
        {
            auto& leaf = static_cast<leaf_record&>(*m_nodes[i].source);
            leaf.write_rows();
            auto* const value = static_cast<std::byte*>(leaf.value);
            auto* const gradient = static_cast<std::byte*>(leaf.gradient);
            moved = moved || value != m_nodes[i].value || gradient != m_nodes[i].gradient;
            m_nodes[i].value = value;
            m_nodes[i].gradient = gradient;
        }
        if (moved)
            place_aliases();
        return moved;
    }

    /// Lets the rows of inputs be written that are not there yet.
    void write_rows()
    {
        for (const std::size_t i : m_moving_leaves)
            static_cast<leaf_record&>(*m_nodes[i].source).write_rows();
    }

    /// Whether what is bound to the leaves has the extents that were taken up last.
    [[nodiscard]] bool keeps_extents() const
    {
        for (const std::size_t i : m_moving_leaves)
            if (!(static_cast<const leaf_record&>(*m_nodes[i].source).shape == m_nodes[i].shape))
                return false;
        return true;
    }

    /// Zeros the gradients that the operation of @p n is the first to contribute to, where they lie
    /// outside of its operands' windows.
    void clear_around_windows(const node& n)
    {
        for (std::size_t k = 0; k < max_arity; ++k)
            if (const contribution& c = n.contributes[k]; c.wanted && c.to_window && !c.add)
            {
                const node& window = operand(n, k);
                const node& base = m_nodes[window.base];
                const std::size_t end = window.offset + bytes_of(window);
                std::memset(base.gradient, 0, window.offset);
                std::memset(base.gradient + end, 0, bytes_of(base) - end);
            }
    }

    /// Lets the value of the root come into being at @p memory until the next take(); the root and
    /// what it is an alias of must not be a leaf. Returns where it was.
    std::byte* place_root(std::byte* memory)
    {
        std::byte* const before = std::exchange(m_nodes[root().base].value, memory);
        root().value = memory;
        return before;
    }

    /// Whether every leaf still has the extents and the memory that refresh() took up.
    [[nodiscard]] bool is_fresh() const
    {
        for (const std::size_t i : m_leaves)
        {
            const auto& leaf = static_cast<const leaf_record&>(*m_nodes[i].source);
            if (leaf.value != static_cast<void*>(m_nodes[i].value) ||
                !(leaf.shape == m_nodes[i].shape))
                return false;
        }
        return true;
    }

    [[nodiscard]] bool owns_memory(std::size_t i) const
    {
        const role part = m_facts[m_nodes[i].entry].part;
        return part == role::kernel || part == role::region || part == role::reduction;
    }

private:
    /// An entry and a record that stand for a value.
    struct mention
    {
        std::size_t entry = 0;
        record* source = nullptr;
        std::size_t next = 0; ///< the next mention of the entry
    };

    static node_key key_of(std::size_t e, const record* r)
    {
        return {reinterpret_cast<std::ptrdiff_t>(r), static_cast<std::ptrdiff_t>(e)};
    }

    /// Lists what lies below a record, operands first, from the left: leaves come in the order in
    /// which they are mentioned.
    [[gnu::cold]] void visit(node_table& places, list<mention>& mentions, std::size_t e, record* r)
    {
        const std::size_t before = places.size();
        places.number_of(key_of(e, r), 0);
        if (places.size() == before)
            return;
        for (std::size_t k = 0; k < max_arity; ++k)
            if (const short from = m_facts[e].what.argument[k]; from >= 0)
                visit(places, mentions, static_cast<std::size_t>(from), operand_record(e, r, k));
        mentions.push_back({e, r, 0});
    }

    /// Finds the nodes from the root down, then numbers them upwards, merging equal ones.
    [[gnu::cold]] void collect(record* root)
    {
        const std::size_t entries = m_facts.size();
        node_table places;
        list<mention> mentions;
        visit(places, mentions, entries - 1, root);

        list<std::size_t> first;
        for (std::size_t e = 0; e < entries; ++e)
            first.push_back(mentions.size());
        for (std::size_t i = mentions.size(); i-- > 0;)
            mentions[i].next = std::exchange(first[mentions[i].entry], i);
        node_table known;
        for (std::size_t e = 0; e < entries; ++e)
        {
            m_begin.push_back(m_nodes.size());
            for (std::size_t i = first[e]; i < mentions.size(); i = mentions[i].next)
            {
                record* const r = mentions[i].source;
                node n;
                n.source = r;
                n.entry = e;
                n.base = m_nodes.size();
                for (std::size_t k = 0; k < max_arity; ++k)
                    if (const short from = m_facts[e].what.argument[k]; from >= 0)
                        n.argument[k] = static_cast<int>(places.number_of(
                            key_of(static_cast<std::size_t>(from), operand_record(e, r, k)), 0));
                const std::size_t number = known.number_of(identity(n), m_nodes.size());
                places.number_of(key_of(e, r), 0) = number;
                if (number == m_nodes.size())
                    add_node(n);
            }
        }
        m_begin.push_back(m_nodes.size());
        for (const mention& m : mentions)
            if (m_facts[m.entry].part == role::leaf)
                if (const std::size_t i = places.number_of(key_of(m.entry, m.source), 0);
                    !m_leaves.contains(i))
                {
                    m_leaves.push_back(i);
                    if (!static_cast<const leaf_record&>(*m.source).fixed)
                        m_moving_leaves.push_back(i);
                }
    }

    /// The record of the operand @p k of an entry whose own record is @p r.
    [[nodiscard]] record* operand_record(std::size_t e, const record* r, std::size_t k) const
    {
        for (short hop = 0; hop < m_facts[e].hops; ++hop)
            r = r->argument[0].get();
        return r->argument[k].get();
    }

    /// Equal for nodes that are the same value: the same operation on the same operands, or scalar
    /// constants of the same bits.
    [[gnu::cold]] node_key identity(const node& n) const
    {
        node_key key{};
        key.back() = static_cast<std::ptrdiff_t>(n.entry);
        const entry_facts& fact = m_facts[n.entry];
        if (!fact.traits->leaf)
        {
            std::copy(n.argument.begin(), n.argument.end(), key.begin());
            std::copy(n.source->options.begin(), n.source->options.end(), key.begin() + max_arity);
            return key;
        }
        const auto& leaf = static_cast<const leaf_record&>(*n.source);
        if (leaf.literal && leaf.value && fact.element_bytes <= sizeof(key[0]))
            std::memcpy(key.data(), leaf.value, fact.element_bytes);
        else
        {
            key[0] = static_cast<std::ptrdiff_t>(m_nodes.size());
            key[1] = 1;
        }
        return key;
    }

    [[nodiscard]] std::size_t bytes_of(const node& n) const
    {
        return n.shape.size() * m_facts[n.entry].element_bytes;
    }

    void place_aliases()
    {
        for (const std::size_t i : m_aliases)
        {
            node& n = m_nodes[i];
            const node& base = m_nodes[n.base];
            n.value = base.value + n.offset;
            n.gradient = base.gradient ? base.gradient + n.offset : nullptr;
        }
    }

    [[gnu::cold]] void add_node(node& n)
    {
        const entry_facts& fact = m_facts[n.entry];
        if (fact.part == role::alias)
        {
            n.base = m_nodes[static_cast<std::size_t>(n.argument[0])].base;
            m_aliases.push_back(m_nodes.size());
        }
        m_nodes.push_back(n);
    }

    /// Takes up new extents.
    [[gnu::cold, gnu::noinline]] void reshape(elements<const leaf_memory> leaves)
    {
        m_laid_out = false;
        infer_shapes(leaves);
        lay_out_workspace();
        m_laid_out = true;
    }

    [[gnu::cold]] void infer_shapes(elements<const leaf_memory> leaves)
    {
        for (std::size_t k = 0; k < leaves.size(); ++k)
            m_nodes[m_leaves[k]].shape = leaves[k].shape;
        for (node& n : m_nodes)
        {
            const entry_facts& fact = m_facts[n.entry];
            if (fact.traits->leaf)
                continue;
            const auto operands = operand_shapes(n);
            const inferred result = fact.traits->infer(operands.data(), &n.source->options);
            if (!result.fits)
                throw_misfit(n, *result.unmet);
            n.shape = result.shape;
            if (fact.part == role::alias)
            {
                const node& whole = operand(n, 0);
                n.offset = whole.offset + fact.element_bytes * fact.traits->window_offset(
                                                                   whole.shape, &n.source->options);
            }
        }
    }

    [[gnu::cold]] std::array<extents, max_arity> operand_shapes(const node& n) const
    {
        std::array<extents, max_arity> shapes;
        for (std::size_t k = 0; k < max_arity; ++k)
            if (n.argument[k] >= 0)
                shapes[k] = operand(n, k).shape;
        return shapes;
    }

    [[noreturn, gnu::cold]] void throw_misfit(const node& n, const expectation& unmet) const
    {
        const operation_traits& operation = *facts(n).traits;
        sentence found[max_arity + 1];
        for (std::size_t k = 0; k < max_arity && n.argument[k] >= 0; ++k)
            found[k].append(operand(n, k).shape);
        found[max_arity] = operation.given(&n.source->options);
        throw shape_error(detail::misfit(operation.name, unmet.text, found).characters);
    }

    [[noreturn, gnu::cold]] void throw_unbound(const node& n, const leaf_record& leaf) const
    {
        const extents& declared = facts(n).traits->leaf_shape;
        sentence text(
            "xgrad::input: expected values before an evaluation, found none in the input ");
        if (leaf.name)
            text.append("'").append(leaf.name).append("' ");
        text.append("of shape ").append(declared).append("; call bind or assign");
        throw unbound_error(text.characters);
    }

    std::size_t forward_time(std::size_t i) const { return m_facts[m_nodes[i].entry].step; }

    std::size_t backward_time(std::size_t i) const
    {
        return 2 * m_facts.size() - m_facts[m_nodes[i].entry].step;
    }

    /// Lays out the workspace, unless every buffer still finds its place in the one there is.
    [[gnu::cold]] void lay_out_workspace()
    {
        m_former.swap(m_buffers);
        m_buffers.clear();
        m_targets.clear();
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            if (owns_memory(i))
                add_buffers(i);
        bool fit = m_placed && m_buffers.size() == m_former.size();
        for (std::size_t b = 0; b < m_buffers.size() && fit; ++b)
            fit = m_buffers[b].bytes <= m_former[b].bytes;
        if (fit)
            return m_former.swap(m_buffers);
        m_placed = false;
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            extend_lifetimes(i);
        const std::size_t bytes = detail::lay_out(m_buffers, m_order);
        m_workspace.reserve(bytes);
        for (std::size_t b = 0; b < m_buffers.size(); ++b)
            m_nodes[m_targets[b].node].*m_targets[b].memory = m_workspace.at(m_buffers[b].offset);
        m_placed = true;
        m_former.reserve(m_buffers.size()); // so that other extents find all the memory they need
    }

    [[gnu::cold]] void add_buffer(std::size_t i, std::byte* node::*target, std::size_t bytes,
                                  std::size_t first, std::size_t last)
    {
        m_buffers.push_back({bytes, first, last, 0});
        m_targets.push_back({i, target});
    }

    [[gnu::cold]] void add_buffers(std::size_t i)
    {
        const node& n = m_nodes[i];
        const entry_facts& fact = facts(n);
        const std::size_t now = forward_time(i);
        const std::size_t later = backward_time(i);
        const std::size_t bytes = n.shape.size() * fact.element_bytes;
        const bool root = i + 1 == m_nodes.size();
        m_value_buffer[i] = m_buffers.size();
        add_buffer(i, &node::value, bytes, now, root ? forever : fact.reads_output ? later : now);
        if (fact.gradient)
        {
            m_gradient_buffer[i] = m_buffers.size();
            add_buffer(i, &node::gradient, bytes, root ? m_facts.size() : later, later);
        }
        const auto operands = operand_shapes(n);
        if (fact.saved_bytes)
            add_buffer(i, &node::saved, fact.saved_bytes(n.shape, operands.data()), now,
                       fact.gradient ? later : now);
        if (fact.scratch_bytes)
        {
            const std::size_t scratch = fact.scratch_bytes(n.shape, operands.data());
            add_buffer(i, &node::scratch, scratch, now, now);
            if (fact.gradient)
                add_buffer(i, &node::backward_scratch, scratch, later, later);
        }
    }

    /// A value lives until its last reader; a gradient from its first contribution.
    [[gnu::cold]] void extend_lifetimes(std::size_t i)
    {
        const entry_facts& fact = facts(m_nodes[i]);
        for (std::size_t k = 0; k < max_arity; ++k)
        {
            if (m_nodes[i].argument[k] < 0)
                continue;
            const node& target = operand(m_nodes[i], k);
            if (!owns_memory(target.base))
                continue;
            buffer& value = m_buffers[m_value_buffer[target.base]];
            value.last =
                std::max(value.last, fact.reads_argument[k] ? backward_time(i) : forward_time(i));
            if (facts(target).gradient && fact.gradient)
            {
                buffer& gradient = m_buffers[m_gradient_buffer[target.base]];
                gradient.first = std::min(gradient.first, backward_time(i));
            }
        }
        // An alias that is the root keeps the memory it stands for.
        if (i + 1 == m_nodes.size() && owns_memory(m_nodes[i].base))
        {
            m_buffers[m_value_buffer[m_nodes[i].base]].last = forever;
            if (facts(m_nodes[i]).gradient)
                m_buffers[m_gradient_buffer[m_nodes[i].base]].first = m_facts.size();
        }
    }

    /// What lies in a buffer.
    struct buffer_target
    {
        std::size_t node = 0;
        std::byte* detail::node::*memory = nullptr;
    };

    elements<const entry_facts> m_facts;
    bool m_laid_out = false; ///< the nodes have extents and memory
    bool m_placed = false;   ///< the buffers have offsets in memory that is there
    list<node> m_nodes;
    list<std::size_t> m_begin;
    list<std::size_t> m_leaves;
    list<std::size_t> m_moving_leaves; ///< all but the fixed ones
    list<std::size_t> m_aliases;
    list<buffer> m_buffers;
    list<buffer> m_former;
    list<buffer_target> m_targets;
    list<std::size_t> m_order;
    list<std::size_t> m_value_buffer;
    list<std::size_t> m_gradient_buffer;
    workspace m_workspace;
};

} // namespace xgrad::inline XGRAD_ABI::detail
