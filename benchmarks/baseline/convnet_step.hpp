// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "baseline/dense_layer.hpp"
#include "support/random.hpp"

#include <xgrad/data/batches.hpp>
#include <xgrad/kernels/convolution_pool.hpp>
#include <xgrad/kernels/cross_entropy.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace baseline
{

/// Convolution with 3x3 filters, ReLU and 2x2 pooling by the maximum, as one kernel each way; its
/// parameters lie in the network's flat buffers, the filters and the biases behind them.
template <size_t Inputs, size_t Outputs, size_t Extent>
struct pooled_convolution
{
    static constexpr xgrad::kernels::convolution_geometry geometry{.in_channels = Inputs,
                                                                   .height = Extent,
                                                                   .width = Extent,
                                                                   .out_channels = Outputs,
                                                                   .kernel_height = 3,
                                                                   .kernel_width = 3,
                                                                   .pad_top = 1,
                                                                   .pad_bottom = 1,
                                                                   .pad_left = 1,
                                                                   .pad_right = 1};
    static constexpr size_t filters = geometry.filter_size();
    static constexpr size_t size = filters + Outputs;
    static constexpr size_t out_size = Outputs * (Extent / 2) * (Extent / 2);
    static constexpr size_t mask_size =
        xgrad::kernels::convolution_pool_mask_size<geometry, float>();

    float* weight;
    float* grad_weight;

    void forward(size_t images, const float* x, float* out, std::uint8_t* mask,
                 float* scratch) const
    {
        xgrad::kernels::convolution_relu_max_pool_forward<geometry>(
            images, x, weight, weight + filters, out, mask, scratch);
    }

    /// Without the gradient of x if @p grad_x is null.
    void backward(size_t images, const float* x, const float* grad_out, const std::uint8_t* mask,
                  float* grad_x, float* scratch) const
    {
        xgrad::kernels::convolution_relu_max_pool_backward<geometry>(
            images, x, weight, grad_out, mask, grad_x, false, grad_weight, grad_weight + filters,
            false, scratch);
    }

    static constexpr size_t scratch_size(size_t images)
    {
        return xgrad::kernels::convolution_pool_scratch_size<geometry, float>(images);
    }
};

/// A step of gradient descent of examples/models/convnet.hpp, written by hand.
class convnet_step
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
        float* const scratch = m_scratch.data();
        m_first.forward(n, b.pixels, m_a.data(), m_mask_a.data(), scratch);
        m_second.forward(n, m_a.data(), m_b.data(), m_mask_b.data(), scratch);
        m_third.forward(n, m_b.data(), m_hidden.data());
        m_fourth.forward(n, m_hidden.data(), m_scores.data());
        const double loss = kernels::cross_entropy_forward(n, classes, m_scores.data(), b.labels,
                                                           m_probabilities.data());
        kernels::cross_entropy_backward(n, classes, m_probabilities.data(), b.labels, share,
                                        m_grad_scores.data(), false);
        m_fourth.backward_parameters(n, m_hidden.data(), m_grad_scores.data());
        m_fourth.backward_input(n, m_grad_scores.data(), m_grad_hidden.data(),
                                mask_by_relu<units>{m_hidden.data()});
        m_third.backward_parameters(n, m_b.data(), m_grad_hidden.data());
        m_third.backward_input(n, m_grad_hidden.data(), m_grad_b.data());
        m_second.backward(n, m_a.data(), m_grad_b.data(), m_mask_b.data(), m_grad_a.data(),
                          scratch);
        m_first.backward(n, b.pixels, m_grad_a.data(), m_mask_a.data(), nullptr, scratch);
        kernels::sgd_update(m_values.size(), m_values.data(), m_gradients.data(), rate);
        return static_cast<float>(loss) * share;
    }

private:
    static constexpr size_t units = 32;
    static constexpr size_t classes = 10;
    using first_layer = pooled_convolution<1, 8, 28>;
    using second_layer = pooled_convolution<8, 8, 14>;
    using third_layer = dense_layer<second_layer::out_size, units, true>;
    using fourth_layer = dense_layer<units, classes, false>;
    using array = benchmarks::array<float>;
    using bytes = std::vector<std::uint8_t>;

    static constexpr size_t second_place = first_layer::size;
    static constexpr size_t third_place = second_place + second_layer::size;
    static constexpr size_t fourth_place = third_place + third_layer::size;

    array m_values{fourth_place + fourth_layer::size};
    array m_gradients{m_values.size()};
    first_layer m_first{m_values.data(), m_gradients.data()};
    second_layer m_second{m_values.data() + second_place, m_gradients.data() + second_place};
    third_layer m_third{m_values.data() + third_place, m_gradients.data() + third_place};
    fourth_layer m_fourth{m_values.data() + fourth_place, m_gradients.data() + fourth_place};
    array m_a{largest_batch * first_layer::out_size};
    array m_b{largest_batch * second_layer::out_size};
    bytes m_mask_a = bytes(largest_batch * first_layer::mask_size);
    bytes m_mask_b = bytes(largest_batch * second_layer::mask_size);
    array m_hidden{largest_batch * units};
    array m_scores{largest_batch * classes};
    array m_probabilities{largest_batch * classes};
    array m_grad_scores{largest_batch * classes};
    array m_grad_hidden{largest_batch * units};
    array m_grad_b{m_b.size()};
    array m_grad_a{m_a.size()};
    array m_scratch{std::max(first_layer::scratch_size(largest_batch),
                             second_layer::scratch_size(largest_batch))};
};

} // namespace baseline
