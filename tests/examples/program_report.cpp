// SPDX-License-Identifier: BSD-3-Clause
#include "support/program_report.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

using namespace examples;

namespace
{

/// @p count black images of one pixel, all of class 0 of two.
xgrad::image_dataset black_images(std::size_t count)
{
    xgrad::image_dataset d;
    d.count = count;
    d.height = 1;
    d.width = 1;
    d.classes = 2;
    d.pixels.resize(count);
    d.labels.resize(count);
    return d;
}

struct quiet_run
{
    xgrad::test::temporary_folder folder;
    dataset data{{black_images(22), black_images(5)}, "nothing", "test", 2};
    hyperparameters options;
    program_report report;
    session s;

    quiet_run()
        : options{two_epochs()}, report("black", quiet_into(folder.path()), options, data),
          s(options, data, 1, report)
    {
    }

    static hyperparameters two_epochs()
    {
        hyperparameters h;
        h.epochs = 2;
        h.learning_rate = 0.1;
        h.batch_size = 4;
        return h;
    }

    static command_line quiet_into(const std::filesystem::path& folder)
    {
        command_line arguments;
        arguments.quiet = true;
        arguments.output = folder;
        return arguments;
    }

    void train(std::size_t epoch, double loss)
    {
        for (const batch& b : s.batches(epoch))
            s.finish_step(b, loss,
                          [](const batch& judged) { return std::vector<float>(2 * judged.count); });
    }

    [[nodiscard]] std::string history() const
    {
        return xgrad::test::read_text(folder.path() / "history.csv");
    }

    [[nodiscard]] nlohmann::json result() const
    {
        return nlohmann::json::parse(xgrad::test::read_text(folder.path() / "result.json"));
    }
};

} // namespace

TEST_CASE("program_report: history and results tell what the session counted")
{
    quiet_run run;
    run.s.set_parameter_count(17);
    for (const std::size_t epoch : run.s.epochs())
    {
        run.train(epoch, 3);
        const std::string history = run.history();
        CHECK(std::count(history.begin(), history.end(), '\n') == static_cast<long>(epoch) + 2);
    }
    run.report.finish(run.s);
    CHECK(run.history().find("\n2,20,3,1,1,1,") != std::string::npos);

    const nlohmann::json r = run.result();
    CHECK(r["model"] == "black");
    CHECK(r["config"]["batch_size"] == 4);
    CHECK(r["dataset"]["training_images"] == 20);
    CHECK(r["parameters"] == 17);
    CHECK(r["threads"] == 1);
    CHECK(r["epochs_completed"] == 2);
    CHECK(r["interrupted"] == false);
    CHECK(r["loss"] == 3.0);
    CHECK(r["train_accuracy"] == 1.0);
    CHECK(r["validation_accuracy"] == 1.0);
    CHECK(r["test_accuracy"] == 1.0);
    CHECK(r["training_seconds"].get<double>() > 0);
    CHECK(r["seconds_per_epoch"].get<double>() ==
          doctest::Approx(r["training_seconds"].get<double>() / 2));
    CHECK_FALSE(r["build"]["compiler"].get<std::string>().empty());
}

TEST_CASE("program_report: what is no number or not known is null")
{
    quiet_run run;
    run.report.finish(run.s);
    CHECK(run.result()["test_accuracy"].is_null());
    CHECK(run.result()["seconds_per_epoch"].is_null());
    run.train(0, std::numeric_limits<double>::quiet_NaN());
    run.report.finish(run.s);
    CHECK(run.result()["loss"].is_null());
    CHECK(run.result()["test_accuracy"] == 1.0);
}
