// SPDX-License-Identifier: BSD-3-Clause
#include "network.hpp"

#include <xgrad/xgrad.hpp>

#include <tuple>
#include <utility>

using namespace xgrad;

namespace // a network of its own in every unit
{

struct network
{
    nn::linear<float, 2, 16> hidden;
    nn::linear<float, 16, 1> output;

    auto operator()(const auto& x) const { return output(tanh(hidden(x))); }
    auto layers() { return std::tie(hidden, output); }
};

} // namespace

std::unique_ptr<model<float>> MAKE_NETWORK(std::uint64_t seed)
{
    network net;
    nn::initialize(net, nn::glorot_uniform{}, nn::zeros{}, seed);
    return nn::make_model<model<float>, shape<dynamic, 2>, shape<dynamic, 1>>(
        std::move(net), [](const auto& y, const auto& target) { return mse(y, target); },
        [](auto parameters) { return nn::sgd(parameters, 0.1); });
}
