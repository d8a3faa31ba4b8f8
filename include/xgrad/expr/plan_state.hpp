// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/core/list.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/expr/batch.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/record.hpp>
#include <xgrad/expr/sweep_state.hpp>

#include <cstddef>
#include <vector>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What a plan keeps from one evaluation to the next. Knows of an expression only facts, and its
/// sweeps as functions that it is handed by who calls for an evaluation: plans of many expressions
/// share this code, and only the sweeps that somebody calls for are compiled.
template <class T>
class plan_state
{
public:
    using sweeps_type = sweep_state<T>;
    using forward_sweep = void (*)(sweeps_type&);
    using gradient_sweep = void (*)(sweeps_type&, T seed, bool accumulate);

    [[gnu::cold, gnu::noinline]] plan_state(record* root, const program_facts& facts,
                                            bool differentiate)
        : m_facts(facts), m_first(facts, root)
    {
        const graph& nodes = m_first.nodes();
        if (differentiate)
            for (const std::size_t i : nodes.leaves())
                if (nodes.is_parameter(i))
                {
                    auto& leaf = static_cast<leaf_record&>(*nodes.nodes()[i].source);
                    leaf.require_gradient(leaf.shape.size() * sizeof(T));
                }
    }

    plan_state(const plan_state&) = delete; // the buffers are its own
    plan_state& operator=(const plan_state&) = delete;
    [[gnu::cold, gnu::noinline]] ~plan_state() {} // once, not within that of each expression's plan

    thread_pool pool{1};
    const T* value = nullptr; ///< of the last evaluation
    extents shape{};          ///< of the value
    batch_cut cut{};
    list<leaf_memory> given; ///< memory to use for leaves in place of theirs; may be empty

    /// The sweeps that are there from the beginning.
    [[nodiscard]] sweeps_type& first() { return m_first; }
    [[nodiscard]] const sweeps_type& first() const { return m_first; }

    /// The leaves that are parameters, in the order in which the expression mentions them.
    [[nodiscard]] std::vector<handle> parameters() const
    {
        const graph& nodes = m_first.nodes();
        std::vector<handle> leaves;
        for (const std::size_t i : nodes.leaves())
            if (nodes.is_parameter(i))
                leaves.emplace_back(nodes.nodes()[i].source);
        return leaves;
    }

    [[nodiscard]] std::size_t workspace_bytes() const { return m_first.nodes().workspace_bytes(); }

    /// Computes the value.
    void forward(forward_sweep sweep) { forward_whole(sweep); }

    /// Computes the value of the whole batch at once, from where a sweep can go back.
    [[gnu::noinline]] void forward_whole(forward_sweep sweep)
    {
        if (!take_only_memory())
            take_everything();
        compute_whole(sweep);
    }

    /// Computes the value and the gradients of a scalar.
    [[gnu::noinline]] XGRAD_NO_CLONES void value_and_gradient(gradient_sweep sweep, bool accumulate)
    {
        if (!take_only_memory()) [[unlikely]]
            take_everything();
        differentiate_whole(sweep, accumulate);
    }

protected:
    /// Takes up the memory of the leaves if nothing else has changed since the first sweeps worked
    /// on the whole batch; whether that is so.
    bool take_only_memory()
    {
        const graph& nodes = m_first.nodes();
        if (!m_settled || !given.empty() || !(m_facts.static_extents || nodes.keeps_extents()))
            return false;
        m_first.take_memory();
        return true;
    }

    /// Takes up what is bound to the leaves, for the first sweeps to work on the whole batch.
    [[gnu::noinline]] void take_everything()
    {
        read_leaves();
        take_whole();
    }

    /// Notes what is bound to the leaves.
    void read_leaves()
    {
        m_settled = false; // until all has been taken up: extents may not fit, and then again not
        m_first.nodes().read_leaves(m_leaves, given);
    }

    /// Prepares the first sweeps for the whole batch.
    void take_whole()
    {
        m_first.nodes().write_rows();
        m_first.take(m_leaves);
        shape = m_first.nodes().root().shape;
        m_settled = true;
    }

    void compute_whole(forward_sweep sweep)
    {
        sweep(m_first);
        take_value();
    }

    void differentiate_whole(gradient_sweep sweep, bool accumulate)
    {
        sweep(m_first, T(1), accumulate);
        take_value();
    }

    /// The value is what the first sweeps left.
    void take_value() { value = reinterpret_cast<const T*>(m_first.nodes().root().value); }

    const program_facts& m_facts; ///< constants of the program
    sweeps_type m_first;
    list<leaf_memory> m_leaves;
    bool m_settled = false; ///< the first sweeps have been prepared for the whole batch
};

} // namespace xgrad::inline XGRAD_ABI::detail
