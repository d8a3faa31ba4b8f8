// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/matmul.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/sgd.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>

// The linear layers of a network written by hand: calls of kernels on memory that the caller holds.
namespace baseline
{

using std::size_t;

/// Adds a bias to each column of a product, then applies ReLU if asked to.
template <bool Relu>
struct add_bias
{
    const float* bias;

    template <class V>
    [[nodiscard]] V operator()(const V& value, size_t /*row*/, size_t column, size_t count) const
    {
        namespace simd = xgrad::simd;
        const float* const here = bias + column;
        const V sum = value + (count == simd::lanes<V> ? simd::load<V>(here)
                                                       : simd::load_partial<V>(here, count));
        return Relu ? simd::max(sum, V(0.0F)) : sum;
    }
};

/// Passes the gradient of ReLU on where its result is positive.
template <size_t Columns>
struct mask_by_relu
{
    const float* out;

    template <class V>
    [[nodiscard]] V operator()(const V& value, size_t row, size_t column, size_t count) const
    {
        namespace simd = xgrad::simd;
        const float* const here = out + row * Columns + column;
        const V y =
            count == simd::lanes<V> ? simd::load<V>(here) : simd::load_partial<V>(here, count);
        return simd::select(y > V(0.0F), value, V(0.0F));
    }
};

/// out (rows, Outputs) = x (rows, Inputs) weight (Inputs, Outputs) + bias, in memory that the
/// network's flat buffers hold: the weight and the bias behind it.
template <size_t Inputs, size_t Outputs, bool Relu>
struct dense_layer
{
    static constexpr size_t size = Inputs * Outputs + Outputs;

    float* weight;
    float* grad_weight;
    float* bias = weight + Inputs * Outputs;
    float* grad_bias = grad_weight + Inputs * Outputs;

    void forward(size_t rows, const float* x, float* out) const
    {
        xgrad::kernels::matmul<false, false, xgrad::dynamic, Outputs, Inputs>(
            rows, Outputs, Inputs, x, Inputs, weight, Outputs, out, Outputs, false,
            add_bias<Relu>{bias});
    }

    void backward_parameters(size_t rows, const float* x, const float* grad_out) const
    {
        xgrad::kernels::matmul<true, false, Inputs, Outputs>(
            Inputs, Outputs, rows, x, Inputs, grad_out, Outputs, grad_weight, Outputs, false);
        xgrad::kernels::sum(1, rows, Outputs, grad_out, grad_bias);
    }

    /// The gradient of x, which @p epilogue may mask.
    template <class Epilogue = xgrad::kernels::no_epilogue>
    void backward_input(size_t rows, const float* grad_out, float* grad_x,
                        const Epilogue& epilogue = {}) const
    {
        xgrad::kernels::matmul<false, true, xgrad::dynamic, Inputs, Outputs>(
            rows, Inputs, Outputs, grad_out, Outputs, weight, Outputs, grad_x, Inputs, false,
            epilogue);
    }
};

} // namespace baseline
