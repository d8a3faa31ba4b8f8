// SPDX-License-Identifier: BSD-3-Clause
#include "support/interrupt.hpp"

#include <csignal>

namespace examples
{

namespace
{

volatile std::sig_atomic_t caught_signal = 0;

void note_signal(int number) { caught_signal = number; }

} // namespace

void catch_interrupts()
{
    struct sigaction action = {};
    action.sa_handler = note_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    ::sigemptyset(&action.sa_mask);
    // Also where a shell has started us in the background with the signal ignored.
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN);
}

int interrupt_signal() noexcept { return caught_signal; }

} // namespace examples
