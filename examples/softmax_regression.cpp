// SPDX-License-Identifier: BSD-3-Clause

// Softmax regression: one linear layer from the pixels to ten scores.

#include "support/initialize.hpp"
#include "support/run.hpp"

#include <xgrad/xgrad.hpp>

#include <cstdint>
#include <tuple>

namespace
{

using xgrad::dynamic;
using xgrad::shape;

struct softmax_regression
{
    xgrad::nn::linear<float, 784, 10> output;

    auto operator()(const auto& images) const { return output(images); }
    auto layers() { return std::tie(output); }
};

void train(examples::session& session)
{
    softmax_regression network;
    examples::initialize(network, session);

    xgrad::input<float, shape<dynamic, 784>> images;
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

int main(int argc, char** argv) { return examples::run("softmax_regression", argc, argv, train); }
