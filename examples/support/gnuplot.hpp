// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace examples
{

/// What a program writes, or why there is nothing.
struct program_output
{
    std::string text;
    std::string problem;
};

/// What gnuplot writes to its standard output when it is given @p script.
program_output run_gnuplot(const std::string& script);

/// Draws <name>.svg and <name>.png of @p width by @p height points into @p folder, if gnuplot is
/// installed; script(terminal) is the program of gnuplot for a kind of picture ("svg ...",
/// "pngcairo ..."). Returns a sentence about what could not be drawn, empty when all was. Throws
/// run_error when a picture cannot be written.
std::string draw_picture(const std::string& name, std::size_t width, std::size_t height,
                         const std::filesystem::path& folder,
                         const std::function<std::string(const std::string&)>& script);

} // namespace examples
