// SPDX-License-Identifier: BSD-3-Clause
#include "support/strict_json.hpp"

#include "support/error.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

using namespace examples;

namespace
{

/// The message of the input_error that @p f throws; empty when it throws none.
std::string refusal(const std::function<void()>& f)
{
    try
    {
        f();
        return "";
    }
    catch (const input_error& e)
    {
        return e.what();
    }
}

std::string parse_refusal(std::string_view text)
{
    return refusal([text] { static_cast<void>(parse_json(text, "f")); });
}

std::string read_refusal(const std::filesystem::path& path)
{
    return refusal([&path] { static_cast<void>(read_json_file(path)); });
}

std::string nested(int levels)
{
    std::string text;
    for (int i = 0; i < levels; ++i)
        text += R"({"a":)";
    return text + "1" + std::string(static_cast<std::size_t>(levels), '}');
}

} // namespace

TEST_CASE("parse_json: reads JSON")
{
    CHECK(parse_json(R"( {"a": [1, {"b": -2.5e3}], "c": null} )", "f")["a"][1]["b"] == -2500.0);
}

TEST_CASE("parse_json: refuses duplicate keys at any depth, with their pointer")
{
    CHECK(parse_refusal(R"({"a": 1, "b": 2, "a": 1})") ==
          R"(f: /a: expected each key once, found "a" twice)");
    CHECK(parse_refusal(R"({"x": {"y": {"a/b": 1, "a/b": 2}}})") ==
          R"(f: /x/y/a~1b: expected each key once, found "a/b" twice)");
    CHECK(parse_refusal(R"({"x": {"a": 1}, "y": {"a": 1}, "a": {"a": 1}})").empty());
}

TEST_CASE("parse_json: refuses deep nesting without recursion")
{
    CHECK(parse_refusal(nested(deepest_json)).empty());
    CHECK(parse_refusal(nested(deepest_json + 1))
              .ends_with("expected at most 16 levels, "
                         "found deeper nesting"));
    CHECK(parse_refusal(std::string(1'000'000, '[')).find("16 levels") != std::string::npos);
}

TEST_CASE("parse_json: refuses what other readers let pass")
{
    CHECK(parse_refusal("\xef\xbb\xbf{}") ==
          "f: expected JSON in UTF-8, found a byte order mark before it");
    CHECK(parse_refusal(std::string_view("{}\0\0", 4)) ==
          "f: expected JSON, found a NUL byte at offset 2");
    CHECK(parse_refusal("") == "f: expected a JSON object, found an empty file");
    CHECK(parse_refusal(" \r\n\t") == "f: expected a JSON object, found an empty file");
}

TEST_CASE("parse_json: tells syntax errors in one line with their place")
{
    for (const char* text :
         {"{", "{}}", "{\"a\": NaN}", "{\"a\": 1e999}", "{\"a\": 01}", "{'a': 1}", "{\"a\": 1,}",
          "// no\n{}", "{\"a\": \"\xff\"}", "{\"a\": \"\n\"}", "hello"})
    {
        CAPTURE(text);
        const std::string message = parse_refusal(text);
        CHECK(message.starts_with("f: expected JSON, found an error: "));
        CHECK(message.find('\n') == std::string::npos);
        CHECK(message.find("json.exception") == std::string::npos);
    }
    CHECK(parse_refusal("{\n\n  \"a\" 1}").find("line 3, column 7") != std::string::npos);
}

TEST_CASE("read_json_file: reads regular files of a sensible size")
{
    const xgrad::test::temporary_folder folder;
    CHECK(read_json_file(folder.write("a.json", R"({"a": 1})"))["a"] == 1);

    const auto missing = folder.path() / "b.json";
    CHECK(read_refusal(missing) == missing.string() + ": expected a file, found no such file");
    CHECK(read_refusal(folder.path()) ==
          folder.path().string() + ": expected a regular file, found a folder");
    const auto pipe = folder.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(read_refusal(pipe).ends_with("expected a regular file, found a pipe, socket or device"));
    CHECK(read_refusal("/dev/zero").ends_with("found a pipe, socket or device"));

    const std::string brim = "{" + std::string(largest_json_file - 2, ' ') + "}";
    CHECK(read_refusal(folder.write("full.json", brim)).empty());
    CHECK(read_refusal(folder.write("long.json", brim + " "))
              .ends_with("expected at most 1048576 bytes, found a longer file"));
}

