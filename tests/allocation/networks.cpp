// SPDX-License-Identifier: BSD-3-Clause

// A training step of each of the four networks of the examples allocates nothing.

#include "support/allocations.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

using namespace xgrad;

namespace
{

/// Trains a network on batches of changing size and counts.
template <class Shape, class Network>
void check_steps()
{
    Network network;
    nn::initialize(network, nn::truncated_normal{0.1}, nn::constant{0.1}, 1);
    const std::vector<float> pixels(100 * 784, 0.25F);
    const std::vector<std::uint8_t> digits(100, 3);
    input<float, Shape> images;
    input<std::uint8_t, shape<dynamic>> labels;
    const auto scores = network(images);
    plan training(cross_entropy(scores, labels));
    evaluation judging(scores);
    const nn::sgd optimizer(training.parameters(), 0.01);

    const auto rows_of_images = [&](std::size_t first, std::size_t count, float* to)
    { std::copy_n(&pixels[first * 784], count * 784, to); };
    const row_source<float> rows(rows_of_images);
    float total = 0;
    const auto step_with = [&](std::size_t batch, const auto& from)
    {
        images.bind(from, batch);
        labels.bind(digits.data(), batch);
        total += training.value_and_gradient();
        optimizer.update();
        total += judging.forward()(0, 0);
    };
    const auto step = [&](std::size_t batch) { step_with(batch, pixels.data()); };
    const auto step_of_rows = [&](std::size_t batch) { step_with(batch, rows); };
    CHECK(allocations_in([&] { step(100); }) > 0);
    CHECK(allocations_in([&] { step(100); }) == 0);
    CHECK(allocations_in([&] { step(37); }) == 0);
    CHECK(allocations_in([&] { step(100); }) == 0);
    step_of_rows(100); // makes room for the rows
    CHECK(allocations_in([&] { step_of_rows(100); }) == 0);
    CHECK(allocations_in([&] { step_of_rows(37); }) == 0);
    CHECK(allocations_in([&] { step_of_rows(100); }) == 0);
    CHECK(total == total);
}

struct softmax_regression
{
    nn::linear<float, 784, 10> output;

    auto operator()(const auto& x) const { return output(x); }
    auto layers() { return std::tie(output); }
};

struct deep_mlp
{
    nn::linear<float, 784, 32> first;
    nn::linear<float, 32, 32> second;
    nn::linear<float, 32, 10> output;

    auto operator()(const auto& x) const { return output(relu(second(relu(first(x))))); }
    auto layers() { return std::tie(first, second, output); }
};

struct convnet
{
    nn::conv2d<float, 1, 8, 3, same_t> first;
    nn::conv2d<float, 8, 8, 3, same_t> second;
    nn::linear<float, 392, 32> hidden;
    nn::linear<float, 32, 10> output;

    auto operator()(const auto& x) const
    {
        const auto a = max_pool2d(relu(first(x)), window<2>);
        const auto b = max_pool2d(relu(second(a)), window<2>);
        return output(relu(hidden(flatten(b))));
    }
    auto layers() { return std::tie(first, second, hidden, output); }
};

} // namespace

TEST_CASE("plan: a training step of softmax regression allocates nothing")
{
    check_steps<shape<dynamic, 784>, softmax_regression>();
}

TEST_CASE("plan: a training step of a perceptron allocates nothing")
{
    check_steps<shape<dynamic, 784>, deep_mlp>();
}

TEST_CASE("plan: a training step of a convolutional network allocates nothing")
{
    check_steps<shape<dynamic, 1, 28, 28>, convnet>();
}
