// SPDX-License-Identifier: BSD-3-Clause
#include "support/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace examples;

TEST_CASE("nearest: takes the candidate of the fewest edits")
{
    constexpr std::array<std::string_view, 4> keys{"seed", "epochs", "batch_size", "learning_rate"};
    CHECK(nearest("epoch", keys) == "epochs");
    CHECK(nearest("learnin_rte", keys) == "learning_rate");
    CHECK(nearest("batchSize", keys) == "batch_size");
    CHECK(nearest("sed", keys) == "seed");
    CHECK(nearest("", keys) == "seed");
    CHECK(nearest(std::string(100'000, 'x'), keys).size() > 0);
}

TEST_CASE("nearest: takes the first of equals")
{
    constexpr std::array<std::string_view, 2> keys{"ab", "cd"};
    CHECK(nearest("xy", keys) == "ab");
}

TEST_CASE("list_of_choices: reads as English")
{
    constexpr std::array<std::string_view, 3> choices{"a", "b", "c"};
    CHECK(list_of_choices(std::span(choices).first(1)) == R"("a")");
    CHECK(list_of_choices(std::span(choices).first(2)) == R"("a" or "b")");
    CHECK(list_of_choices(choices) == R"("a", "b" or "c")");
}

TEST_CASE("quote: keeps to one line of a sensible length")
{
    CHECK(quote("a b") == "\"a b\"");
    CHECK(quote("a\nb\x1b[2J") == "\"a?b?[2J\"");
    CHECK(quote(std::string(1000, 'x')).size() < 100);
}

TEST_CASE("parse_unsigned: takes digits and nothing else")
{
    CHECK(parse_unsigned("0") == 0);
    CHECK(parse_unsigned("18446744073709551615") == 18446744073709551615U);
    for (const char* text :
         {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "18446744073709551616"})
        CHECK_FALSE(parse_unsigned(text).has_value());
}
