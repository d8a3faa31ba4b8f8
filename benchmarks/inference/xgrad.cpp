// SPDX-License-Identifier: BSD-3-Clause

// The scores of the convolutional network for one image and for a thousand, by the forward-only
// evaluation of its expression.

#include "examples/models/convnet.hpp"
#include "support/digits.hpp"
#include "support/model_work.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/data/batches.hpp>
#include <xgrad/xgrad.hpp>

#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

namespace
{

using examples::convnet;

void evaluate(benchmark::State& state, std::size_t batch)
{
    convnet network;
    xgrad::nn::initialize(network, xgrad::nn::truncated_normal{0.1}, xgrad::nn::constant{0.1}, 1);
    std::vector<std::uint32_t> numbers(batch);
    std::iota(numbers.begin(), numbers.end(), std::uint32_t{0});
    std::vector<float> pixels(batch * 784);
    xgrad::gather_images(xgrad::dataset_view(benchmarks::digits()),
                         std::span<const std::uint32_t>(numbers), pixels.data());

    xgrad::input<float, convnet::image_shape> images;
    images.bind(pixels.data(), batch);
    xgrad::evaluation scores(network(images));
    benchmarks::repeat(state, [&] { benchmark::DoNotOptimize(scores.forward().data()); });
    benchmarks::count_work(
        state, {.flops = benchmarks::convnet_work.forward() * static_cast<double>(batch)});
}

} // namespace

int main(int argc, char** argv)
{
    for (const std::size_t batch : std::initializer_list<std::size_t>{1, 1000})
        benchmarks::add("inference/convnet, batch " + std::to_string(batch) + "/xgrad",
                        [=](benchmark::State& state) { evaluate(state, batch); });
    return benchmarks::run(argc, argv);
}
