// SPDX-License-Identifier: BSD-3-Clause
#include "support/command_line.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace examples
{

namespace
{

constexpr std::size_t most_threads = 1024;

constexpr std::array<std::string_view, 7> options{"--data",  "--output", "--threads", "--set",
                                                  "--quiet", "--help",   "--version"};

bool takes_value(std::string_view option)
{
    return option == "--data" || option == "--output" || option == "--threads" || option == "--set";
}

/// Reads one argument after the other into a command_line.
class argument_reader
{
public:
    argument_reader(std::string_view program, std::span<const char* const> arguments)
        : m_program{program}, m_arguments{arguments}
    {
    }

    command_line read()
    {
        bool only_names = false;
        while (m_next < m_arguments.size())
        {
            const std::string_view argument = m_arguments[m_next++];
            if (only_names || argument.empty() || argument[0] != '-')
                take_name(argument);
            else if (argument == "--")
                only_names = true;
            else
                take_option(argument);
        }
        if (m_result.hyperparameters.empty() && !m_result.help && !m_result.version)
            fail("expected the name of a hyperparameter file, found none");
        return m_result;
    }

private:
    [[noreturn]] void fail(const std::string& sentence) const
    {
        throw input_error(sentence + "; see " + std::string(m_program) + " --help");
    }

    void take_name(std::string_view name)
    {
        if (name.empty())
            fail("expected the name of a hyperparameter file, found an empty argument");
        if (!m_result.hyperparameters.empty())
            fail("expected one hyperparameter file, found a second one, " + quote(name));
        m_result.hyperparameters = name;
    }

    void take_option(std::string_view argument)
    {
        const std::size_t equals = argument.find('=');
        const std::string_view name = argument.substr(0, equals);
        const bool has_value = equals != std::string_view::npos;
        if (std::find(options.begin(), options.end(), name) == options.end())
            fail("expected an option of this program, found " + quote(name) + " (the nearest is " +
                 std::string(nearest(name, options)) + ")");
        if (name != "--set" && !m_seen.insert(name).second)
            fail("expected " + std::string(name) + " once, found it twice");
        if (takes_value(name))
            take_value(name, has_value ? argument.substr(equals + 1) : next_value(name));
        else if (has_value)
            fail("expected " + std::string(name) + " without a value, found " + quote(argument));
        else
            take_flag(name);
    }

    std::string_view next_value(std::string_view option)
    {
        if (m_next == m_arguments.size())
            fail("expected a value after " + std::string(option) + ", found the end of the line");
        return m_arguments[m_next++];
    }

    void take_flag(std::string_view option)
    {
        m_result.quiet = m_result.quiet || option == "--quiet";
        m_result.help = m_result.help || option == "--help";
        m_result.version = m_result.version || option == "--version";
    }

    void take_value(std::string_view option, std::string_view value)
    {
        if (option == "--set")
            take_setting(value);
        else if (option == "--threads")
            take_threads(value);
        else if (value.empty())
            fail("expected a folder after " + std::string(option) + ", found an empty argument");
        else
            (option == "--data" ? m_result.data : m_result.output) = value;
    }

    void take_threads(std::string_view value)
    {
        const auto number = parse_unsigned(value);
        if (!number || *number < 1 || *number > most_threads)
            fail("expected a number from 1 to " + std::to_string(most_threads) +
                 " after --threads, found " + quote(value));
        m_result.threads = *number;
    }

    void take_setting(std::string_view text)
    {
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0)
            fail("expected key=value after --set, found " + quote(text));
        m_result.settings.push_back(
            {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))});
    }

    std::string_view m_program;
    std::span<const char* const> m_arguments;
    std::size_t m_next = 0;
    std::set<std::string_view> m_seen;
    command_line m_result;
};

} // namespace

command_line parse_command_line(std::string_view program, std::span<const char* const> arguments)
{
    return argument_reader(program, arguments).read();
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
