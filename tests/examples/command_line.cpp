// SPDX-License-Identifier: BSD-3-Clause
#include "support/command_line.hpp"

#include "support/error.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

using namespace examples;

namespace
{

command_line parse(std::initializer_list<const char*> arguments)
{
    return parse_command_line("convnet", std::vector<const char*>(arguments));
}

/// The message for arguments that are refused; empty when they are not.
std::string refusal(std::initializer_list<const char*> arguments)
{
    try
    {
        parse(arguments);
        return "";
    }
    catch (const input_error& e)
    {
        return e.what();
    }
}

} // namespace

TEST_CASE("parse_command_line: a file alone leaves the defaults")
{
    const command_line c = parse({"setting1.json"});
    CHECK(c.hyperparameters == "setting1.json");
    CHECK_FALSE(c.data.has_value());
    CHECK_FALSE(c.output.has_value());
    CHECK(c.threads == 1);
    CHECK(c.settings.empty());
    CHECK_FALSE(c.quiet);
}

TEST_CASE("parse_command_line: takes options anywhere and in both forms")
{
    const command_line c =
        parse({"--data", "d", "--threads=4", "s.json", "--output=o=p", "--quiet", "--set", "seed=3",
               "--set=initializer.name=zeros", "--set", "seed="});
    CHECK(c.hyperparameters == "s.json");
    CHECK(c.data == "d");
    CHECK(c.output == "o=p");
    CHECK(c.threads == 4);
    CHECK(c.quiet);
    REQUIRE(c.settings.size() == 3);
    CHECK(c.settings[0].key == "seed");
    CHECK(c.settings[0].value == "3");
    CHECK(c.settings[1].key == "initializer.name");
    CHECK(c.settings[1].value == "zeros");
    CHECK(c.settings[2].value.empty());
}

TEST_CASE("parse_command_line: two dashes end the options")
{
    CHECK(parse({"--", "--odd.json"}).hyperparameters == "--odd.json");
}

TEST_CASE("parse_command_line: help and version need no file")
{
    CHECK(parse({"--help"}).help);
    CHECK(parse({"--version"}).version);
}

TEST_CASE("parse_command_line: refuses in one sentence that shows the way to the help")
{
    const std::string help = "; see convnet --help";
    CHECK(refusal({}) == "expected the name of a hyperparameter file, found none" + help);
    CHECK(refusal({""}) ==
          "expected the name of a hyperparameter file, found an empty argument" + help);
    CHECK(refusal({"a", "b"}) ==
          "expected one hyperparameter file, found a second one, \"b\"" + help);
    CHECK(refusal({"a", "--sett", "b"}) ==
          "expected an option of this program, found \"--sett\" (the nearest is --set)" + help);
    CHECK(refusal({"a", "--data"}) ==
          "expected a value after --data, found the end of the line" + help);
    CHECK(refusal({"a", "--data="}) ==
          "expected a folder after --data, found an empty argument" + help);
    CHECK(refusal({"a", "--quiet=1"}) ==
          "expected --quiet without a value, found \"--quiet=1\"" + help);
    CHECK(refusal({"a", "--quiet", "--quiet"}) == "expected --quiet once, found it twice" + help);
    for (const char* threads : {"0", "-1", "1025", "two", "", "1.5"})
        CHECK(refusal({"a", "--threads", threads}) ==
              "expected a number from 1 to 1024 after --threads, found \"" + std::string(threads) +
                  '"' + help);
    for (const char* setting : {"", "seed", "=3"})
        CHECK(refusal({"a", "--set", setting}) ==
              "expected key=value after --set, found \"" + std::string(setting) + '"' + help);
}

TEST_CASE("usage: names every option")
{
    const std::string text = usage("convnet");
    for (const char* option :
         {"--data", "--output", "--threads", "--set", "--quiet", "--help", "--version"})
        CHECK(text.find(option) != std::string::npos);
}
