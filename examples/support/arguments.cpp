// SPDX-License-Identifier: BSD-3-Clause
#include "support/arguments.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

namespace examples
{

namespace
{

class argument_reader
{
public:
    argument_reader(std::string_view program, std::span<const char* const> arguments,
                    std::span<const option> options)
        : m_program{program}, m_arguments{arguments}, m_options{options}
    {
    }

    void read(const std::function<void(std::string_view)>& take_name)
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
    }

private:
    [[noreturn]] void fail(const std::string& sentence) const { fail_usage(m_program, sentence); }

    [[nodiscard]] const option& find(std::string_view name) const
    {
        const auto found = std::find_if(m_options.begin(), m_options.end(),
                                        [name](const option& o) { return o.name == name; });
        if (found != m_options.end())
            return *found;
        std::vector<std::string_view> names;
        for (const option& o : m_options)
            names.push_back(o.name);
        fail("expected an option of this program, found " + quote(name) + " (the nearest is " +
             std::string(nearest(name, names)) + ")");
    }

    void take_option(std::string_view argument)
    {
        const std::size_t equals = argument.find('=');
        const std::string_view name = argument.substr(0, equals);
        const bool has_value = equals != std::string_view::npos;
        const option& o = find(name);
        if (!o.repeats && !m_seen.insert(name).second)
            fail("expected " + std::string(name) + " once, found it twice");
        if (o.take_value)
            o.take_value(has_value ? argument.substr(equals + 1) : next_value(name));
        else if (has_value)
            fail("expected " + std::string(name) + " without a value, found " + quote(argument));
        else
            o.take_flag();
    }

    std::string_view next_value(std::string_view name)
    {
        if (m_next == m_arguments.size())
            fail("expected a value after " + std::string(name) + ", found the end of the line");
        return m_arguments[m_next++];
    }

    std::string_view m_program;
    std::span<const char* const> m_arguments;
    std::span<const option> m_options;
    std::size_t m_next = 0;
    std::set<std::string_view> m_seen;
};

} // namespace

void fail_usage(std::string_view program, const std::string& sentence)
{
    throw input_error(sentence + "; see " + std::string(program) + " --help");
}

void read_arguments(std::string_view program, std::span<const char* const> arguments,
                    std::span<const option> options,
                    const std::function<void(std::string_view)>& take_name)
{
    argument_reader(program, arguments, options).read(take_name);
}

std::string_view folder_value(std::string_view program, std::string_view option,
                              std::string_view value)
{
    if (value.empty())
        fail_usage(program,
                   "expected a folder after " + std::string(option) + ", found an empty argument");
    return value;
}

std::size_t count_value(std::string_view program, std::string_view option, std::string_view value,
                        std::size_t most)
{
    const auto number = parse_unsigned(value);
    if (!number || *number < 1 || *number > most)
        fail_usage(program, "expected a number from 1 to " + std::to_string(most) + " after " +
                                std::string(option) + ", found " + quote(value));
    return *number;
}

} // namespace examples
