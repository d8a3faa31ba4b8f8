// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/xgrad.hpp>

#include <tuple>

namespace examples
{

/// A small convolutional network: two rounds of 3x3 convolution, ReLU and 2x2 max-pooling, then a
/// hidden layer of 32 units and ten scores.
struct convnet
{
    using image_shape = xgrad::shape<xgrad::dynamic, 1, 28, 28>;

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

} // namespace examples
