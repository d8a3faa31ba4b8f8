// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/history.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace examples
{

/// "12 s", "3 min 05 s" or "2 h 07 min".
std::string duration_text(double seconds);

/// Tells on standard output how the training goes: on a terminal by one line that changes, else by
/// one line per epoch, and not at all when quiet.
class progress
{
public:
    enum class style
    {
        quiet,
        plain,
        live
    };

    explicit progress(style s, std::FILE* out = stdout) : m_style{s}, m_out{out} {}

    /// The style for standard output as it is.
    static style style_for(bool quiet);

    /// Shows @p text on a line of its own.
    void line(const std::string& text);

    /// Whether a live line is shown and may change again, as it may a few times a second.
    [[nodiscard]] bool is_due();

    /// Changes the live line.
    void live(std::string_view text);

    /// After every step; changes the live line a few times a second. Allocates nothing.
    void step(const position& p);

    /// After every epoch, with the seconds that are likely left.
    void epoch(const epoch_record& r, std::size_t epochs, double seconds_left);

    /// Takes the live line away.
    void clear();

private:
    style m_style;
    std::FILE* m_out;
    bool m_line_is_live = false;
    std::chrono::steady_clock::time_point m_last_change{};
};

} // namespace examples
