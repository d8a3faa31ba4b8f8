// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/trainer.hpp"

#include "coursework/display.hpp"
#include "support/interrupt.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace examples::coursework
{

namespace
{

/// Passes on the steps of one worker.
class worker_observer : public session_observer
{
public:
    worker_observer(run_display& display, std::size_t worker) : m_display{display}, m_worker{worker}
    {
    }

    void on_step(const position& p) override { m_display.step(m_worker, p); }
    void on_record(const session&) override {}

private:
    run_display& m_display;
    std::size_t m_worker;
};

class trainer
{
public:
    trainer(std::span<const cell> cells, const dataset& data, std::size_t threads,
            const cell_store* store, progress::style style)
        : m_cells{cells}, m_data{data}, m_store{store},
          m_results(cells.size()), m_workers{std::min(threads,
                                                      std::max<std::size_t>(cells.size(), 1))},
          m_threads_each{threads / m_workers}, m_display(style, m_workers, cells.size(), work())
    {
    }

    std::vector<std::optional<cell_result>> run()
    {
        take_from_store();
        {
            std::vector<std::jthread> others;
            for (std::size_t worker = 1; worker < m_workers; ++worker)
                others.emplace_back([this, worker] { train_all(worker); });
            train_all(0);
        }
        m_display.clear();
        if (m_failure)
            std::rethrow_exception(m_failure);
        return std::move(m_results);
    }

private:
    [[nodiscard]] double work() const
    {
        double sum = 0;
        for (const cell& c : m_cells)
            sum += work_of(c);
        return sum;
    }

    /// Leaves in the queue what must be trained, the largest first, for that ends soonest.
    void take_from_store()
    {
        for (std::size_t i = 0; i < m_cells.size(); ++i)
        {
            if (m_store == nullptr || !restore(i))
                m_queue.push_back(i);
        }
        std::stable_sort(m_queue.begin(), m_queue.end(),
                         [this](std::size_t a, std::size_t b)
                         { return work_of(m_cells[a]) > work_of(m_cells[b]); });
    }

    bool restore(std::size_t index)
    {
        const cell_store::found found = m_store->find(m_cells[index]);
        if (!found.note.empty())
            m_display.line("note: " + found.note);
        m_results[index] = found.result;
        if (found.result)
            m_display.reuse(m_cells[index], *found.result);
        return found.result.has_value();
    }

    void train_all(std::size_t worker)
    {
        try
        {
            for (std::size_t next = m_next++; next < m_queue.size() && may_go_on(); next = m_next++)
                train_one(worker, m_queue[next]);
        }
        catch (...)
        {
            const std::lock_guard lock(m_failure_mutex);
            if (!m_failure)
                m_failure = std::current_exception();
            m_failed = true;
        }
    }

    [[nodiscard]] bool may_go_on() const { return interrupt_signal() == 0 && !m_failed; }

    void train_one(std::size_t worker, std::size_t index)
    {
        const cell& c = m_cells[index];
        worker_observer observer(m_display, worker);
        m_display.begin(worker, c);
        cell_result r = train_cell(c, m_data, m_threads_each, observer);
        if (interrupt_signal() != 0)
            return;
        if (m_store != nullptr)
            m_store->keep(c, r);
        m_display.finish(worker, r);
        m_results[index] = std::move(r);
    }

    std::span<const cell> m_cells;
    const dataset& m_data;
    const cell_store* m_store;
    std::vector<std::optional<cell_result>> m_results;
    std::size_t m_workers;
    std::size_t m_threads_each;
    run_display m_display;
    std::vector<std::size_t> m_queue;
    std::atomic<std::size_t> m_next = 0;
    std::atomic<bool> m_failed = false;
    std::mutex m_failure_mutex;
    std::exception_ptr m_failure;
};

} // namespace

std::vector<std::optional<cell_result>> train_cells(std::span<const cell> cells,
                                                    const dataset& data, std::size_t threads,
                                                    const cell_store* store, progress::style style)
{
    return trainer(cells, data, threads, store, style).run();
}

} // namespace examples::coursework
