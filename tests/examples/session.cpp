// SPDX-License-Identifier: BSD-3-Clause
#include "support/session.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace examples;

namespace
{

/// Images of one pixel whose value is the number of the image, with labels 0, 1, 2, 0, 1, ...
xgrad::image_dataset numbered_images(std::size_t count)
{
    xgrad::image_dataset d;
    d.count = count;
    d.height = 1;
    d.width = 1;
    d.classes = 3;
    for (std::size_t i = 0; i < count; ++i)
    {
        d.pixels.push_back(static_cast<std::uint8_t>(i));
        d.labels.push_back(static_cast<std::uint8_t>(i % 3));
    }
    return d;
}

dataset numbered_dataset(std::size_t train, std::size_t held_out, std::size_t test)
{
    return {{numbered_images(train), numbered_images(test)}, "numbers", "test", held_out};
}

hyperparameters three_epochs()
{
    hyperparameters h;
    h.epochs = 3;
    h.learning_rate = 0.1;
    h.batch_size = 4;
    return h;
}

command_line quiet_into(const std::filesystem::path& folder)
{
    command_line arguments;
    arguments.quiet = true;
    arguments.output = folder;
    return arguments;
}

/// Scores that always prefer class 1.
std::vector<float> prefer_one(const batch& b)
{
    std::vector<float> scores(b.count * 3);
    for (std::size_t i = 0; i < b.count; ++i)
        scores[3 * i + 1] = 1;
    return scores;
}

nlohmann::json result_of(const xgrad::test::temporary_folder& folder)
{
    return nlohmann::json::parse(xgrad::test::read_text(folder.path() / "result.json"));
}

} // namespace

TEST_CASE("count_correct: the largest score wins, of equals the first, NaN never")
{
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> scores{0, 1, 0, 2, 2, 1, -3, -2, -1, nan, 0, 1, nan, nan, nan};
    const std::array<std::uint8_t, 5> best{1, 0, 2, 2, 0};
    for (std::size_t image = 0; image < 5; ++image)
        for (std::uint8_t label = 0; label < 3; ++label)
        {
            const batch b{nullptr, &label, 1};
            const std::span<const float> row = std::span(scores).subspan(3 * image, 3);
            CHECK(count_correct(row, b, 3) == (image < 4 && best[image] == label ? 1 : 0));
        }
    const batch all{nullptr, best.data(), 5};
    CHECK(count_correct(scores, all, 3) == 4);
}

TEST_CASE("session: an epoch passes through every training image once, the last batch smaller")
{
    session s("numbers", quiet_into("unused"), three_epochs(), numbered_dataset(23, 2, 5));
    for (const std::size_t epoch : {std::size_t{0}, std::size_t{1}})
    {
        std::vector<int> seen(23);
        std::vector<std::size_t> sizes;
        for (const batch& b : s.batches(epoch))
        {
            sizes.push_back(b.count);
            for (std::size_t i = 0; i < b.count; ++i)
                ++seen[static_cast<std::size_t>(b.pixels[i] * 255 + 0.5F)];
        }
        CHECK(sizes == std::vector<std::size_t>{4, 4, 4, 4, 4, 1});
        CHECK(seen[0] + seen[1] == 0); // held out
        CHECK(std::count(seen.begin() + 2, seen.end(), 1) == 21);
    }
}

