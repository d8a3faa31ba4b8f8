// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/xgrad.hpp>

#include <tuple>

namespace examples
{

/// A perceptron with two hidden layers of 32 rectified units each.
struct deep_mlp
{
    using image_shape = xgrad::shape<xgrad::dynamic, 784>;

    xgrad::nn::linear<float, 784, 32> first;
    xgrad::nn::linear<float, 32, 32> second;
    xgrad::nn::linear<float, 32, 10> output;

    auto operator()(const auto& images) const { return output(relu(second(relu(first(images))))); }
    auto layers() { return std::tie(first, second, output); }
};

} // namespace examples
