// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/command_line.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace examples::coursework
{

/// What was asked for on the command line of `coursework`.
struct options
{
    std::vector<std::string_view> models;  ///< of `all_models`, in its order unless named
    std::vector<std::size_t> settings;     ///< from 1
    std::size_t seeds = 1;                 ///< runs of each cell
    std::size_t threads = 1;               ///< processors to use; the results do not depend on it
    std::filesystem::path hyperparameters; ///< the folder of the files
    std::vector<setting> changes;          ///< of the hyperparameters of every cell
    std::optional<std::filesystem::path> data;
    std::optional<std::filesystem::path> output;
    bool quiet = false;
    bool help = false;
    bool version = false;
};

/// Reads the arguments, the name of the program not among them. Throws input_error.
options parse_options(std::span<const char* const> arguments);

/// The text of `--help`.
std::string usage();

} // namespace examples::coursework