TEST_CASE("object_reader: takes numbers of the right type and range only")
{
    const std::string origin = "f";
    const json object = parse_json(
        R"({"zero": 0, "three": 3, "minus": -1, "half": 3.9, "whole": 3.0, "big": 1e20,
            "largest": 18446744073709551615, "beyond": 18446744073709551616,
            "text": "3", "yes": true, "none": null, "list": [3], "object": {}})",
        origin);
    const object_reader reader(object, origin, "/o");
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

    CHECK(reader.integer("three", 1, 3, 7) == 3);
    CHECK(reader.integer("absent", 1, 3, 7) == 7);
    CHECK(reader.integer("largest", 0, most, 7) == most);
    for (const char* key :
         {"minus", "half", "whole", "big", "beyond", "text", "yes", "none", "list", "object"})
    {
        CAPTURE(key);
        CHECK_THROWS_AS(static_cast<void>(reader.integer(key, 0, most, 7)), input_error);
    }
    CHECK(refusal([&] { static_cast<void>(reader.integer("half", 1, 9, 7)); }) ==
          "f: /o/half: expected an integer from 1 to 9, found 3.9");
    CHECK(refusal([&] { static_cast<void>(reader.integer("three", 4, 9, 7)); }) ==
          "f: /o/three: expected an integer from 4 to 9, found 3");
    CHECK(refusal([&] { static_cast<void>(reader.integer("three", 0, 2, 7)); }) ==
          "f: /o/three: expected an integer from 0 to 2, found 3");
    CHECK(refusal([&] { static_cast<void>(reader.required_integer("absent", 0, 2)); }) ==
          "f: /o/absent: expected a value, found none");

    CHECK(reader.number("half", -1, 4, 7) == 3.9);
    CHECK(reader.number("three", -1, 4, 7) == 3);
    CHECK(reader.number("absent", -1, 4, 7) == 7);
    for (const char* key : {"text", "yes", "none", "list", "object"})
    {
        CAPTURE(key);
        CHECK_THROWS_AS(static_cast<void>(reader.number(key, -1e30, 1e30, 7)), input_error);
    }
    CHECK(refusal([&] { static_cast<void>(reader.number("object", -1, 4, 7)); }) ==
          "f: /o/object: expected a number from -1.0 to 4.0, found an object");
    CHECK(refusal([&] { static_cast<void>(reader.positive("zero", 4, 7)); }) ==
          "f: /o/zero: expected a number above 0 and at most 4.0, found 0");
    CHECK(reader.positive("half", 4, 7) == 3.9);
    CHECK_THROWS_AS(static_cast<void>(reader.positive("half", 3, 7)), input_error);
    CHECK_THROWS_AS(static_cast<void>(reader.positive("minus", 3, 7)), input_error);
}

TEST_CASE("object_reader: takes one of the choices only")
{
    const std::string origin = "f";
    const json object = parse_json(R"({"good": "sum", "case": "Sum", "number": 1})", origin);
    const object_reader reader(object, origin, "");
    constexpr std::array<std::string_view, 2> choices{"mean", "sum"};
    CHECK(reader.choice("good", choices, "mean") == "sum");
    CHECK(reader.choice("absent", choices, "mean") == "mean");
    CHECK(refusal([&] { static_cast<void>(reader.choice("case", choices, "mean")); }) ==
          R"(f: /case: expected "mean" or "sum", found "Sum")");
    CHECK_THROWS_AS(static_cast<void>(reader.choice("number", choices, "mean")), input_error);
}

TEST_CASE("object_reader: names the nearest key for an unknown one")
{
    const std::string origin = "f";
    const json object = parse_json(R"({"epochs": 1, "sed": 2})", origin);
    const object_reader reader(object, origin, "");
    CHECK(refusal(
              [&] {
                  reader.allow_only({"epochs", "seed"});
              }) ==
          R"(f: /sed: expected a known key, found "sed" (the nearest known key is "seed"))");
    CHECK_NOTHROW(reader.allow_only({"epochs", "sed", "more"}));
}

TEST_CASE("object_reader: wants an object")
{
    const std::string origin = "f";
    for (const char* text : {"[]", "3", "null", "\"a\""})
    {
        const json value = parse_json(text, origin);
        CHECK_THROWS_AS(object_reader(value, origin, ""), input_error);
    }
}
