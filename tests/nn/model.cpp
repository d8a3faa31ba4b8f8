// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/error.hpp>
#include <xgrad/nn/make_model.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace xgrad;

namespace
{

struct classifier
{
    nn::linear<float, 3, 5> hidden;
    nn::linear<float, 5, 4> output;

    auto operator()(const auto& x) const { return output(tanh(hidden(x))); }
    auto layers() { return std::tie(hidden, output); }
};

using classifier_model = model<float, float, std::uint8_t>;

classifier initialized()
{
    classifier net;
    nn::initialize(net, nn::glorot_uniform{}, nn::constant{0.1}, 7);
    return net;
}

std::unique_ptr<classifier_model> make_classifier(thread_pool pool = thread_pool(1))
{
    return nn::make_model<classifier_model, shape<dynamic, 3>, shape<dynamic>>(
        initialized(),
        [](const auto& scores, const auto& labels) { return cross_entropy(scores, labels); },
        [](auto parameters) { return nn::sgd(parameters, 0.5); }, std::move(pool));
}

std::vector<float> rows_of_inputs(std::size_t rows)
{
    std::vector<float> inputs(rows * 3);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        inputs[i] = static_cast<float>(i % 7) / 7 - 0.4F;
    return inputs;
}

std::vector<std::uint8_t> rows_of_labels(std::size_t rows)
{
    std::vector<std::uint8_t> labels(rows);
    for (std::size_t i = 0; i < rows; ++i)
        labels[i] = static_cast<std::uint8_t>(i % 4);
    return labels;
}

} // namespace

TEST_CASE("a model computes what its network computes, for any number of rows")
{
    classifier net = initialized();
    input<float, shape<dynamic, 3>> x;
    input<std::uint8_t, shape<dynamic>> y;
    const auto scores = net(x);
    plan training(cross_entropy(scores, y));
    evaluation judging(scores);
    const nn::sgd optimizer(training.parameters(), 0.5);

    const auto handle = make_classifier();
    CHECK(handle->input_size() == 3);
    CHECK(handle->target_size() == 1);
    CHECK(handle->output_size() == 4);
    CHECK(handle->architecture() == architecture_name);

    for (const std::size_t rows : {9U, 1U, 13U, 0U})
    {
        const auto inputs = rows_of_inputs(rows);
        const auto labels = rows_of_labels(rows);
        x.bind(inputs.data(), rows);
        y.bind(labels.data(), rows);
        if (rows > 0)
        {
            CHECK(handle->value_and_gradient(inputs, labels) == training.value_and_gradient());
            CHECK(handle->parameters()[0].gradient[1] == net.hidden.weight.gradient()(0, 1));
            handle->update();
            optimizer.update();
        }
        std::vector<float> outputs(rows * 4);
        handle->predict(inputs, outputs);
        const auto expected = judging.forward();
        for (std::size_t i = 0; i < outputs.size(); ++i)
            CHECK(outputs[i] == expected(i / 4, i % 4));
    }
}

TEST_CASE("a model's parameters have names, extents and memory")
{
    const auto handle = make_classifier();
    const auto parameters = handle->parameters();
    REQUIRE(parameters.size() == 4);
    CHECK(parameters[0].name == "weight");
    CHECK(parameters[0].extents == std::vector<std::size_t>{3, 5});
    CHECK(parameters[1].name == "bias");
    CHECK(parameters[1].extents == std::vector<std::size_t>{5});
    CHECK(parameters[3].values.size() == 4);
    CHECK(parameters[3].values[2] == 0.1F);

    for (const auto& p : parameters)
        for (float& value : p.values)
            value = 0;
    std::vector<float> outputs(8, 1.0F);
    handle->predict(rows_of_inputs(2), outputs);
    CHECK(outputs == std::vector<float>(8, 0.0F));
}

TEST_CASE("several threads predict with one model")
{
    const auto handle = make_classifier(thread_pool(2));
    const auto inputs = rows_of_inputs(50);
    std::vector<float> expected(200);
    handle->predict(inputs, expected);
    std::vector<std::vector<float>> outputs(3, std::vector<float>(200));
    {
        std::vector<std::jthread> threads;
        for (auto& mine : outputs)
            threads.emplace_back([&] { handle->predict(inputs, mine); });
    }
    for (const auto& mine : outputs)
        CHECK(mine == expected);
}

TEST_CASE("a model says what does not fit")
{
    const auto handle = make_classifier();
    const auto labels = rows_of_labels(4);
    std::vector<float> outputs(8);
    CHECK_THROWS_WITH_AS(handle->value_and_gradient(std::vector<float>(10), labels),
                         "xgrad::model: expected whole rows of 3 inputs, found 10 numbers",
                         shape_error);
    CHECK_THROWS_WITH_AS(handle->value_and_gradient(rows_of_inputs(3), labels),
                         "xgrad::model: expected 3 rows of targets, as many as of inputs, found 4",
                         shape_error);
    CHECK_THROWS_WITH_AS(handle->predict(rows_of_inputs(3), outputs),
                         "xgrad::model: expected 3 rows of outputs, as many as of inputs, found 2",
                         shape_error);
    handle->predict(rows_of_inputs(2), outputs); // goes on
}
