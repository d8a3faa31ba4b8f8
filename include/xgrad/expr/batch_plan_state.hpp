// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a plan evaluates a batch in parts. Every worker has buffers of its own and works on a lane at
// a time; the first lane adds up its gradients where the user finds them, the others in buffers of
// their own, which are added when all are done.

#include <xgrad/core/list.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/batch.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/lane_gradients.hpp>
#include <xgrad/expr/plan_state.hpp>
#include <xgrad/expr/sweep_state.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The state of a plan whose batch may be cut. Plans of expressions without a batch do without this
/// code.
template <class T>
class batch_plan_state : public plan_state<T>
{
    using base = plan_state<T>;
    using base::m_facts;
    using base::m_leaves;

public:
    using base::cut;
    using base::first;
    using base::pool;
    using base::shape;
    using typename base::forward_sweep;
    using typename base::gradient_sweep;
    using typename base::sweeps_type;

    [[gnu::cold, gnu::noinline]] batch_plan_state(record* root, const program_facts& facts,
                                                  bool differentiate)
        : base(root, facts, differentiate), m_root(root), m_differentiate(differentiate),
          m_use(detail::find_batch(first().nodes()))
    {
        m_workers.push_back(std::make_unique<worker>(first()));
    }

    batch_plan_state(const batch_plan_state&) = delete;
    batch_plan_state& operator=(const batch_plan_state&) = delete;
    [[gnu::cold, gnu::noinline]] ~batch_plan_state() {}

    [[nodiscard]] std::size_t workspace_bytes() const
    {
        std::size_t bytes = m_lane_gradients.bytes();
        for (const auto& w : m_workers)
            bytes += w->sweeps->nodes().workspace_bytes() + w->rows.size();
        return bytes;
    }

    /// Computes the value, in parts where the batch is cut.
    [[gnu::noinline]] void forward(forward_sweep sweep)
    {
        if (take_parts())
            forward_parts(sweep);
        else
            base::compute_whole(sweep);
    }

    /// Computes the value of the whole batch at once, from where a sweep can go back.
    [[gnu::noinline]] void forward_whole(forward_sweep sweep)
    {
        if (take_parts())
            base::take_whole();
        base::compute_whole(sweep);
    }

    /// Computes the value and the gradients of a scalar, added up over all parts.
    [[gnu::noinline]] void value_and_gradient(gradient_sweep sweep, bool accumulate)
    {
        if (take_parts())
            differentiate_parts(sweep, accumulate);
        else
            base::differentiate_whole(sweep, accumulate);
    }

private:
    /// What a thread works with.
    struct worker
    {
        explicit worker(sweeps_type& of_plan) : sweeps(&of_plan) {}
        explicit worker(std::unique_ptr<sweeps_type> of_its_own)
            : own(std::move(of_its_own)), sweeps(own.get())
        {
        }
        worker(const worker&) = delete;
        worker& operator=(const worker&) = delete;
        [[gnu::cold, gnu::noinline]] ~worker() {} // for size

        std::unique_ptr<sweeps_type> own;
        sweeps_type* sweeps;
        list<leaf_memory> leaves;
        workspace rows; ///< of inputs that are written part by part
    };

    /// Takes up what is bound to the leaves. Whether the batch is cut: else the first sweeps are
    /// prepared for the whole of it.
    bool take_parts()
    {
        if (cut.parts == 1 && base::take_only_memory())
            return false;
        take_new_leaves();
        return cut.parts > 1;
    }

    [[gnu::noinline]] void take_new_leaves()
    {
        base::read_leaves();
        bool same = m_leaves.size() == m_shapes.size();
        for (std::size_t k = 0; k < m_leaves.size() && same; ++k)
            same = m_leaves[k].shape == m_shapes[k];
        if (!same)
        {
            settle_cut();
            m_shapes.clear();
            for (const leaf_memory& leaf : m_leaves)
                m_shapes.push_back(leaf.shape);
        }
        if (cut.parts == 1)
            base::take_whole();
    }

    [[gnu::noinline]] void differentiate_parts(gradient_sweep sweep, bool accumulate)
    {
        prepare_workers(cut.lanes);
        m_part_values.reserve(cut.parts * sizeof(T));
        pool.run(cut.lanes, [&](std::size_t lane, std::size_t number)
                 { differentiate_lane(sweep, *m_workers[number], lane, accumulate); });
        m_lane_gradients.template add_to<T>(m_leaves, cut.lanes);
        add_values();
    }

    /// The values of all parts, side by side or added up.
    [[gnu::noinline]] void forward_parts(forward_sweep sweep)
    {
        prepare_workers(cut.parts);
        m_part_values.reserve(cut.parts * sizeof(T));
        pool.run(cut.parts, [this, sweep](std::size_t part, std::size_t number)
                 { forward_part(sweep, *m_workers[number], part); });
        if (m_use.root == spread::rows)
            this->value = reinterpret_cast<const T*>(m_values.at(0));
        else
            add_values();
    }

    /// Makes the buffers of all who may come to work: none allocates later.
    void prepare_workers(std::size_t jobs)
    {
        while (m_workers.size() < pool.workers(jobs))
            add_worker();
        const std::size_t bytes = bytes_of_written_rows();
        if (bytes > 0)
            for (const auto& w : m_workers)
                w->rows.reserve(bytes);
        for (; m_prepared < m_workers.size(); ++m_prepared)
        {
            worker& w = *m_workers[m_prepared];
            place_part(w, 0);
            w.sweeps->take(w.leaves);
        }
    }

