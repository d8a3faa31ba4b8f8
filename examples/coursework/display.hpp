// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "coursework/cell.hpp"
#include "support/progress.hpp"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace examples::coursework
{

/// Tells how all cells of a run go, those that are trained at the same time among them. Every
/// member may be called by several threads.
class run_display
{
public:
    /// @p work is that of all cells.
    run_display(progress::style style, std::size_t workers, std::size_t cells, double work);

    void line(const std::string& text);

    /// A cell need not be trained.
    void reuse(const cell& c, const cell_result& r);

    /// Of a worker, by its number: begins a cell, makes a step, is done with it.
    void begin(std::size_t worker, const cell& c);
    void step(std::size_t worker, const position& p);
    void finish(std::size_t worker, const cell_result& r);

    void clear();

private:
    struct lane
    {
        const cell* what = nullptr;
        position at;
    };

    [[nodiscard]] double share() const;
    [[nodiscard]] double seconds_left() const;
    [[nodiscard]] std::string live_text() const;
    [[nodiscard]] std::string result_text(const cell& c, const cell_result& r) const;

    std::mutex m_mutex;
    progress m_progress;
    std::vector<lane> m_lanes;
    std::size_t m_cells;
    std::size_t m_cells_done = 0;
    double m_work;
    double m_work_done = 0; ///< of finished cells
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace examples::coursework
