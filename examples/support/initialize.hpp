// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Joins what the hyperparameters say with what xgrad offers.

#include "support/session.hpp"

#include <xgrad/nn/module.hpp>
#include <xgrad/ops/cross_entropy.hpp>

namespace examples
{

/// The initializer of the weights that the hyperparameters name.
inline xgrad::nn::initializer weights_of(const initializer& from)
{
    namespace nn = xgrad::nn;
    switch (from.weights)
    {
    case distribution::zeros:
        return nn::zeros{};
    case distribution::constant:
        return nn::constant{from.value};
    case distribution::normal:
        return nn::normal{from.standard_deviation, from.mean};
    case distribution::truncated_normal:
        return nn::truncated_normal{from.standard_deviation, from.mean};
    case distribution::uniform:
        return nn::uniform{from.low, from.high};
    case distribution::glorot_uniform:
        return nn::glorot_uniform{};
    case distribution::glorot_normal:
        return nn::glorot_normal{};
    case distribution::he_uniform:
        return nn::he_uniform{};
    case distribution::he_normal:
        return nn::he_normal{};
    case distribution::lecun_uniform:
        return nn::lecun_uniform{};
    case distribution::lecun_normal:
        return nn::lecun_normal{};
    }
    return nn::zeros{};
}

/// Gives the network the parameters that the hyperparameters ask for, and tells the session how
/// many there are.
void initialize(auto& network, session& s)
{
    const hyperparameters& options = s.hyperparameters();
    xgrad::nn::initialize(network, weights_of(options.initializer),
                          xgrad::nn::constant{options.initializer.bias}, options.seed);
    s.set_parameter_count(xgrad::nn::parameter_count(network));
}

/// How the losses of a batch become one number.
inline xgrad::reduction reduction_of(const session& s)
{
    return s.hyperparameters().loss_reduction == loss_reduction::mean ? xgrad::reduction::mean
                                                                      : xgrad::reduction::sum;
}

} // namespace examples
