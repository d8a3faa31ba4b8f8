// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/history.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace examples
{

/// The program of gnuplot that draws the accuracies of @p history to its standard output, with
/// @p terminal as the kind of picture ("svg ...", "pngcairo ...").
std::string learning_curve_script(std::span<const epoch_record> history, const std::string& title,
                                  const std::string& terminal);

/// Draws learning_curve.svg and learning_curve.png into @p folder, if gnuplot is installed. Returns
/// a sentence about what could not be drawn, empty when all was. Throws run_error when a picture
/// cannot be written.
std::string draw_learning_curve(std::span<const epoch_record> history, const std::string& title,
                                const std::filesystem::path& folder);

} // namespace examples
