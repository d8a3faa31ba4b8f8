// SPDX-License-Identifier: BSD-3-Clause
#include "support/strict_json.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace examples
{

namespace
{

/// @p key as a step of a JSON pointer (RFC 6901).
std::string pointer_step(std::string_view key)
{
    std::string step = "/";
    for (const char c : key)
        step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return one_line(step);
}

[[noreturn]] void fail_at(const std::string& origin, const std::string& pointer,
                          const std::string& expected, const std::string& found)
{
    throw input_error(origin + ": " + (pointer.empty() ? "" : pointer + ": ") + "expected " +
                      expected + ", found " + found);
}

/// Follows the parser, which itself would take the last of duplicate keys and any depth.
class structure_check
{
public:
    explicit structure_check(const std::string& origin) : m_origin{origin} {}

    void operator()(int depth, json::parse_event_t event, const json& parsed)
    {
        using kind = json::parse_event_t;
        if (event == kind::object_start || event == kind::array_start)
            open(depth);
        else if (event == kind::object_end || event == kind::array_end)
            m_levels.pop_back();
        else if (event == kind::key)
            take_key(parsed.get_ref<const std::string&>());
    }

private:
    struct level
    {
        std::set<std::string> keys;
        std::string current;
    };

    [[nodiscard]] std::string pointer() const
    {
        std::string text;
        for (const level& l : m_levels)
            text += l.current;
        return text;
    }

    void open(int depth)
    {
        if (depth >= deepest_json)
            fail_at(m_origin, pointer(), "at most " + std::to_string(deepest_json) + " levels",
                    "deeper nesting");
        m_levels.emplace_back();
    }

    void take_key(const std::string& key)
    {
        m_levels.back().current = pointer_step(key);
        if (!m_levels.back().keys.insert(key).second)
            fail_at(m_origin, pointer(), "each key once", quote(key) + " twice");
    }

    const std::string& m_origin;
    std::vector<level> m_levels;
};

/// The message of the JSON library without its leading "[json.exception...] ".
std::string plain_message(const json::exception& e)
{
    const std::string_view text = e.what();
    const std::size_t bracket = text.find("] ");
    return one_line(bracket == std::string_view::npos ? text : text.substr(bracket + 2));
}

struct file_close
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};

} // namespace

json parse_json(std::string_view text, const std::string& origin)
{
    if (text.starts_with("\xef\xbb\xbf"))
        fail_at(origin, "", "JSON in UTF-8", "a byte order mark before it");
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        fail_at(origin, "", "JSON", "a NUL byte at offset " + std::to_string(nul));
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        fail_at(origin, "", "a JSON object", "an empty file");
    structure_check check(origin);
    try
    {
        return json::parse(text.begin(), text.end(),
                           [&check](int depth, json::parse_event_t event, const json& parsed)
                           {
                               check(depth, event, parsed);
                               return true;
                           });
    }
    catch (const json::exception& e)
    {
        fail_at(origin, "", "JSON", "an error: " + plain_message(e));
    }
}

json read_json_file(const std::filesystem::path& path)
{
    const std::string origin = one_line(path.string());
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (!std::filesystem::exists(status))
        fail_at(origin, "", "a file", "no such file");
    if (!std::filesystem::is_regular_file(status))
        fail_at(origin, "", "a regular file",
                std::filesystem::is_directory(status) ? "a folder" : "a pipe, socket or device");
    const std::unique_ptr<std::FILE, file_close> file{std::fopen(path.string().c_str(), "rb")};
    if (!file)
        fail_at(origin, "", "a readable file", std::strerror(errno));

    std::string text(largest_json_file + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()))
        fail_at(origin, "", "a readable file", std::strerror(errno));
    if (text.size() > largest_json_file)
        fail_at(origin, "", "at most " + std::to_string(largest_json_file) + " bytes",
                "a longer file");
    return parse_json(text, origin);
}

std::string describe(const json& value)
{
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "an array";
    const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    constexpr std::size_t longest = 60;
    return one_line(text.size() <= longest ? text : text.substr(0, longest) + "...");
}

object_reader::object_reader(const json& object, const std::string& origin, std::string pointer)
    : m_object{object}, m_origin{origin}, m_pointer{std::move(pointer)}
{
    if (!object.is_object())
        fail_at(m_origin, m_pointer, "an object", describe(object));
}

void object_reader::allow_only(std::initializer_list<std::string_view> known) const
{
    for (const auto& [key, value] : m_object.items())
        if (std::find(known.begin(), known.end(), key) == known.end())
            fail(key, "a known key",
                 quote(key) + " (the nearest known key is " +
                     quote(nearest(key, std::span(known.begin(), known.size()))) + ")");
}

const json* object_reader::find(std::string_view key) const
{
    const auto member = m_object.find(key);
    return member == m_object.end() ? nullptr : &*member;
}

const json& object_reader::require(std::string_view key) const
{
    const json* member = find(key);
    if (member == nullptr)
        fail(key, "a value", "none");
    return *member;
}

std::uint64_t object_reader::required_integer(std::string_view key, std::uint64_t least,
                                              std::uint64_t most) const
{
    const json& member = require(key);
    const bool fits = member.is_number_unsigned() && member.get<std::uint64_t>() >= least &&
                      member.get<std::uint64_t>() <= most;
    if (!fits)
        fail(key, "an integer from " + std::to_string(least) + " to " + std::to_string(most),
             describe(member));
    return member.get<std::uint64_t>();
}

std::uint64_t object_reader::integer(std::string_view key, std::uint64_t least, std::uint64_t most,
                                     std::uint64_t fallback) const
{
    return find(key) == nullptr ? fallback : required_integer(key, least, most);
}

double object_reader::number(std::string_view key, double least, double most, double fallback) const
{
    const json* member = find(key);
    if (member == nullptr)
        return fallback;
    const double value = member->is_number() ? member->get<double>() : std::nan("");
    if (!(value >= least && value <= most))
        fail(key, "a number from " + describe(least) + " to " + describe(most), describe(*member));
    return value;
}

double object_reader::required_positive(std::string_view key, double most) const
{
    const json& member = require(key);
    const double value = member.is_number() ? member.get<double>() : std::nan("");
    if (!(value > 0 && value <= most))
        fail(key, "a number above 0 and at most " + describe(most), describe(member));
    return value;
}

double object_reader::positive(std::string_view key, double most, double fallback) const
{
    return find(key) == nullptr ? fallback : required_positive(key, most);
}

std::string_view object_reader::choice(std::string_view key,
                                       std::span<const std::string_view> choices,
                                       std::string_view fallback) const
{
    const json* member = find(key);
    if (member == nullptr)
        return fallback;
    if (member->is_string())
        for (const std::string_view c : choices)
            if (member->get_ref<const std::string&>() == c)
                return c;
    fail(key, list_of_choices(choices), describe(*member));
}

void object_reader::check_text(std::string_view key) const
{
    const json* member = find(key);
    if (member != nullptr && !member->is_string())
        fail(key, "a string", describe(*member));
}

std::string object_reader::pointer_to(std::string_view key) const
{
    return m_pointer + pointer_step(key);
}

void object_reader::fail(std::string_view key, const std::string& expected,
                         const std::string& found) const
{
    fail_at(m_origin, pointer_to(key), expected, found);
}

} // namespace examples
