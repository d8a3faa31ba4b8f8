// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/xgrad.hpp>

#include <tuple>

namespace examples
{

/// A perceptron with one hidden layer of 32 rectified units.
struct mlp
{
    using image_shape = xgrad::shape<xgrad::dynamic, 784>;

    xgrad::nn::linear<float, 784, 32> hidden;
    xgrad::nn::linear<float, 32, 10> output;

    auto operator()(const auto& images) const { return output(relu(hidden(images))); }
    auto layers() { return std::tie(hidden, output); }
};

} // namespace examples
