// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/session.hpp"

#include <functional>
#include <string>

namespace examples
{

/// Runs @p body and returns the status to end with: that of @p body, 2 after an error of usage or
/// input, 1 after any other. Errors are one line on standard error that begins with @p program.
int run_guarded(const std::string& program, const std::function<int()>& body);

/// A whole example program: reads the command line, the hyperparameters and the images, lets
/// @p train work with them, writes the results, and returns the status to end with: 0, 2 after an
/// error of usage or input, 128 and the signal after an interruption (Ctrl-C: 130), 1 after
/// anything else. Errors are one line on standard error.
int run(const std::string& model, int argc, const char* const* argv,
        const std::function<void(session&)>& train);

} // namespace examples
