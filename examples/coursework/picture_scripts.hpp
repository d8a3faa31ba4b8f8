// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Programs of gnuplot. Each takes the kind of picture as gnuplot's terminal. Colours are those of
// M. Okabe and K. Ito, "Color universal design", 2008, which colour-blind people can tell apart.

#include "coursework/table.hpp"
#include "support/dataset.hpp"

#include <span>
#include <string>

namespace examples::coursework
{

inline constexpr const char* blue = "#0072B2";
inline constexpr const char* vermilion = "#D55E00";
inline constexpr const char* green = "#009E73";
inline constexpr const char* purple = "#CC79A7";

/// The beginning of every script.
std::string script_start(const std::string& terminal);

/// Train and test accuracy against images seen, a panel for each row: the mean over the seeds, and
/// from the least to the most of them.
std::string learning_curves_script(std::span<const table_row> rows, const std::string& terminal);

/// The height in points that suits their panels, at a width of 1000.
std::size_t learning_curves_height(std::span<const table_row> rows);

/// Test accuracies on an axis that is logarithmic in the error, with the reported ones marked.
std::string accuracy_script(std::span<const table_row> rows, const std::string& terminal);

/// Train less test accuracy.
std::string gap_script(std::span<const table_row> rows, const std::string& terminal);

/// Seconds of training for each model, all its settings together, beside the report's.
std::string running_time_script(std::span<const table_row> rows, const std::string& terminal);

/// How often the images of each class are taken for each other class.
std::string confusion_script(const cell_result& r, const std::string& title,
                             const std::string& terminal);

/// The first bank on top, a tile for each filter; below each tile how the filters of the second
/// bank, a row each, read what it finds.
std::string filters_script(const cell_result& r, const std::string& title,
                           const std::string& terminal);

/// The most confident mistakes.
std::string mistakes_script(const cell_result& r, const dataset& data, const std::string& title,
                            const std::string& terminal);

} // namespace examples::coursework
