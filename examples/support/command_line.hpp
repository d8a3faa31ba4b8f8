// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace examples
{

/// One `--set key=value`; the key may reach into an object, as in "initializer.name".
struct setting
{
    std::string key;
    std::string value;
};

/// The most threads that `--threads` takes.
inline constexpr std::size_t most_threads = 1024;

/// The setting "key=value" after `--set`. Throws input_error.
setting setting_value(std::string_view program, std::string_view text);

/// What was asked for on the command line.
struct command_line
{
    std::filesystem::path hyperparameters;
    std::optional<std::filesystem::path> data;
    std::optional<std::filesystem::path> output;
    std::size_t threads = 1;
    std::vector<setting> settings;
    bool quiet = false;
    bool help = false;
    bool version = false;
};

/// Reads the arguments, the name of the program not among them. Throws input_error. After `--help`
/// or `--version` nothing else is demanded.
command_line parse_command_line(std::string_view program, std::span<const char* const> arguments);

/// The text of `--help`.
std::string usage(std::string_view program);

} // namespace examples
