// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a plan keeps from one evaluation to the next, and how it evaluates a batch in parts. Every
// worker has buffers of its own and works on a lane at a time; the first lane adds up its gradients
// where the user finds them, the others in buffers of their own, which are added when all are done.

#include <xgrad/core/list.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/batch.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/lane_gradients.hpp>
#include <xgrad/expr/sweep_state.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Knows of an expression only facts, and its sweeps as functions that it is handed by who calls
/// for an evaluation: plans of many expressions share this code, and only the sweeps that somebody
/// calls for are compiled.
template <class T>
class plan_state
{
public:
    using sweeps_type = sweep_state<T>;
    using forward_sweep = void (*)(sweeps_type&);
    using gradient_sweep = void (*)(sweeps_type&, T seed, bool accumulate);

    [[gnu::noinline]] plan_state(record* root, const program_facts& facts, bool differentiate)
        : m_root(root), m_facts(facts), m_differentiate(differentiate)
    {
        add_worker();
        m_use = detail::find_batch(first().nodes());
        if (differentiate)
            for (const handle& h : parameters())
            {
                auto& leaf = static_cast<leaf_record&>(*h.get());
                leaf.require_gradient(leaf.shape.size() * sizeof(T));
            }
    }

    plan_state(const plan_state&) = delete; // the workers' buffers are its own
    plan_state& operator=(const plan_state&) = delete;
    [[gnu::noinline]] ~plan_state() {} // once, not within that of each expression's plan

    thread_pool pool{1};
    const T* value = nullptr; ///< of the last evaluation
    extents shape{};          ///< of the value
    batch_cut cut{};
    list<leaf_memory> given; ///< memory to use for leaves in place of theirs; may be empty

    [[nodiscard]] sweeps_type& first() { return m_workers.front()->sweeps; }
    [[nodiscard]] const sweeps_type& first() const { return m_workers.front()->sweeps; }

    /// The leaves that are parameters, in the order in which the expression mentions them.
    [[nodiscard]] std::vector<handle> parameters() const
    {
        std::vector<handle> leaves;
        const graph& nodes = first().nodes();
        for (const std::size_t i : nodes.leaves())
            if (const node& n = nodes.nodes()[i]; nodes.facts(n).traits->differentiable)
                leaves.emplace_back(n.source);
        return leaves;
    }

    [[nodiscard]] std::size_t workspace_bytes() const
    {
        std::size_t bytes = m_lane_gradients.bytes();
        for (const auto& w : m_workers)
            bytes += w->sweeps.nodes().workspace_bytes();
        return bytes;
    }

    /// Takes up what is bound to the leaves, and decides how to cut the batch.
    void read_leaves()
    {
        m_only_memory = m_settled && given.empty() && cut.parts == 1 &&
                        (m_facts.static_extents || first().nodes().keeps_extents());
        if (m_only_memory)
            return;
        m_settled = false; // until all has been taken up: extents may not fit, and then again not
        first().nodes().read_leaves(m_leaves, given);
        bool same = m_leaves.size() == m_shapes.size();
        for (std::size_t k = 0; k < m_leaves.size() && same; ++k)
            same = m_leaves[k].shape == m_shapes[k];
        if (same)
            return;
        settle_cut();
        m_shapes.clear();
        for (const leaf_memory& leaf : m_leaves)
            m_shapes.push_back(leaf.shape);
    }

    /// Computes the value, in parts where the batch is cut.
    [[gnu::noinline]] void forward(forward_sweep sweep)
    {
        if (cut.parts > 1)
            return forward_parts(sweep);
        forward_whole(sweep);
    }

    /// The same of the whole batch at once, from where a sweep can go back.
    void forward_whole(forward_sweep sweep)
    {
        take_whole();
        sweep(first());
        take_value();
    }

    /// Computes the value and the gradients of a scalar, added up over all parts.
    [[gnu::noinline]] void value_and_gradient(gradient_sweep sweep, bool accumulate)
    {
        if (cut.parts > 1)
            return differentiate_parts(sweep, accumulate);
        take_whole();
        sweep(first(), T(1), accumulate);
        take_value();
    }

private:
    /// Prepares the first worker for the whole batch.
    void take_whole()
    {
        if (m_only_memory)
            return first().take_memory();
        first().take(m_leaves);
        m_settled = true;
    }

    /// The value is what the first worker left.
    void take_value()
    {
        const node& root = first().nodes().root();
        value = reinterpret_cast<const T*>(root.value);
        shape = root.shape;
    }

    void differentiate_parts(gradient_sweep sweep, bool accumulate)
    {
        prepare_workers(cut.lanes);
        m_part_values.reserve(cut.parts * sizeof(T));
        pool.run(cut.lanes, [&](std::size_t lane, std::size_t number)
                 { differentiate_lane(sweep, *m_workers[number], lane, accumulate); });
        m_lane_gradients.template add_to<T>(m_leaves, cut.lanes);
        add_values();
    }

    /// The values of all parts, side by side or added up.
    void forward_parts(forward_sweep sweep)
    {
        prepare_workers(cut.parts);
        m_part_values.reserve(cut.parts * sizeof(T));
        pool.run(cut.parts, [this, sweep](std::size_t part, std::size_t number)
                 { forward_part(sweep, *m_workers[number], part); });
        if (m_use.root == spread::rows)
            value = reinterpret_cast<const T*>(m_values.at(0));
        else
            add_values();
    }

