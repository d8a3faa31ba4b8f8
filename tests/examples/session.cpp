// SPDX-License-Identifier: BSD-3-Clause
#include "support/session.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
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

/// Hears everything and keeps nothing.
struct deaf_observer : session_observer
{
    void on_step(const position&) override {}
    void on_record(const session&) override {}
};

/// A session on the images of numbers, @p held_out of @p train held out, five to test on.
struct numbers
{
    dataset data;
    deaf_observer observer;
    session s;

    numbers(std::size_t train, std::size_t held_out, const hyperparameters& h = three_epochs(),
            std::size_t judge_every = 0)
        : data{numbered_dataset(train, held_out, 5)}, s(h, data, 1, observer, judge_every)
    {
    }
};

/// What a plan tells of its parameters.
struct two_parameters
{
    std::vector<float> values{1, 2, 3};

    template <class F>
    void for_each(F visit) const
    {
        const std::span<const float> all(values);
        visit("weight", all.first(2), all.first(2), xgrad::extents(1, 2));
        visit("bias", all.last(1), all.last(1), xgrad::extents(1));
    }
};

/// Scores that always prefer class 1.
std::vector<float> prefer_one(const batch& b)
{
    std::vector<float> scores(b.count * 3);
    for (std::size_t i = 0; i < b.count; ++i)
        scores[3 * i + 1] = 1;
    return scores;
}

/// Every step has the loss that @p loss_of gives it; class 1 is always preferred.
void train(session& s, const auto& loss_of)
{
    for (const std::size_t epoch : s.epochs())
    {
        std::size_t step = 0;
        for (const batch& b : s.batches(epoch))
            s.finish_step(b, loss_of(b, ++step), prefer_one);
    }
}

} // namespace

TEST_CASE("count_correct: the largest score wins, of equals the first, NaN never")
{
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    const auto nothing = [](std::size_t, std::size_t, float*) {};
    const xgrad::row_source<float> no_images(nothing);
    const std::vector<float> scores{0, 1, 0, 2, 2, 1, -3, -2, -1, nan, 0, 1, nan, nan, nan};
    const std::array<std::uint8_t, 5> best{1, 0, 2, 2, 0};
    for (std::size_t image = 0; image < 5; ++image)
        for (std::uint8_t label = 0; label < 3; ++label)
        {
            const batch b{no_images, &label, 1};
            const std::span<const float> row = std::span(scores).subspan(3 * image, 3);
            CHECK(count_correct(row, b, 3) == (image < 4 && best[image] == label ? 1 : 0));
        }
    const batch all{no_images, best.data(), 5};
    CHECK(count_correct(scores, all, 3) == 4);
}

TEST_CASE("session: an epoch passes through every training image once, the last batch smaller")
{
    numbers n(23, 2);
    session& s = n.s;
    for (const std::size_t epoch : {std::size_t{0}, std::size_t{1}})
    {
        std::vector<int> seen(23);
        std::vector<std::size_t> sizes;
        for (const batch& b : s.batches(epoch))
        {
            sizes.push_back(b.count);
            std::vector<float> pixels(b.count);
            const auto& rows = b.images.writer();
            rows.write(rows.context, 0, b.count, pixels.data());
            for (const float pixel : pixels)
                ++seen[static_cast<std::size_t>(pixel * 255 + 0.5F)];
        }
        CHECK(sizes == std::vector<std::size_t>{4, 4, 4, 4, 4, 1});
        CHECK(seen[0] + seen[1] == 0); // held out
        CHECK(std::count(seen.begin() + 2, seen.end(), 1) == 21);
    }
}

TEST_CASE("session: epochs count from 0")
{
    numbers n(23, 2);
    session& s = n.s;
    std::vector<std::size_t> epochs;
    for (const std::size_t epoch : s.epochs())
        epochs.push_back(epoch);
    CHECK(epochs == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("session: offers what the network depends on")
{
    numbers n(23, 2);
    session& s = n.s;
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
    numbers n(23, 2);
    session& s = n.s;
    const auto too_few = [](const batch& b) { return std::vector<float>(b.count); };
    CHECK_THROWS_AS(static_cast<void>(s.accuracy(s.test_images(), too_few)), std::logic_error);
}

TEST_CASE("session: the history tells what was counted after every epoch")
{
    numbers n(22, 2);
    train(n.s, [](const batch&, std::size_t step) { return static_cast<double>(step); });

    // Five batches of 4: the mean of 1, ..., 5. The first fifth of the training images are those of
    // the numbers 2 to 5, with the labels 2, 0, 1, 2; the held-out ones have the labels 0 and 1.
    REQUIRE(n.s.history().size() == 3);
    for (const epoch_record& r : n.s.history())
    {
        CHECK(r.samples == 20);
        CHECK(r.loss == 3);
        CHECK(r.train_accuracy == 0.25);
        CHECK(r.validation_accuracy == 0.5);
        CHECK(r.test_accuracy == 0.4);
        CHECK(r.seconds > 0);
    }
    CHECK(n.s.history()[2].epoch == 3);
    CHECK(n.s.training_seconds() >= n.s.history()[0].seconds);
}

TEST_CASE("session: judges after every so many images and at the end")
{
    numbers n(22, 2, three_epochs(), 16); // 60 images in steps of 4
    train(n.s, [](const batch&, std::size_t step) { return static_cast<double>(step); });
    std::vector<std::size_t> samples;
    std::vector<std::size_t> epochs;
    std::vector<double> losses;
    for (const epoch_record& r : n.s.history())
    {
        samples.push_back(r.samples);
        epochs.push_back(r.epoch);
        losses.push_back(r.loss);
        CHECK(r.test_accuracy == 0.4);
        CHECK_FALSE(r.validation_accuracy);
    }
    CHECK(samples == std::vector<std::size_t>{16, 16, 16, 12});
    CHECK(epochs == std::vector<std::size_t>{1, 2, 3, 3});
    CHECK(losses == std::vector<double>{2.5, 2.75, 3, 4}); // of the steps 1234, 5123, 4512, 345
}

TEST_CASE("session: a step as large as several intervals is judged once")
{
    numbers n(22, 2, three_epochs(), 3);
    train(n.s, [](const batch&, std::size_t) { return 1.0; });
    CHECK(n.s.history().size() == 15);
}

TEST_CASE("session: a summed loss becomes a mean per image")
{
    hyperparameters h = three_epochs();
    h.loss_reduction = loss_reduction::sum;
    numbers n(22, 0, h);
    train(n.s, [](const batch& b, std::size_t) { return 2 * static_cast<double>(b.count); });
    CHECK(n.s.history()[0].loss == 2);
    CHECK_FALSE(n.s.history()[0].validation_accuracy); // nothing is held out
}

TEST_CASE("session: keeps the parameters and the predictions for the test images")
{
    numbers n(22, 2);
    CHECK(n.s.predictions().empty());
    n.s.finish_training(two_parameters{}, prefer_one);
    REQUIRE(n.s.parameters().size() == 2);
    CHECK(n.s.parameters()[0].shape == xgrad::extents(1, 2));
    CHECK(n.s.parameters()[0].values == std::vector<float>{1, 2});
    CHECK(n.s.parameters()[1].values == std::vector<float>{3});
    REQUIRE(n.s.predictions().size() == 5);
    for (std::size_t i = 0; i < 5; ++i)
    {
        CHECK(n.s.predictions()[i].label == i % 3);
        CHECK(n.s.predictions()[i].predicted == 1);
        CHECK(n.s.predictions()[i].probability == doctest::Approx(1 / (1 + 2 / std::exp(1.0))));
    }
}
