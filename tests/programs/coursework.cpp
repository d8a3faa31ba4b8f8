// SPDX-License-Identifier: BSD-3-Clause
//
// The program coursework from the outside: what it writes, resuming, interruption, bad input.

#include "programs/run_program.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

using xgrad::test::child_process;
using xgrad::test::is_one_message;
using xgrad::test::outcome;
using xgrad::test::read_text;
using xgrad::test::run;
using xgrad::test::temporary_folder;
using xgrad::test::wait_for;
using arguments = std::vector<std::string>;

namespace
{

const std::filesystem::path program = XGRAD_COURSEWORK;
const std::filesystem::path programs_folder = program.parent_path();

const arguments few_digits{
    "--set=epochs=2", "--set=validation=30",
    R"(--set=dataset={"name": "digits", "training_images": 250, "test_images": 120})"};

arguments joined(arguments a, const arguments& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

outcome run_on_few_digits(const arguments& more) { return run(program, joined(few_digits, more)); }

nlohmann::json json_in(const std::filesystem::path& path)
{
    return nlohmann::json::parse(read_text(path));
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// The results of the cells without what differs from run to run: the times.
nlohmann::json results_without_times(const std::filesystem::path& folder)
{
    nlohmann::json cells = json_in(folder / "results.json")["cells"];
    for (nlohmann::json& c : cells)
    {
        c["result"].erase("seconds");
        c["result"].erase("training_seconds");
        for (nlohmann::json& r : c["result"]["history"])
            r.erase("seconds");
    }
    return cells;
}

/// A hyperparameter file for softmax regression on a few digits.
std::string file_text(const std::string& epochs)
{
    return R"({"epochs": )" + epochs +
           R"(, "learning_rate": 0.1, "validation": 30, "dataset": {"name": "digits", )"
           R"("training_images": 250, "test_images": 120}})";
}

} // namespace

TEST_CASE("coursework: all twelve cells, each as its own program trains it")
{
    const temporary_folder folder;
    const auto out = folder.path() / "all";
    const outcome o = run_on_few_digits({"--threads", "2", "--output", out.string()});
    CHECK(o.status == 0);
    CHECK(o.errors.empty());
    CHECK(contains(o.output, "reported accuracies are those for MNIST, and do not apply"));
    CHECK(contains(o.output, "[12/12]"));
    CHECK(contains(o.output, "convnet 3"));

    const std::string csv = read_text(out / "table.csv");
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 13);
    const std::string markdown = read_text(out / "table.md");
    CHECK(std::count(markdown.begin(), markdown.end(), '\n') == 14);
    const nlohmann::json results = json_in(out / "results.json");
    CHECK(results["interrupted"] == false);
    CHECK(results["table"].size() == 12);
    CHECK(results["table"][0]["reported"].is_null());
    for (const auto& entry : std::filesystem::directory_iterator(out))
        CHECK(entry.path().filename().string()[0] != '.');

    REQUIRE(results["cells"].size() == 12);
    for (const nlohmann::json& cell : results["cells"])
    {
        const std::string model = cell["model"];
        if (cell["setting"] != 2)
            continue;
        CAPTURE(model);
        const auto file = std::filesystem::path(XGRAD_HYPERPARAMETERS) / model / "setting2.json";
        const auto own = folder.path() / model;
        REQUIRE(run(programs_folder / model,
                    joined(few_digits, {file.string(), "--quiet", "--output", own.string()}))
                    .status == 0);
        const nlohmann::json expected = json_in(own / "result.json");
        CHECK(cell["result"]["test_accuracy"] == expected["test_accuracy"]);
        CHECK(cell["result"]["train_accuracy"] == expected["train_accuracy"]);
        CHECK(cell["result"]["parameters"] == expected["parameters"]);
        CHECK(cell["config"] == expected["config"]);
    }
}

TEST_CASE("coursework: neither threads nor the order of work change a result")
{
    const temporary_folder folder;
    const arguments cells{"--models", "mlp,softmax_regression", "--settings", "3", "--seeds", "2"};
    for (const std::string threads : {"1", "2", "7"})
        REQUIRE(run_on_few_digits(joined(cells, {"--quiet", "--threads", threads, "--output",
                                                 (folder.path() / threads).string()}))
                    .status == 0);
    const nlohmann::json one = results_without_times(folder.path() / "1");
    REQUIRE(one.size() == 4);
    CHECK(one[0]["model"] == "mlp");
    CHECK(one[0]["config"]["seed"] == 1);
    CHECK(one[1]["config"]["seed"] == 2);
    CHECK(one[0]["result"] != one[1]["result"]);
    CHECK(results_without_times(folder.path() / "2") == one);
    CHECK(results_without_times(folder.path() / "7") == one);
}

TEST_CASE("coursework: what is finished is not trained again, unless it would be another run")
{
    const temporary_folder folder;
    const std::string out = folder.path().string();
    const auto cell = folder.path() / "cells" / "mlp-1-seed1.json";
    const arguments mlp{"--models=mlp", "--output", out};
    REQUIRE(run_on_few_digits(joined(mlp, {"--settings=1"})).status == 0);
    const std::string first = read_text(cell);

    const outcome second = run_on_few_digits(joined(mlp, {"--settings=1,2"}));
    CHECK(second.status == 0);
    CHECK(contains(second.output, "[1/2] mlp 1"));
    CHECK(contains(second.output, "finished before"));
    CHECK(contains(second.output, "[2/2] mlp 2"));
    CHECK(read_text(cell) == first);

    const outcome changed =
        run_on_few_digits(joined(mlp, {"--settings=1", "--set=learning_rate=0.5"}));
    CHECK(changed.status == 0);
    CHECK(contains(changed.output,
                   "mlp-1-seed1.json is of another config/learning_rate, trained again"));
    CHECK_FALSE(contains(changed.output, "finished before"));
    CHECK(read_text(cell) != first);

    folder.write("cells/mlp-1-seed1.json", first.substr(0, first.size() / 2));
    const outcome broken = run_on_few_digits(joined(mlp, {"--settings=1"}));
    CHECK(broken.status == 0);
    CHECK(contains(broken.output, "mlp-1-seed1.json is no result of coursework, trained again"));
    CHECK(contains(run_on_few_digits(joined(mlp, {"--settings=1"})).output, "finished before"));
}

TEST_CASE("coursework: an interruption keeps what is finished")
{
    const temporary_folder folder;
    const auto files = folder.path() / "hyperparameters" / "softmax_regression";
    std::filesystem::create_directories(files);
    folder.write("hyperparameters/softmax_regression/setting1.json", file_text("1"));
    folder.write("hyperparameters/softmax_regression/setting2.json", file_text("100000"));
    const auto out = folder.path() / "out";
    const arguments both{"--models=softmax_regression",
                         "--hyperparameters",
                         files.parent_path().string(),
                         "--output",
                         out.string(),
                         "--threads=2"};
    child_process child(program, joined(both, {"--settings=1,2", "--quiet"}));
    REQUIRE(wait_for(out / "cells" / "softmax_regression-1-seed1.json"));
    child.send(SIGINT);
    CHECK(child.wait() == 128 + SIGINT);
    CHECK(child.output().empty());
    CHECK(is_one_message(child.errors(), program,
                         "interrupted after 1 of 2 cells; the same command goes on from there"));
    const nlohmann::json results = json_in(out / "results.json");
    CHECK(results["interrupted"] == true);
    CHECK(results["cells"].size() == 1);

    const outcome again = run(program, joined(both, {"--settings=1"}));
    CHECK(again.status == 0);
    CHECK(contains(again.output, "finished before"));
}

TEST_CASE(
    "coursework: errors of usage and input are one line and status 2, before anything is made")
{
    struct mistake
    {
        arguments a;
        std::string message;
    };
    const temporary_folder folder;
    std::filesystem::create_directories(folder.path() / "h" / "mlp");
    folder.write("h/mlp/setting1.json", file_text("1"));
    folder.write("h/mlp/setting2.json", R"({"epochs": 1, "learning_rate": 1})");
    const std::string other = (folder.path() / "h").string();
    const std::string out = (folder.path() / "out").string();
    const std::vector<mistake> mistakes{
        {{"--models", "mpl"}, "found \"mpl\" (the nearest is mlp)"},
        {{"--models", "mlp,mlp"}, "expected each of --models once, found \"mlp\" twice"},
        {{"--models", ""}, "expected names of models after --models, found \"\""},
        {{"--settings", "4"}, "expected numbers from 1 to 3 after --settings, found \"4\""},
        {{"--settings", "1,"}, "expected numbers from 1 to 3 after --settings, found \"\""},
        {{"--seeds", "0"}, "expected a number from 1 to 1000 after --seeds, found \"0\""},
        {{"--threads", "-2"}, "expected a number from 1 to 1024 after --threads, found \"-2\""},
        {{"--sets"}, "(the nearest is --set)"},
        {{"setting1.json"}, "expected options only, found \"setting1.json\""},
        {{"--set", "epoch=1"}, "nearest known key is \"epochs\""},
        {{"--data", "/no/such/folder"}, "/no/such/folder: expected"},
        {{"--hyperparameters", "/no/such"}, "setting1.json: expected a file"},
        {{"--models=mlp", "--settings=1,2", "--hyperparameters", other},
         "mlp/setting2.json: expected the images"}};
    for (const mistake& m : mistakes)
    {
        CAPTURE(m.message);
        const outcome o = run(program, joined(m.a, {"--output", out}));
        CHECK(o.status == 2);
        CHECK(o.output.empty());
        CAPTURE(o.errors);
        CHECK(is_one_message(o.errors, program, m.message));
        CHECK_FALSE(std::filesystem::exists(out));
    }
}

TEST_CASE("coursework: a full disk is one line and status 1 and leaves no half of a file")
{
    const temporary_folder folder;
    const outcome o = run(program,
                          joined(few_digits, {"--models=softmax_regression", "--settings=1",
                                              "--output", folder.path().string(), "--quiet"}),
                          {.standard_output = "", .largest_file = 300});
    CHECK(o.status == 1);
    CHECK(is_one_message(o.errors, program, "seed1.json: expected to write it"));
    CHECK(std::filesystem::is_empty(folder.path() / "cells"));
}

TEST_CASE("coursework: help and version go to standard output")
{
    CHECK(run(program, {"--help"}).output.starts_with("usage: coursework"));
    CHECK(run(program, {"--version"}).output.starts_with("xgrad "));
}
