// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

// JSON as the programs want it: nothing is converted, nothing ignored, nothing read twice. Every
// error is an input_error of one sentence: file, JSON pointer, what was expected, what was found.

namespace examples
{

using json = nlohmann::ordered_json;

/// Files longer than this, in bytes, are refused.
inline constexpr std::size_t largest_json_file = std::size_t{1} << 20;

/// Objects and arrays may be nested this deep.
inline constexpr int deepest_json = 16;

/// The value in @p text; @p origin names the file in messages. Refused beside what is no JSON: a
/// byte order mark, NUL bytes, duplicate keys, deep nesting.
json parse_json(std::string_view text, const std::string& origin);

/// The value in the regular file @p path.
json read_json_file(const std::filesystem::path& path);

/// What a message calls the value: its text when that is short.
std::string describe(const json& value);

/// Takes the members of one object by name and checks each.
class object_reader
{
public:
    /// @p pointer is the JSON pointer of @p object, "" at the top. @p origin names the file, and
    /// must, as @p object, outlive the reader.
    object_reader(const json& object, const std::string& origin, std::string pointer);

    /// Throws for the first member that is none of @p known.
    void allow_only(std::initializer_list<std::string_view> known) const;

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    /// The member, which must be there.
    [[nodiscard]] const json& require(std::string_view key) const;

    /// An integer of [least, most]; without the member @p fallback.
    [[nodiscard]] std::uint64_t integer(std::string_view key, std::uint64_t least,
                                        std::uint64_t most, std::uint64_t fallback) const;
    [[nodiscard]] std::uint64_t required_integer(std::string_view key, std::uint64_t least,
                                                 std::uint64_t most) const;

    /// A finite number of [least, most].
    [[nodiscard]] double number(std::string_view key, double least, double most,
                                double fallback) const;

    /// A finite number of (0, most].
    [[nodiscard]] double positive(std::string_view key, double most, double fallback) const;
    [[nodiscard]] double required_positive(std::string_view key, double most) const;

    /// One of @p choices.
    [[nodiscard]] std::string_view choice(std::string_view key,
                                          std::span<const std::string_view> choices,
                                          std::string_view fallback) const;

    /// Throws when the member @p key is there and no string.
    void check_text(std::string_view key) const;

    [[nodiscard]] std::string pointer_to(std::string_view key) const;

    [[noreturn]] void fail(std::string_view key, const std::string& expected,
                           const std::string& found) const;

private:
    /// The member or null.
    [[nodiscard]] const json* find(std::string_view key) const;

    const json& m_object;
    const std::string& m_origin;
    std::string m_pointer;
};

} // namespace examples
