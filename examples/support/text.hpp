// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace examples
{

/// The candidate that takes the fewest insertions, deletions and replacements of a character to
/// become @p word; the first of several. @p candidates must not be empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "a", "b" or "c".
std::string list_of_choices(std::span<const std::string_view> choices);

/// @p text in double quotes on one line: control characters become '?', what is over-long is cut.
std::string quote(std::string_view text);

/// @p text as one line, as `quote` but without quotes: for names of files inside of messages.
std::string one_line(std::string_view text);

/// The unsigned decimal number that @p text consists of, if it is one.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

} // namespace examples
