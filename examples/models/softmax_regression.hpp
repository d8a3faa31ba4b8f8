// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/xgrad.hpp>

#include <tuple>

namespace examples
{

/// Softmax regression: one linear layer from the pixels to ten scores.
struct softmax_regression
{
    using image_shape = xgrad::shape<xgrad::dynamic, 784>;

    xgrad::nn::linear<float, 784, 10> output;

    auto operator()(const auto& images) const { return output(images); }
    auto layers() { return std::tie(output); }
};

} // namespace examples
