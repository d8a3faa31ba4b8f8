// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <initializer_list>

// The multiplications and additions of the example networks for one image: those of the products
// and convolutions, which are nearly all.
namespace benchmarks
{

/// A layer by the multiply-adds of its forward; training asks twice more of it, but for the first
/// layer of a network, whose input needs no gradient.
struct network_work
{
    double first_layer;
    double other_layers;

    [[nodiscard]] constexpr double forward() const { return 2 * (first_layer + other_layers); }
    [[nodiscard]] constexpr double training() const
    {
        return 2 * (2 * first_layer + 3 * other_layers);
    }
};

inline constexpr network_work softmax_regression_work{784 * 10, 0};
inline constexpr network_work mlp_work{784 * 32, 32 * 10};
inline constexpr network_work deep_mlp_work{784 * 32, 32 * 32 + 32 * 10};
inline constexpr network_work convnet_work{784 * 9 * 8, 196 * 72 * 8 + 392 * 32 + 32 * 10};

} // namespace benchmarks
