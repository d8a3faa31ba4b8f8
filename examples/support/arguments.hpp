// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace examples
{

/// One option of a command line, such as "--data".
struct option
{
    std::string_view name;
    std::function<void()> take_flag;                  ///< of an option without a value
    std::function<void(std::string_view)> take_value; ///< of an option with one
    bool repeats = false;                             ///< may be given several times
};

/// Throws the input_error "<sentence>; see <program> --help".
[[noreturn]] void fail_usage(std::string_view program, const std::string& sentence);

/// Reads the arguments one after the other, "--name value" and "--name=value": hands each option
/// what belongs to it, and @p take_name whatever is no option. Throws input_error for an option
/// that is none of @p options, and for one that is given twice.
void read_arguments(std::string_view program, std::span<const char* const> arguments,
                    std::span<const option> options,
                    const std::function<void(std::string_view)>& take_name);

/// The folder that @p value names. Throws input_error when it is empty.
std::string_view folder_value(std::string_view program, std::string_view option,
                              std::string_view value);

/// A whole number from 1 to @p most. Throws input_error.
std::size_t count_value(std::string_view program, std::string_view option, std::string_view value,
                        std::size_t most);

} // namespace examples
