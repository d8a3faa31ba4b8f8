// SPDX-License-Identifier: BSD-3-Clause
#include "support/command_line.hpp"

#include "support/arguments.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

#include <array>

namespace examples
{

setting setting_value(std::string_view program, std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        fail_usage(program, "expected key=value after --set, found " + quote(text));
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

command_line parse_command_line(std::string_view program, std::span<const char* const> arguments)
{
    command_line result;
    const auto folder = [program](std::string_view option, auto& target)
    {
        return [program, option, &target](std::string_view value)
        { target = folder_value(program, option, value); };
    };
    const auto flag = [](bool& target) { return [&target] { target = true; }; };
    const std::array<option, 7> options{{
        {"--data", {}, folder("--data", result.data)},
        {"--output", {}, folder("--output", result.output)},
        {"--threads",
         {},
         [&](std::string_view value)
         { result.threads = count_value(program, "--threads", value, most_threads); }},
        {"--set",
         {},
         [&](std::string_view value) { result.settings.push_back(setting_value(program, value)); },
         true},
        {"--quiet", flag(result.quiet), {}},
        {"--help", flag(result.help), {}},
        {"--version", flag(result.version), {}},
    }};
    read_arguments(program, arguments, options,
                   [&](std::string_view name)
                   {
                       if (name.empty())
                           fail_usage(program, "expected the name of a hyperparameter file, found "
                                               "an empty argument");
                       if (!result.hyperparameters.empty())
                           fail_usage(program, "expected one hyperparameter file, found a second "
                                               "one, " +
                                                   quote(name));
                       result.hyperparameters = name;
                   });
    if (result.hyperparameters.empty() && !result.help && !result.version)
        fail_usage(program, "expected the name of a hyperparameter file, found none");
    return result;
}

std::string usage(std::string_view program)
{
    return "usage: " + std::string(program) + " HYPERPARAMETERS.json [options]\n" +
           R"(
Trains the network on images of handwritten digits and tells how well it then reads others.

  --data DIR        MNIST in DIR, plain or gzipped; without it the folder that the environment
                    variable XGRAD_DATA_DIR names, a downloaded copy, or generated digits
  --output DIR      receives result.json, history.csv and the learning curve (SVG, PNG)
  --threads N       number of threads (training uses one for now)
  --set KEY=VALUE   replaces one hyperparameter, such as learning_rate=0.05, loss_reduction=sum or
                    initializer.standard_deviation=0.2; may be given several times
  --quiet           prints nothing but errors
  --help            prints this text
  --version         prints the version, compiler and libraries

Exit status: 0 success, 2 a wrong command line or input file, 130 after Ctrl-C (which ends the
current step and writes what there is), 1 anything else.
)";
}

} // namespace examples
