// SPDX-License-Identifier: BSD-3-Clause
#include "support/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <numeric>
#include <vector>

namespace examples
{

namespace
{

constexpr std::size_t longest_quotation = 80;

/// V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals",
/// 1966; row by row.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j)
        {
            const std::size_t replaced = diagonal + (a[i] != b[j] ? 1 : 0);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row[b.size()];
}

} // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates)
{
    // Nothing that long is near to anything; the distance takes time in proportion to the length.
    word = word.substr(0, longest_quotation);
    return *std::min_element(candidates.begin(), candidates.end(),
                             [word](std::string_view a, std::string_view b)
                             { return edit_distance(word, a) < edit_distance(word, b); });
}

std::string list_of_choices(std::span<const std::string_view> choices)
{
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i)
    {
        if (i > 0)
            text += i + 1 < choices.size() ? ", " : " or ";
        text += '"' + std::string(choices[i]) + '"';
    }
    return text;
}

std::string one_line(std::string_view text)
{
    std::string line(text);
    std::replace_if(
        line.begin(), line.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return line;
}

std::string quote(std::string_view text)
{
    const bool cut = text.size() > longest_quotation;
    return '"' + one_line(text.substr(0, longest_quotation)) + (cut ? "...\"" : "\"");
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text)
{
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || text.empty())
        return std::nullopt;
    return value;
}

} // namespace examples
