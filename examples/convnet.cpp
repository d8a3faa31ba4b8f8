// SPDX-License-Identifier: BSD-3-Clause

// A small convolutional network: two rounds of 3x3 convolution, ReLU and 2x2 max-pooling, then a
// hidden layer of 32 units and ten scores.

#include "support/initialize.hpp"
#include "support/run.hpp"

#include <xgrad/xgrad.hpp>

#include <cstdint>
#include <tuple>

namespace
{

using xgrad::dynamic;
using xgrad::shape;

struct convnet
{
    xgrad::nn::conv2d<float, 1, 8, 3, xgrad::same_t> first;
    xgrad::nn::conv2d<float, 8, 8, 3, xgrad::same_t> second;
    xgrad::nn::linear<float, 392, 32> hidden;
    xgrad::nn::linear<float, 32, 10> output;

    auto operator()(const auto& images) const
    {
        using namespace xgrad;
        const auto a = max_pool2d(relu(first(images)), window<2>);
        const auto b = max_pool2d(relu(second(a)), window<2>);
        return output(relu(hidden(flatten(b))));
    }

    auto layers() { return std::tie(first, second, hidden, output); }
};

void train(examples::session& session)
{
    convnet network;
    examples::initialize(network, session);

    xgrad::input<float, shape<dynamic, 1, 28, 28>> images;
    xgrad::input<std::uint8_t, shape<dynamic>> labels;
    const auto scores = network(images);
    const auto loss = cross_entropy(scores, labels, examples::reduction_of(session));

    xgrad::plan training(loss);
    xgrad::evaluation judging(scores);
    const xgrad::nn::sgd optimizer(training.parameters(), session.hyperparameters().learning_rate);

    for (const std::size_t epoch : session.epochs())
    {
        for (const examples::batch& batch : session.batches(epoch))
        {
            images.bind(batch.pixels, batch.count);
            labels.bind(batch.labels, batch.count);
            session.count(batch, training.value_and_gradient());
            optimizer.update();
        }
        session.finish_epoch(
            [&](const examples::batch& batch)
            {
                images.bind(batch.pixels, batch.count);
                return judging.forward();
            });
    }
}

} // namespace

int main(int argc, char** argv) { return examples::run("convnet", argc, argv, train); }
