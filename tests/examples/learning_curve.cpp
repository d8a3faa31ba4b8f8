// SPDX-License-Identifier: BSD-3-Clause
#include "support/learning_curve.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace examples;

namespace
{

const std::vector<epoch_record> two_epochs{{1, 100, 0.5, 0.61, 0.62, 0.63, 1},
                                           {2, 100, 0.4, 0.71, 0.72, 0.73, 1}};

/// The environment variable PATH while the object lives.
class search_path
{
public:
    explicit search_path(const std::string& value) : m_old{std::getenv("PATH")}
    {
        ::setenv("PATH", value.c_str(), 1);
    }
    ~search_path() { ::setenv("PATH", m_old.c_str(), 1); }
    search_path(const search_path&) = delete;
    search_path& operator=(const search_path&) = delete;

private:
    std::string m_old;
};

/// Makes an executable script `gnuplot` in @p folder.
void fake_gnuplot(const xgrad::test::temporary_folder& folder, const std::string& text)
{
    const auto path = folder.write("gnuplot", "#!/bin/sh\n" + text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("learning_curve_script: holds the accuracies in per cent")
{
    const std::string script = learning_curve_script(two_epochs, "convnet", "svg");
    CHECK(contains(script, "set terminal svg\n"));
    CHECK(contains(script, "\"convnet\""));
    CHECK(contains(script, "\n1 61 63 62\n2 71 73 72\nend\n"));
    CHECK(contains(script, "held-out"));
    CHECK(contains(script, "set xrange [0.5:2.5]"));
    CHECK(contains(script, "set yrange [60:74]"));
}

TEST_CASE("learning_curve_script: shows no held-out images where there are none")
{
    const std::vector<epoch_record> history{{1, 100, 0.5, 1.0, std::nullopt, 1.0, 1}};
    const std::string script = learning_curve_script(history, "mlp", "svg");
    CHECK_FALSE(contains(script, "held-out"));
    CHECK(contains(script, "set yrange [99:100.5]"));
}

TEST_CASE("draw_learning_curve: draws both pictures, whatever the name of the folder")
{
    const xgrad::test::temporary_folder folder;
    const auto odd = folder.path() / "a'b\"; touch c #$(touch d)\n`touch e`";
    std::filesystem::create_directory(odd);
    const std::string note = draw_learning_curve(two_epochs, "convnet", odd);
    if (note == "learning_curve.svg was not drawn: gnuplot is not installed")
    {
        MESSAGE("gnuplot is not installed: only the note was tested");
        return;
    }
    CHECK(note.empty());
    const std::string svg = xgrad::test::read_text(odd / "learning_curve.svg");
    CHECK(contains(svg, "<svg"));
    CHECK(contains(svg, "</svg>"));
    CHECK(contains(svg, "test images"));
    CHECK(xgrad::test::read_text(odd / "learning_curve.png").starts_with("\x89PNG"));
    CHECK(folder.names().size() == 1);
}

TEST_CASE("draw_learning_curve: notes that gnuplot is not installed")
{
    const xgrad::test::temporary_folder folder;
    const search_path nowhere(folder.path().string());
    CHECK(draw_learning_curve(two_epochs, "convnet", folder.path()) ==
          "learning_curve.svg was not drawn: gnuplot is not installed");
    CHECK(folder.names().empty());
}

TEST_CASE("draw_learning_curve: notes that gnuplot failed and writes none of its output")
{
    const xgrad::test::temporary_folder folder;
    const xgrad::test::temporary_folder programs;
    const search_path fakes(programs.path().string());
    for (const char* text : {"echo half a picture; exit 1", "exit 0", "kill -9 $$"})
    {
        CAPTURE(text);
        fake_gnuplot(programs, text);
        CHECK(draw_learning_curve(two_epochs, "convnet", folder.path()) ==
              "learning_curve.svg was not drawn: gnuplot failed");
        CHECK(folder.names().empty());
    }
}

TEST_CASE("draw_learning_curve: has nothing to draw without an epoch")
{
    const xgrad::test::temporary_folder folder;
    CHECK(contains(draw_learning_curve({}, "convnet", folder.path()), "no epoch was finished"));
    CHECK(folder.names().empty());
}
