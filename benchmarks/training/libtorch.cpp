// SPDX-License-Identifier: BSD-3-Clause

// The four networks of examples/ in libtorch, the rival of training/xgrad.cpp: the same images, the
// same batches, the same plain gradient descent. Twice:
//
//   tuned    nothing but ATen: images gathered as bytes into one buffer, gradients given up instead
//            of zeroed, one fused update of all parameters, the convolutions in oneDNN's own layout
//   modules  torch::nn and torch::optim, as their documentation shows them
//
// Both are linked with tcmalloc, which helps them.

#include "support/digits.hpp"
#include "support/libtorch_networks.hpp"
#include "support/run.hpp"

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace
{

using at::Tensor;

constexpr std::int64_t batch_size = 100;
constexpr double learning_rate = 0.001;

/// The images as bytes and the labels, as tensors that look at the data set.
struct training_data
{
    const xgrad::image_dataset& images = benchmarks::digits();
    std::int64_t count = static_cast<std::int64_t>(images.count);
    Tensor pixels =
        at::from_blob(const_cast<std::uint8_t*>(images.pixels.data()), {count, 784}, at::kByte);
    Tensor labels =
        at::from_blob(const_cast<std::uint8_t*>(images.labels.data()), {count}, at::kByte)
            .to(at::kLong);
};

const training_data& data()
{
    static const training_data instance;
    return instance;
}

/// The numbers of the images in a new order, each epoch another.
class shuffled_order
{
public:
    Tensor next()
    {
        std::shuffle(m_order.begin(), m_order.end(), m_generator);
        return at::from_blob(m_order.data(), {data().count}, at::kLong);
    }

private:
    static std::vector<std::int64_t> numbers()
    {
        std::vector<std::int64_t> result(static_cast<std::size_t>(data().count));
        std::iota(result.begin(), result.end(), 0);
        return result;
    }

    std::mt19937 m_generator{1};
    std::vector<std::int64_t> m_order = numbers();
};

/// Runs step(images, labels) for every batch of an epoch.
class batches
{
public:
    template <class Step>
    void epoch(Step&& step)
    {
        const Tensor order = m_order.next();
        for (std::int64_t first = 0; first < data().count; first += batch_size)
        {
            const Tensor indices =
                order.narrow(0, first, std::min(batch_size, data().count - first));
            at::index_select_out(m_bytes, data().pixels, 0, indices);
            m_images.copy_(m_bytes);
            m_images.mul_(1.0 / 255);
            at::index_select_out(m_labels, data().labels, 0, indices);
            step(m_images, m_labels);
        }
    }

private:
    shuffled_order m_order;
    Tensor m_bytes = at::empty({batch_size, 784}, at::kByte);
    Tensor m_images = at::empty({batch_size, 784}, at::kFloat);
    Tensor m_labels = at::empty({batch_size}, at::kLong);
};

void set_threads(int count)
{
    at::set_num_threads(count);
    benchmarks::set_rival_threads(count);
}

void train_tuned(benchmark::State& state, int threads, benchmarks::libtorch_network (*make)())
{
    set_threads(threads);
    benchmarks::libtorch_network network = make();
    batches all;
    const auto step = [&](const Tensor& images, const Tensor& labels)
    {
        at::cross_entropy_loss(network.scores(network.parameters, images), labels).backward();
        const at::NoGradGuard guard;
        std::vector<Tensor> gradients;
        for (Tensor& p : network.parameters)
            gradients.push_back(std::move(p.mutable_grad()));
        at::_foreach_add_(network.parameters, gradients, -learning_rate);
    };
    for (auto _ : state)
        all.epoch(step);
}

void train_modules(benchmark::State& state, int threads, torch::nn::Sequential (*make)())
{
    set_threads(threads);
    torch::nn::Sequential network = make();
    torch::optim::SGD optimizer(network->parameters(), learning_rate);
    shuffled_order order;
    const auto epoch = [&]
    {
        for (const Tensor& indices : order.next().split(batch_size))
        {
            const Tensor images = data().pixels.index_select(0, indices).to(at::kFloat) / 255;
            const Tensor labels = data().labels.index_select(0, indices);
            optimizer.zero_grad();
            torch::nn::functional::cross_entropy(network->forward(images), labels).backward();
            optimizer.step();
        }
    };
    for (auto _ : state)
        epoch();
}

namespace nn = torch::nn;

torch::nn::Sequential convnet_modules()
{
    const auto convolution = [](std::int64_t inputs)
    { return nn::Conv2d(nn::Conv2dOptions(inputs, 8, 3).padding(1)); };
    return nn::Sequential(nn::Unflatten(nn::UnflattenOptions(1, {1, 28, 28})), convolution(1),
                          nn::ReLU(), nn::MaxPool2d(2), convolution(8), nn::ReLU(),
                          nn::MaxPool2d(2), nn::Flatten(), nn::Linear(392, 32), nn::ReLU(),
                          nn::Linear(32, 10));
}

void add(const std::string& model, benchmarks::libtorch_network (*tuned)(),
         torch::nn::Sequential (*modules)())
{
    for (const int threads : {1, 2})
    {
        const std::string row = "training/" + model + ", threads " + std::to_string(threads);
        benchmarks::add(row + "/libtorch",
                        [=](benchmark::State& s) { train_tuned(s, threads, tuned); });
        benchmarks::add(row + "/libtorch modules",
                        [=](benchmark::State& s) { train_modules(s, threads, modules); });
    }
}

} // namespace

int main(int argc, char** argv)
{
    add(
        "softmax_regression",
        [] {
            return benchmarks::libtorch_perceptron({784, 10});
        },
        [] { return nn::Sequential(nn::Linear(784, 10)); });
    add(
        "mlp",
        [] {
            return benchmarks::libtorch_perceptron({784, 32, 10});
        },
        [] { return nn::Sequential(nn::Linear(784, 32), nn::ReLU(), nn::Linear(32, 10)); });
    add(
        "deep_mlp",
        [] {
            return benchmarks::libtorch_perceptron({784, 32, 32, 10});
        },
        []
        {
            return nn::Sequential(nn::Linear(784, 32), nn::ReLU(), nn::Linear(32, 32), nn::ReLU(),
                                  nn::Linear(32, 10));
        });
    add("convnet", benchmarks::libtorch_convnet, convnet_modules);
    benchmark::AddCustomContext("version libtorch", TORCH_VERSION);
    return benchmarks::run(argc, argv);
}