    /// What a thread works with.
    struct worker
    {
        worker(const program_facts& facts, record* root) : sweeps(facts, root) {}

        sweeps_type sweeps;
        list<leaf_memory> leaves;
    };

    void add_worker() { m_workers.push_back(std::make_unique<worker>(m_facts, m_root)); }

    /// Makes the buffers of all who may come to work: none allocates later.
    void prepare_workers(std::size_t jobs)
    {
        while (m_workers.size() < pool.workers(jobs))
            add_worker();
        for (; m_prepared < m_workers.size(); ++m_prepared)
        {
            worker& w = *m_workers[m_prepared];
            take_part(w, 0);
            w.sweeps.take(w.leaves);
        }
    }

    [[gnu::cold]] void settle_cut()
    {
        cut = {};
        m_prepared = 0;
        if (!m_use.divisible() || (m_use.root == spread::average && m_facts.of_gradient_1))
            return;
        std::size_t rows = 0;
        for (std::size_t k = 0; k < m_leaves.size(); ++k)
            if (m_use.batched[k])
            {
                if (rows > 0 && m_leaves[k].shape[0] != rows)
                    return;
                rows = m_leaves[k].shape[0];
            }
        first().take(m_leaves); // for the extents, which the costs follow from
        shape = first().nodes().root().shape;
        cut = detail::cut_batch(rows, detail::cost_of(first().nodes()), m_differentiate);
        if (cut.parts == 1)
            return;
        if (m_differentiate)
            m_lane_gradients.template lay_out<T>(first().nodes(), cut.lanes);
        else if (m_use.root == spread::rows)
            m_values.reserve(shape.size() * sizeof(T));
    }

    /// Lets a worker read the rows of a part.
    void take_part(worker& w, std::size_t part)
    {
        const std::size_t begin = cut.first_row(part);
        const std::size_t count = cut.first_row(part + 1) - begin;
        w.leaves.assign(m_leaves);
        const graph& nodes = first().nodes();
        for (std::size_t k = 0; k < w.leaves.size(); ++k)
            if (m_use.batched[k])
            {
                leaf_memory& leaf = w.leaves[k];
                const std::size_t bytes =
                    nodes.facts(nodes.nodes()[nodes.leaves()[k]]).element_bytes;
                leaf.value += begin * leaf.shape.product(1, leaf.shape.rank) * bytes;
                leaf.shape[0] = count;
            }
    }

    /// What the value of a part counts for in that of the batch.
    [[nodiscard]] T weight(std::size_t part) const
    {
        const auto count = static_cast<double>(cut.first_row(part + 1) - cut.first_row(part));
        return m_use.root == spread::average ? T(count / static_cast<double>(cut.rows)) : T(1);
    }

    void forward_part(forward_sweep sweep, worker& w, std::size_t part)
    {
        take_part(w, part);
        w.sweeps.take(w.leaves);
        if (m_use.root == spread::rows)
        {
            const std::size_t row_bytes = shape.product(1, shape.rank) * sizeof(T);
            std::byte* const own =
                w.sweeps.nodes().place_root(m_values.at(cut.first_row(part) * row_bytes));
            sweep(w.sweeps);
            w.sweeps.nodes().place_root(own);
        }
        else
        {
            sweep(w.sweeps);
            note_value(w, part);
        }
    }

    void differentiate_lane(gradient_sweep sweep, worker& w, std::size_t lane, bool accumulate)
    {
        const std::size_t first_part = lane * cut.parts_per_lane();
        for (std::size_t part = first_part; part < first_part + cut.parts_per_lane(); ++part)
        {
            take_part(w, part);
            m_lane_gradients.redirect(w.leaves, lane);
            w.sweeps.take(w.leaves);
            const bool adds = part > first_part || (lane == 0 && accumulate);
            sweep(w.sweeps, weight(part), adds);
            note_value(w, part);
        }
    }

    [[nodiscard]] T* part_values() const { return reinterpret_cast<T*>(m_part_values.at(0)); }

    void note_value(const worker& w, std::size_t part)
    {
        const T result = *reinterpret_cast<const T*>(w.sweeps.nodes().root().value);
        part_values()[part] = weight(part) * result;
    }

    void add_values()
    {
        m_value = T{};
        for (std::size_t part = 0; part < cut.parts; ++part)
            m_value += part_values()[part];
        value = &m_value;
    }

    record* m_root;
    const program_facts& m_facts; ///< constants of the program
    bool m_differentiate;
    bool m_settled = false;     ///< the first worker has once been prepared for the whole batch
    bool m_only_memory = false; ///< nothing but the memory of leaves has changed since
    std::vector<std::unique_ptr<worker>> m_workers;
    std::size_t m_prepared = 0; ///< the workers that have met the cut
    batch_use m_use;
    list<leaf_memory> m_leaves;
    list<extents> m_shapes; ///< of the leaves, that the cut was made for
    lane_gradients m_lane_gradients;
    workspace m_part_values; ///< a T for each part
    workspace m_values;      ///< of an expression that has a row for each of the batch
    T m_value{};             ///< of an expression that adds up over the batch
};

} // namespace xgrad::inline XGRAD_ABI::detail
