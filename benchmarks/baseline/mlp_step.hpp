// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "baseline/dense_layer.hpp"
#include "support/random.hpp"

#include <xgrad/data/batches.hpp>
#include <xgrad/kernels/cross_entropy.hpp>

namespace baseline
{

/// A step of gradient descent of examples/models/mlp.hpp, written by hand: what the expression of
/// the network should become.
class mlp_step
{
public:
    static constexpr size_t largest_batch = 100;

    /// The weights and biases, layer by layer, to be set before the first step.
    [[nodiscard]] std::span<float> parameters() const { return m_values.span(); }

    /// Takes a step; returns the mean loss before it.
    float operator()(const xgrad::batch<float>& b, float rate)
    {
        namespace kernels = xgrad::kernels;
        const size_t n = b.count;
        const float share = 1.0F / static_cast<float>(n);
        m_first.forward(n, b.pixels, m_hidden.data());
        m_second.forward(n, m_hidden.data(), m_scores.data());
        const double loss = kernels::cross_entropy_forward(n, classes, m_scores.data(), b.labels,
                                                           m_probabilities.data());
        kernels::cross_entropy_backward(n, classes, m_probabilities.data(), b.labels, share,
                                        m_grad_scores.data(), false);
        m_second.backward_parameters(n, m_hidden.data(), m_grad_scores.data());
        m_second.backward_input(n, m_grad_scores.data(), m_grad_hidden.data(),
                                mask_by_relu<units>{m_hidden.data()});
        m_first.backward_parameters(n, b.pixels, m_grad_hidden.data());
        kernels::sgd_update(m_values.size(), m_values.data(), m_gradients.data(), rate);
        return static_cast<float>(loss) * share;
    }

private:
    static constexpr size_t pixels = 784;
    static constexpr size_t units = 32;
    static constexpr size_t classes = 10;
    using first_layer = dense_layer<pixels, units, true>;
    using second_layer = dense_layer<units, classes, false>;
    using array = benchmarks::array<float>;

    array m_values{first_layer::size + second_layer::size};
    array m_gradients{m_values.size()};
    first_layer m_first{m_values.data(), m_gradients.data()};
    second_layer m_second{m_values.data() + first_layer::size,
                          m_gradients.data() + first_layer::size};
    array m_hidden{largest_batch * units};
    array m_scores{largest_batch * classes};
    array m_probabilities{largest_batch * classes};
    array m_grad_scores{largest_batch * classes};
    array m_grad_hidden{largest_batch * units};
};

} // namespace baseline
