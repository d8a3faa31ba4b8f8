// SPDX-License-Identifier: BSD-3-Clause
//
// The example programs from the outside: status, output, files, bad input, interruption.

#include "programs/run_program.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

using xgrad::test::child_process;
using xgrad::test::is_one_message;
using xgrad::test::outcome;
using xgrad::test::run;
using xgrad::test::temporary_folder;
using xgrad::test::wait_for;
using arguments = std::vector<std::string>;

namespace
{

/// The programs that were built, and the probe among them.
std::vector<std::filesystem::path> programs()
{
    std::vector<std::filesystem::path> result;
    std::istringstream list(XGRAD_PROGRAMS);
    for (std::string path; std::getline(list, path, ':');)
        result.emplace_back(path);
    return result;
}

std::string settings_of(const std::filesystem::path& program)
{
    const std::filesystem::path folder = XGRAD_HYPERPARAMETERS;
    const bool own = std::filesystem::exists(folder / program.filename());
    return (folder / (own ? program.filename() : "softmax_regression") / "setting1.json").string();
}

/// A run of two epochs on a few digits, and @p more.
arguments short_run(const std::filesystem::path& program, const arguments& more = {})
{
    arguments all{
        settings_of(program), "--set=epochs=2", "--set=validation=30",
        R"(--set=dataset={"name": "digits", "training_images": 250, "test_images": 120})"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

nlohmann::json result_in(const std::filesystem::path& folder)
{
    return nlohmann::json::parse(xgrad::test::read_text(folder / "result.json"));
}

} // namespace

TEST_CASE("programs: a run ends with success and leaves its results")
{
    for (const auto& program : programs())
    {
        CAPTURE(program);
        const temporary_folder folder;
        const auto out = folder.path() / "new" / "folder";
        const outcome o = run(program, short_run(program, {"--output", out.string()}));
        CHECK(o.status == 0);
        CHECK(o.errors.empty());
        CHECK(o.output.starts_with("data generated digits"));
        CHECK(o.output.find("epoch 2/2") != std::string::npos);

        const nlohmann::json r = result_in(out);
        CHECK(r["model"] == program.filename().string());
        CHECK(r["config"]["epochs"] == 2);
        CHECK(r["parameters"].get<int>() > 0);
        CHECK(r["dataset"]["training_images"] == 220);
        CHECK(r["test_accuracy"].is_number());
        const std::string history = xgrad::test::read_text(out / "history.csv");
        CHECK(std::count(history.begin(), history.end(), '\n') == 3);
        for (const auto& entry : std::filesystem::directory_iterator(out))
            CHECK(entry.path().filename().string()[0] != '.');
    }
}

TEST_CASE("programs: the same seed gives the same results")
{
    for (const auto& program : programs())
    {
        CAPTURE(program);
        const temporary_folder folder;
        const auto results = [&](const std::string& name, const std::string& seed)
        {
            const auto out = folder.path() / name;
            const outcome o = run(program, short_run(program, {"--quiet", "--output", out.string(),
                                                               "--set", "seed=" + seed}));
            REQUIRE(o.status == 0);
            return result_in(out);
        };
        const nlohmann::json first = results("a", "1");
        const nlohmann::json second = results("b", "1");
        CHECK(first["loss"] == second["loss"]);
        CHECK(first["test_accuracy"] == second["test_accuracy"]);
        if (program.filename() != "probe") // which learns nothing
            CHECK(first["loss"] != results("c", "2")["loss"]);
    }
}

TEST_CASE("programs: quiet ones print nothing and write nothing unless told where")
{
    for (const auto& program : programs())
    {
        CAPTURE(program);
        const outcome o = run(program, short_run(program, {"--quiet"}));
        CHECK(o.status == 0);
        CHECK(o.output.empty());
        CHECK(o.errors.empty());
    }
}

TEST_CASE("programs: help and version go to standard output")
{
    for (const auto& program : programs())
    {
        CAPTURE(program);
        const outcome help = run(program, {"--help"});
        CHECK(help.status == 0);
        CHECK(help.output.starts_with("usage: " + program.filename().string()));
        CHECK(help.errors.empty());
        const outcome version = run(program, {"--version"});
        CHECK(version.status == 0);
        CHECK(version.output.starts_with("xgrad "));
    }
}

TEST_CASE("programs: errors of usage and input are one line and status 2, before anything is made")
{
    struct mistake
    {
        arguments a;
        std::string message;
    };
    const temporary_folder folder;
    const std::string out = (folder.path() / "out").string();
    const std::string page = folder.write("train-images-idx3-ubyte", "<!DOCTYPE html>").string();
    folder.write("train-labels-idx1-ubyte", "");
    const std::string broken = folder.write("broken.json", "{\"epochs\": 3").string();
    for (const auto& program : programs())
    {
        const std::string good = settings_of(program);
        const std::vector<mistake> mistakes{
            {{}, "expected the name of a hyperparameter file"},
            {{good, "--nonsense"}, "the nearest is"},
            {{good, "--threads", "none"}, "expected a number from 1"},
            {{"no.json"}, "no.json: expected a file, found no such file"},
            {{broken}, "broken.json: expected JSON"},
            {{good, "--set", "epochs=-1"}, "/epochs: expected an integer"},
            {{good, "--set", "epoch=1"}, "nearest known key is \"epochs\""},
            {{good, "--data", "/no/such/folder"}, "/no/such/folder: expected"},
            {{good, "--data", folder.path().string()}, page},
            {short_run(program, {"--set", "validation=250"}), "/validation: expected fewer"},
            {short_run(program, {"--output", "/proc/nothing"}),
             "/proc/nothing: expected a folder"}};
        for (const mistake& m : mistakes)
        {
            CAPTURE(program);
            CAPTURE(m.message);
            arguments a = m.a;
            if (std::find(a.begin(), a.end(), "--output") == a.end())
                a.insert(a.end(), {"--output", out});
            const outcome o = run(program, a);
            CHECK(o.status == 2);
            CHECK(o.output.empty());
            CAPTURE(o.errors);
            CHECK(is_one_message(o.errors, program, m.message));
            CHECK_FALSE(std::filesystem::exists(out));
        }
    }
}

TEST_CASE("programs: a full disk is one line and status 1 and leaves no half of a file")
{
    for (const auto& program : programs())
    {
        CAPTURE(program);
        const temporary_folder folder;
        const outcome o =
            run(program, short_run(program, {"--output", folder.path().string(), "--quiet"}),
                {.standard_output = "", .largest_file = 100});
        CHECK(o.status == 1);
        CHECK(is_one_message(o.errors, program, "history.csv: expected to write it"));
        CHECK(folder.names().empty());
    }
}

TEST_CASE("programs: standard output that takes nothing is one line and status 1")
{
    for (const auto& program : programs())
    {
        CAPTURE(program);
        const outcome o =
            run(program, short_run(program), {.standard_output = "/dev/full", .largest_file = 0});
        CHECK(o.status == 1);
        CHECK(is_one_message(o.errors, program, "standard output: expected to write it"));
    }
}

TEST_CASE("programs: an interruption ends the step and writes what there is")
{
    for (const auto& program : programs())
        for (const int signal : {SIGINT, SIGTERM})
        {
            CAPTURE(program);
            CAPTURE(signal);
            const temporary_folder folder;
            child_process child(program,
                                short_run(program, {"--quiet", "--output", folder.path().string(),
                                                    "--set", "epochs=100000"}));
            REQUIRE(wait_for(folder.path() / "history.csv"));
            child.send(signal);
            CHECK(child.wait() == 128 + signal);
            CHECK(child.output().empty());
            CHECK(is_one_message(child.errors(), program, "interrupted after "));
            const nlohmann::json r = result_in(folder.path());
            CHECK(r["interrupted"] == true);
            CHECK(r["epochs_completed"].get<int>() >= 1);
            CHECK(r["epochs_completed"].get<int>() < 100000);
        }
}

TEST_CASE("programs: any other failure is one line and status 1")
{
    const std::filesystem::path probe = programs().front();
    REQUIRE(probe.filename() == "probe");
    const outcome o = run(probe, short_run(probe, {"--set", "seed=666"}));
    CHECK(o.status == 1);
    CHECK(o.errors == "probe: a failure?in two lines\n");
}
