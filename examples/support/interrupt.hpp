// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace examples
{

/// From here on Ctrl-C (SIGINT) and SIGTERM only leave a note, so that a step is finished and what
/// there is gets written. The second one ends the program at once. A file that grows beyond the
/// limit of the process is from here on an error of writing, no signal.
void catch_interrupts();

/// The number of the signal that came, or 0.
int interrupt_signal() noexcept;

} // namespace examples