TEST_CASE("session: epochs count from 0")
{
    session s("numbers", quiet_into("unused"), three_epochs(), numbered_dataset(23, 2, 5));
    std::vector<std::size_t> epochs;
    for (const std::size_t epoch : s.epochs())
        epochs.push_back(epoch);
    CHECK(epochs == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("session: offers what the network depends on")
{
    session s("numbers", quiet_into("unused"), three_epochs(), numbered_dataset(23, 2, 5));
    CHECK(s.height() == 1);
    CHECK(s.width() == 1);
    CHECK(s.classes() == 3);
    CHECK(s.hyperparameters().batch_size == 4);
    CHECK(s.training_images().train.count() == 21);
    CHECK(s.training_images().validation.count() == 2);
    CHECK(s.test_images().count() == 5);
    CHECK(s.accuracy(s.test_images(), prefer_one) == doctest::Approx(0.4)); // labels 0 1 2 0 1
}

TEST_CASE("session: refuses scores of another number than images and classes")
{
    session s("numbers", quiet_into("unused"), three_epochs(), numbered_dataset(23, 2, 5));
    const auto too_few = [](const batch& b) { return std::vector<float>(b.count); };
    CHECK_THROWS_AS(static_cast<void>(s.accuracy(s.test_images(), too_few)), std::logic_error);
}

TEST_CASE("session: history and results tell what was counted")
{
    const xgrad::test::temporary_folder folder;
    hyperparameters h = three_epochs();
    h.epochs = 2;
    session s("numbers", quiet_into(folder.path()), h, numbered_dataset(22, 2, 5));
    s.set_parameters(17);
    for (const std::size_t epoch : s.epochs())
    {
        double loss = 1;
        for (const batch& b : s.batches(epoch))
            s.count(b, loss++);
        s.finish_epoch(prefer_one);
        const std::string history = xgrad::test::read_text(folder.path() / "history.csv");
        CHECK(std::count(history.begin(), history.end(), '\n') == static_cast<long>(epoch) + 2);
    }
    s.finish();

    // Five batches of 4: the mean of 1, ..., 5. The first fifth of the training images are those of
    // the numbers 2 to 5, with the labels 2, 0, 1, 2; the held-out ones have the labels 0 and 1.
    const std::string history = xgrad::test::read_text(folder.path() / "history.csv");
    CHECK(history.find("\n1,20,3,0.25,0.5,0.4,") != std::string::npos);
    CHECK(history.find("\n2,20,3,0.25,0.5,0.4,") != std::string::npos);

    const nlohmann::json r = result_of(folder);
    CHECK(r["model"] == "numbers");
    CHECK(r["config"]["batch_size"] == 4);
    CHECK(r["dataset"]["training_images"] == 20);
    CHECK(r["parameters"] == 17);
    CHECK(r["threads"] == 1);
    CHECK(r["epochs_completed"] == 2);
    CHECK(r["interrupted"] == false);
    CHECK(r["loss"] == 3.0);
    CHECK(r["train_accuracy"] == 0.25);
    CHECK(r["validation_accuracy"] == 0.5);
    CHECK(r["test_accuracy"] == 0.4);
    CHECK(r["training_seconds"].get<double>() > 0);
    CHECK(r["seconds_per_epoch"].get<double>() ==
          doctest::Approx(r["training_seconds"].get<double>() / 2));
    CHECK_FALSE(r["build"]["compiler"].get<std::string>().empty());
}

TEST_CASE("session: a summed loss becomes a mean per image")
{
    const xgrad::test::temporary_folder folder;
    hyperparameters h = three_epochs();
    h.epochs = 1;
    h.loss_reduction = loss_reduction::sum;
    session s("numbers", quiet_into(folder.path()), h, numbered_dataset(22, 0, 5));
    for (const batch& b : s.batches(0))
        s.count(b, 2 * static_cast<double>(b.count));
    s.finish_epoch(prefer_one);
    s.finish();
    CHECK(result_of(folder)["loss"] == 2.0);
    CHECK(result_of(folder)["validation_accuracy"].is_null()); // nothing is held out
}

TEST_CASE("session: what is no number or not known is null")
{
    const xgrad::test::temporary_folder folder;
    hyperparameters h = three_epochs();
    h.epochs = 1;
    session s("numbers", quiet_into(folder.path()), h, numbered_dataset(22, 2, 5));
    s.finish();
    CHECK(result_of(folder)["test_accuracy"].is_null());
    CHECK(result_of(folder)["seconds_per_epoch"].is_null());
    for (const batch& b : s.batches(0))
        s.count(b, std::numeric_limits<double>::quiet_NaN());
    s.finish_epoch(prefer_one);
    s.finish();
    CHECK(result_of(folder)["loss"].is_null());
    CHECK(result_of(folder)["test_accuracy"] == 0.4);
}
