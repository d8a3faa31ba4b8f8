// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

// The networks of examples/models for libtorch, as fast as we could make them.
namespace benchmarks
{

inline at::Tensor libtorch_parameter(at::IntArrayRef shape)
{
    return at::randn(shape).mul_(0.1).set_requires_grad(true);
}

/// A network by its parameters and its scores.
struct libtorch_network
{
    std::vector<at::Tensor> parameters;
    std::function<at::Tensor(const std::vector<at::Tensor>&, const at::Tensor&)> scores;
};

inline libtorch_network libtorch_perceptron(const std::vector<std::int64_t>& widths)
{
    std::vector<at::Tensor> parameters;
    for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer)
    {
        parameters.push_back(libtorch_parameter({widths[layer], widths[layer + 1]}));
        parameters.push_back(libtorch_parameter({widths[layer + 1]}));
    }
    return {parameters, [](const std::vector<at::Tensor>& p, const at::Tensor& images)
            {
                at::Tensor x = at::addmm(p[1], images, p[0]);
                for (std::size_t layer = 2; layer < p.size(); layer += 2)
                    x = at::addmm(p[layer + 1], at::relu_(x), p[layer]);
                return x;
            }};
}

inline libtorch_network libtorch_convnet()
{
    return {
        {libtorch_parameter({8, 1, 3, 3}), libtorch_parameter({8}),
         libtorch_parameter({8, 8, 3, 3}), libtorch_parameter({8}), libtorch_parameter({392, 32}),
         libtorch_parameter({32}), libtorch_parameter({32, 10}), libtorch_parameter({10})},
        [](const std::vector<at::Tensor>& p, const at::Tensor& images)
        {
            // Opaque tensors stay in the layout that oneDNN chooses from layer to layer.
            const at::Tensor x = images.view({-1, 1, 28, 28}).to_mkldnn();
            const at::Tensor a = at::max_pool2d(at::relu(at::conv2d(x, p[0], p[1], 1, 1)), 2, 2);
            const at::Tensor b = at::max_pool2d(at::relu(at::conv2d(a, p[2], p[3], 1, 1)), 2, 2);
            const at::Tensor flat = b.to_dense().view({-1, 392});
            at::Tensor hidden = at::addmm(p[5], flat, p[4]);
            return at::addmm(p[7], at::relu_(hidden), p[6]);
        }};
}

} // namespace benchmarks
