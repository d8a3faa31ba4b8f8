// SPDX-License-Identifier: BSD-3-Clause

// The four networks of examples/: an epoch of gradient descent as their training loop runs it, the
// gathering of shuffled images from bytes included, beside the same step written by hand on the
// same kernels.

#include "baseline/convnet_step.hpp"
#include "baseline/mlp_step.hpp"
#include "examples/models/convnet.hpp"
#include "examples/models/deep_mlp.hpp"
#include "examples/models/mlp.hpp"
#include "examples/models/softmax_regression.hpp"
#include "support/digits.hpp"
#include "support/model_work.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/data/batches.hpp>
#include <xgrad/xgrad.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace
{

constexpr std::size_t batch_size = 100;
constexpr double learning_rate = 0.001;
constexpr std::uint64_t seed = 1;

template <class Network>
void initialize(Network& network)
{
    xgrad::nn::initialize(network, xgrad::nn::truncated_normal{0.1}, xgrad::nn::constant{0.1},
                          seed);
}

/// A network and its training, by the expression of its loss.
template <class Network>
struct trained_by_expression
{
    explicit trained_by_expression(const xgrad::thread_pool& threads) : pool(threads)
    {
        initialize(network);
    }

    trained_by_expression(const trained_by_expression&) = delete;
    trained_by_expression& operator=(const trained_by_expression&) = delete;

    float operator()(const xgrad::batch<float>& b)
    {
        images.bind(b.pixels, b.count);
        return step(b.labels, b.count);
    }

    float operator()(const xgrad::deferred_batch<float>& b)
    {
        images.bind(b.images, b.count);
        return step(b.labels, b.count);
    }

    float step(const std::uint8_t* digits, std::size_t count)
    {
        labels.bind(digits, count);
        const float value = training.value_and_gradient();
        optimizer.update();
        return value;
    }

    xgrad::thread_pool pool;
    Network network;
    xgrad::input<float, typename Network::image_shape> images;
    xgrad::input<std::uint8_t, xgrad::shape<xgrad::dynamic>> labels;
    decltype(cross_entropy(network(images), labels)) loss = cross_entropy(network(images), labels);
    xgrad::plan<decltype(loss)> training{loss, pool};
    xgrad::nn::sgd<float> optimizer{training.parameters(), learning_rate};
};

/// The same by hand, from the same parameters.
template <class Network, class Step>
struct trained_by_hand
{
    trained_by_hand()
    {
        Network network;
        initialize(network);
        float* place = step.parameters().data();
        xgrad::nn::visit_parameters(network, [&](const auto& p, auto&&...)
                                    { place = std::copy_n(p.data(), p.size(), place); });
    }

    float operator()(const xgrad::batch<float>& b)
    {
        return step(b, static_cast<float>(learning_rate));
    }

    Step step;
};

/// Trains with the batches that @p batches makes of a loader for each epoch.
template <class Trained, class Batches>
void train(benchmark::State& state, Trained& trained, Batches batches)
{
    xgrad::batch_loader<float> loader(benchmarks::digits(), batch_size, seed);
    std::uint64_t epoch = 0;
    float loss = 0;
    for (auto _ : state)
        for (const auto& b : batches(loader, epoch++))
            loss = trained(b);
    benchmark::DoNotOptimize(loss);
}

/// Ends the program unless both ways lead to the same losses, but for rounding.
template <class A, class B>
void require_agreement(A&& a, B&& b)
{
    xgrad::batch_loader<float> loader(benchmarks::digits(), batch_size, seed);
    for (int i = 0; i < 20; ++i)
    {
        const auto& batch = *loader.next();
        const float expected = a(batch);
        const float found = b(batch);
        if (std::abs(expected - found) <= 1e-4F * std::abs(expected))
            continue;
        std::fprintf(stderr, "loss of step %d: %g by the expression, %g by hand\n", i,
                     static_cast<double>(expected), static_cast<double>(found));
        std::exit(1);
    }
}

template <class Network>
void add(const std::string& model, benchmarks::network_work work)
{
    const double images = static_cast<double>(benchmarks::digits().count);
    for (const std::size_t threads : std::initializer_list<std::size_t>{1, 2})
        benchmarks::add("training/" + model + ", threads " + std::to_string(threads) + "/xgrad",
                        [=](benchmark::State& state)
                        {
                            const xgrad::thread_pool pool(threads);
                            trained_by_expression<Network> trained(pool);
                            train(state, trained,
                                  [](auto& loader, std::uint64_t epoch)
                                  { return loader.deferred_epoch(epoch); });
                            benchmarks::count_work(state, {.flops = images * work.training()});
                        });
}

template <class Network, class Step>
void add_by_hand(const std::string& model)
{
    benchmarks::add("training/" + model + ", threads 1/hand-written",
                    [](benchmark::State& state)
                    {
                        require_agreement(trained_by_expression<Network>(xgrad::thread_pool(1)),
                                          trained_by_hand<Network, Step>());
                        trained_by_hand<Network, Step> trained;
                        train(state, trained,
                              [](auto& loader, std::uint64_t epoch)
                              { return loader.epoch(epoch); });
                    });
}

} // namespace

int main(int argc, char** argv)
{
    add<examples::softmax_regression>("softmax_regression", benchmarks::softmax_regression_work);
    add<examples::mlp>("mlp", benchmarks::mlp_work);
    add<examples::deep_mlp>("deep_mlp", benchmarks::deep_mlp_work);
    add<examples::convnet>("convnet", benchmarks::convnet_work);
    add_by_hand<examples::mlp, baseline::mlp_step>("mlp");
    add_by_hand<examples::convnet, baseline::convnet_step>("convnet");
    return benchmarks::run(argc, argv);
}
