// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>

namespace examples
{

/// What the person at the keyboard has to mend: a wrong option, a malformed file. One sentence; the
/// program ends with status 2.
struct input_error : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// What went wrong without their doing, such as a full disk. One sentence; status 1.
struct run_error : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

} // namespace examples
