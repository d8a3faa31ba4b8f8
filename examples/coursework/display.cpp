// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/display.hpp"

#include <array>
#include <cstdio>

namespace examples::coursework
{

namespace
{

std::string per_cent(double share, int digits)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f %%", digits, 100 * share);
    return text.data();
}

std::string seconds_text(double seconds)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", seconds);
    return text.data();
}

std::string title_of(const cell& c)
{
    return std::string(c.what->name) + " " + std::to_string(c.setting);
}

} // namespace

run_display::run_display(progress::style style, std::size_t workers, std::size_t cells, double work)
    : m_progress{style}, m_lanes(workers), m_cells{cells}, m_work{work}
{
}

void run_display::line(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    m_progress.line(text);
}

std::string run_display::result_text(const cell& c, const cell_result& r) const
{
    return "[" + std::to_string(m_cells_done) + "/" + std::to_string(m_cells) + "] " + title_of(c) +
           "  seed " + std::to_string(c.options.seed) + "  train " +
           per_cent(r.train_accuracy(), 2) + "  test " + per_cent(r.test_accuracy(), 2);
}

void run_display::reuse(const cell& c, const cell_result& r)
{
    const std::lock_guard lock(m_mutex);
    ++m_cells_done;
    m_work -= work_of(c);
    m_progress.line(result_text(c, r) + "  finished before");
}

void run_display::begin(std::size_t worker, const cell& c)
{
    const std::lock_guard lock(m_mutex);
    m_lanes[worker] = {&c, {}};
}

void run_display::step(std::size_t worker, const position& p)
{
    const std::lock_guard lock(m_mutex);
    m_lanes[worker].at = p;
    if (m_progress.is_due())
        m_progress.live(live_text());
}

void run_display::finish(std::size_t worker, const cell_result& r)
{
    const std::lock_guard lock(m_mutex);
    const cell& c = *m_lanes[worker].what;
    m_lanes[worker].what = nullptr;
    ++m_cells_done;
    m_work_done += work_of(c);
    const std::string left =
        m_cells_done < m_cells ? "  " + duration_text(seconds_left()) + " left" : "";
    m_progress.line(result_text(c, r) + "  " + seconds_text(r.training_seconds()) + left);
}

void run_display::clear()
{
    const std::lock_guard lock(m_mutex);
    m_progress.clear();
}

double run_display::share() const
{
    double done = m_work_done;
    for (const lane& l : m_lanes)
        if (l.what != nullptr && l.at.batches > 0)
            done += work_of(*l.what) * share_done(l.at);
    return m_work > 0 ? done / m_work : 1;
}

double run_display::seconds_left() const
{
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_start;
    const double done = share();
    return done > 0 ? passed.count() * (1 - done) / done : 0;
}

std::string run_display::live_text() const
{
    std::string text = std::to_string(m_cells_done) + "/" + std::to_string(m_cells);
    for (const lane& l : m_lanes)
    {
        if (l.what == nullptr || l.at.epochs == 0) // idle, or before its first step
            continue;
        text += "  " + title_of(*l.what) + " epoch " + std::to_string(l.at.epoch) + "/" +
                std::to_string(l.at.epochs);
        if (l.at.test_accuracy >= 0)
            text += " " + per_cent(l.at.test_accuracy, 1);
    }
    return text + "  " + per_cent(share(), 0) + ", " + duration_text(seconds_left()) + " left";
}

} // namespace examples::coursework