    [[gnu::cold, gnu::noinline]] void add_worker()
    {
        m_workers.push_back(
            std::make_unique<worker>(std::make_unique<sweeps_type>(m_facts, m_root)));
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
        if (gradients_lie_apart())
            cut.lanes = 1; // a lane's own gradient has its parts together
        if (m_differentiate)
            m_lane_gradients.template lay_out<T>(first().nodes(), cut.lanes);
        else if (m_use.root == spread::rows)
            m_values.reserve(shape.size() * sizeof(T));
    }

    [[nodiscard]] bool gradients_lie_apart() const
    {
        const graph& nodes = first().nodes();
        for (const std::size_t i : nodes.leaves())
            if (const entry_facts& facts = nodes.facts(nodes.nodes()[i]);
                facts.apart && facts.traits->differentiable)
                return m_differentiate;
        return false;
    }

    /// The bytes of the rows of leaf number @p k in a part, of which the first is the largest, and
    /// of rows behind them that nobody has: prefetchers that go by the distance of rows run on
    /// there, which must not be into what another worker writes.
    [[nodiscard]] std::size_t part_bytes(std::size_t k) const
    {
        constexpr std::size_t rows_fetched_ahead = 16;
        return padded_bytes((cut.first_row(1) + rows_fetched_ahead) * row_bytes(k));
    }

    [[nodiscard]] std::size_t bytes_of_written_rows() const
    {
        std::size_t bytes = 0;
        for (std::size_t k = 0; k < m_leaves.size(); ++k)
            if (m_leaves[k].rows.write)
                bytes += part_bytes(k);
        return bytes;
    }

    [[nodiscard]] std::size_t row_bytes(std::size_t k) const
    {
        const graph& nodes = first().nodes();
        const extents& e = m_leaves[k].shape;
        return e.product(1, e.rank) * nodes.facts(nodes.nodes()[nodes.leaves()[k]]).element_bytes;
    }

    /// Lets a worker read the rows of a part, and writes those that are not there yet.
    [[gnu::noinline]] void take_part(worker& w, std::size_t part)
    {
        place_part(w, part);
        for (const leaf_memory& leaf : w.leaves)
            if (leaf.rows.write)
                leaf.rows.write(leaf.rows.context, cut.first_row(part), leaf.shape[0], leaf.value);
    }

    /// Tells a worker where the rows of a part are.
    [[gnu::noinline]] void place_part(worker& w, std::size_t part)
    {
        const std::size_t begin = cut.first_row(part);
        const std::size_t count = cut.first_row(part + 1) - begin;
        w.leaves.assign(m_leaves);
        std::size_t written = 0;
        for (std::size_t k = 0; k < w.leaves.size(); ++k)
            if (m_use.batched[k])
            {
                leaf_memory& leaf = w.leaves[k];
                leaf.shape[0] = count;
                if (leaf.rows.write)
                {
                    leaf.value = w.rows.at(written);
                    written += part_bytes(k);
                }
                else
                    leaf.value += begin * row_bytes(k);
            }
    }

    /// What the value of a part counts for in that of the batch.
    [[nodiscard]] T weight(std::size_t part) const
    {
        const auto count = static_cast<double>(cut.first_row(part + 1) - cut.first_row(part));
        return m_use.root == spread::average ? T(count / static_cast<double>(cut.rows)) : T(1);
    }

    [[gnu::noinline]] void forward_part(forward_sweep sweep, worker& w, std::size_t part)
    {
        take_part(w, part);
        w.sweeps->take(w.leaves);
        if (m_use.root == spread::rows)
        {
            const std::size_t row_bytes = shape.product(1, shape.rank) * sizeof(T);
            std::byte* const own =
                w.sweeps->nodes().place_root(m_values.at(cut.first_row(part) * row_bytes));
            sweep(*w.sweeps);
            w.sweeps->nodes().place_root(own);
        }
        else
        {
            sweep(*w.sweeps);
            note_value(w, part);
        }
    }

    [[gnu::noinline]] void differentiate_lane(gradient_sweep sweep, worker& w, std::size_t lane,
                                              bool accumulate)
    {
        const std::size_t first_part = lane * cut.parts_per_lane();
        for (std::size_t part = first_part; part < first_part + cut.parts_per_lane(); ++part)
        {
            take_part(w, part);
            m_lane_gradients.redirect(w.leaves, lane);
            w.sweeps->take(w.leaves);
            const bool adds = part > first_part || (lane == 0 && accumulate);
            sweep(*w.sweeps, weight(part), adds);
            note_value(w, part);
        }
    }

    [[nodiscard]] T* part_values() const { return reinterpret_cast<T*>(m_part_values.at(0)); }

    void note_value(const worker& w, std::size_t part)
    {
        const T result = *reinterpret_cast<const T*>(w.sweeps->nodes().root().value);
        part_values()[part] = weight(part) * result;
    }

    void add_values()
    {
        m_value = T{};
        for (std::size_t part = 0; part < cut.parts; ++part)
            m_value += part_values()[part];
        this->value = &m_value;
    }

    record* m_root;
    bool m_differentiate;
    batch_use m_use;
    std::vector<std::unique_ptr<worker>> m_workers;
    std::size_t m_prepared = 0; ///< the workers that have met the cut
    list<extents> m_shapes;     ///< of the leaves, that the cut was made for
    lane_gradients m_lane_gradients;
    workspace m_part_values; ///< a T for each part
    workspace m_values;      ///< of an expression that has a row for each of the batch
    T m_value{};             ///< of an expression that adds up over the batch
};

/// The state of the plans of an expression.
template <class Structure>
using plan_state_of = std::conditional_t<detail::divisible(Structure::root_spread),
                                         batch_plan_state<typename Structure::value_type>,
                                         plan_state<typename Structure::value_type>>;

} // namespace xgrad::inline XGRAD_ABI::detail
