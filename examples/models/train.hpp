// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/initialize.hpp"
#include "support/session.hpp"

#include <xgrad/xgrad.hpp>

#include <cstdint>

namespace examples
{

/// Trains a network to tell the classes of images apart: gradient descent on the cross-entropy of
/// its scores, as the session's hyperparameters say. Network is a plain struct with layers
/// (xgrad/nn/module.hpp) and the shape of a batch of its images, image_shape.
template <class Network>
void train(session& s)
{
    Network network;
    initialize(network, s);

    xgrad::input<float, typename Network::image_shape> images;
    xgrad::input<std::uint8_t, xgrad::shape<xgrad::dynamic>> labels;
    const auto scores = network(images);
    const auto loss = cross_entropy(scores, labels, reduction_of(s));

    xgrad::plan training(loss, s.pool());
    xgrad::evaluation judging(scores, s.pool());
    const xgrad::nn::sgd optimizer(training.parameters(), s.hyperparameters().learning_rate);
    const auto judge = [&](const batch& b)
    {
        images.bind(b.images, b.count);
        return judging.forward();
    };

    for (const std::size_t epoch : s.epochs())
        for (const batch& b : s.batches(epoch))
        {
            images.bind(b.images, b.count);
            labels.bind(b.labels, b.count);
            const float value = training.value_and_gradient();
            optimizer.update();
            s.finish_step(b, value, judge);
        }
    s.finish_training(training.parameters(), judge);
}

} // namespace examples
