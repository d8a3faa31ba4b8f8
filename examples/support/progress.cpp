// SPDX-License-Identifier: BSD-3-Clause
#include "support/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace examples
{

namespace
{

using short_text = std::array<char, 48>;
using line_text = std::array<char, 240>;

/// "12 s", "3 min 05 s" or "2 h 07 min".
void write_duration(short_text& text, double seconds)
{
    const auto total = static_cast<unsigned long>(std::clamp(seconds + 0.5, 0.0, 1e9));
    if (total < 60)
        std::snprintf(text.data(), text.size(), "%lu s", total);
    else if (total < 3600)
        std::snprintf(text.data(), text.size(), "%lu min %02lu s", total / 60, total % 60);
    else
        std::snprintf(text.data(), text.size(), "%lu h %02lu min", total / 3600, total / 60 % 60);
}

/// "test 93.60 %  ".
void write_accuracy(short_text& text, const char* images, double accuracy)
{
    std::snprintf(text.data(), text.size(), "%s %.2f %%  ", images, 100 * accuracy);
}

int terminal_width()
{
    ::winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return 79;
    return size.ws_col - 1; // a full line would wrap
}

} // namespace

std::string duration_text(double seconds)
{
    short_text text{};
    write_duration(text, seconds);
    return text.data();
}

progress::style progress::style_for(bool quiet)
{
    if (quiet)
        return style::quiet;
    const char* terminal = std::getenv("TERM");
    const bool moves = terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
    return ::isatty(STDOUT_FILENO) != 0 && moves ? style::live : style::plain;
}

void progress::clear()
{
    if (m_line_is_live)
        std::fputs("\r\x1b[K", m_out);
    m_line_is_live = false;
}

void progress::line(const std::string& text)
{
    if (m_style == style::quiet)
        return;
    clear();
    std::fputs((text + '\n').c_str(), m_out);
    std::fflush(m_out);
}

bool progress::is_due()
{
    const auto now = std::chrono::steady_clock::now();
    if (m_style != style::live || now - m_last_change < std::chrono::milliseconds(100))
        return false;
    m_last_change = now;
    return true;
}

void progress::live(std::string_view text)
{
    const int shown = std::min(static_cast<int>(text.size()), terminal_width());
    std::fprintf(m_out, "\r\x1b[K%.*s", shown, text.data());
    std::fflush(m_out);
    m_line_is_live = true;
}

void progress::step(const position& p)
{
    if (!is_due())
        return;
    const double share = share_done(p);
    short_text left{};
    write_duration(left, share > 0 ? p.seconds * (1 - share) / share : 0);
    short_text test{};
    if (p.test_accuracy >= 0)
        write_accuracy(test, "test", p.test_accuracy);
    line_text text{};
    const int length = std::snprintf(
        text.data(), text.size(), "epoch %zu/%zu  batch %zu/%zu  loss %.4f  %s%s left", p.epoch,
        p.epochs, p.batch, p.batches, p.loss, test.data(), left.data());
    live({text.data(), std::min(text.size() - 1, static_cast<std::size_t>(length))});
}

void progress::epoch(const epoch_record& r, std::size_t epochs, double seconds_left)
{
    short_text left{};
    write_duration(left, seconds_left);
    short_text held_out{};
    if (r.validation_accuracy)
        write_accuracy(held_out, "held-out", *r.validation_accuracy);
    line_text text{};
    const int length = std::snprintf(
        text.data(), text.size(), "epoch %zu/%zu  loss %.4f  train %.2f %%  %stest %.2f %%  %.2f s",
        r.epoch, epochs, r.loss, 100 * r.train_accuracy, held_out.data(), 100 * r.test_accuracy,
        r.seconds);
    std::string whole(text.data(), std::min(text.size() - 1, static_cast<std::size_t>(length)));
    if (r.epoch < epochs)
        whole += std::string("  ") + left.data() + " left";
    line(whole);
}

} // namespace examples
