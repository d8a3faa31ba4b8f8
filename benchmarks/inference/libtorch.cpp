// SPDX-License-Identifier: BSD-3-Clause

// The scores of the convolutional network in libtorch, the rival of inference/xgrad.cpp, without
// autograd: in oneDNN's own layout, and in plain tensors, which need no conversion at small
// batches.

#include "support/digits.hpp"
#include "support/libtorch_networks.hpp"
#include "support/run.hpp"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <string>

namespace
{

at::Tensor plain_scores(const std::vector<at::Tensor>& p, const at::Tensor& images)
{
    const at::Tensor x = images.view({-1, 1, 28, 28});
    const at::Tensor a = at::max_pool2d(at::relu(at::conv2d(x, p[0], p[1], 1, 1)), 2);
    const at::Tensor b = at::max_pool2d(at::relu(at::conv2d(a, p[2], p[3], 1, 1)), 2);
    at::Tensor hidden = at::addmm(p[5], b.view({-1, 392}), p[4]);
    return at::addmm(p[7], at::relu_(hidden), p[6]);
}

template <class Scores>
void evaluate(benchmark::State& state, std::int64_t batch, Scores scores)
{
    const c10::InferenceMode guard;
    const auto& bytes = benchmarks::digits().pixels;
    const at::Tensor images =
        at::from_blob(const_cast<std::uint8_t*>(bytes.data()), {batch, 784}, at::kByte)
            .to(at::kFloat)
            .mul_(1.0 / 255);
    at::Tensor result;
    benchmarks::repeat(state, [&] { result = scores(images); });
}

void add(std::int64_t batch)
{
    const std::string row = "inference/convnet, batch " + std::to_string(batch);
    benchmarks::add(row + "/libtorch",
                    [=](benchmark::State& state)
                    {
                        const auto network = benchmarks::libtorch_convnet();
                        evaluate(state, batch,
                                 [&](const at::Tensor& images)
                                 { return network.scores(network.parameters, images); });
                    });
    benchmarks::add(row + "/libtorch plain",
                    [=](benchmark::State& state)
                    {
                        const auto network = benchmarks::libtorch_convnet();
                        evaluate(state, batch,
                                 [&](const at::Tensor& images)
                                 { return plain_scores(network.parameters, images); });
                    });
}

} // namespace

int main(int argc, char** argv)
{
    at::set_num_threads(1);
    add(1);
    add(1000);
    return benchmarks::run(argc, argv);
}
