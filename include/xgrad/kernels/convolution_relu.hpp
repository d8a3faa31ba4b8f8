// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution.hpp>
#include <xgrad/kernels/detail/rows.hpp>

#include <algorithm>
#include <cstddef>

// A convolution and the positive part of its result in one, for a geometry known when compiling:
//   out    = max(w * x + bias, 0), NaN stays NaN
//   grad_x, grad_w, grad_bias: those of convolution.hpp from grad_out where out > 0, else 0
// Operands and scratch memory are as in convolution.hpp.
namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// Images whose masked gradients are held at once: enough to fill a pass of the weight gradient.
template <convolution_geometry G, class T>
inline constexpr std::size_t relu_images =
    std::clamp<std::size_t>(64 * 1024 / sizeof(T) / std::max<std::size_t>(1, G.out_size()), 1, 8);

/// Calls run(first image, images, their grad_out where out > 0, scratch memory) for the whole
/// batch.
template <convolution_geometry G, class T, class Run>
void with_masked_gradient(std::size_t batch, const T* grad_out, const T* out, T* scratch, Run run)
{
    constexpr std::size_t most = relu_images<G, T>;
    for (std::size_t first = 0; first < batch; first += most)
    {
        const std::size_t images = std::min(most, batch - first);
        mask_row(grad_out + first * G.out_size(), out + first * G.out_size(), scratch,
                 images * G.out_size());
        run(first, images, static_cast<const T*>(scratch),
            scratch + aligned_size<T>(most * G.out_size()));
    }
}

} // namespace detail

/// Elements of T of scratch memory that each of the functions below needs.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr std::size_t convolution_relu_scratch_size(std::size_t batch)
{
    constexpr std::size_t most = detail::relu_images<G, T>;
    return detail::aligned_size<T>(most * G.out_size()) +
           convolution_scratch_size<G, T>(std::min(batch, most));
}

/// out = max(w * x + bias, 0)
template <convolution_geometry G, class T>
void convolution_relu_forward(std::size_t batch, const T* x, const T* w, const T* bias, T* out,
                              T* scratch)
{
    for (std::size_t b = 0; b < batch; ++b, x += G.in_size(), out += G.out_size())
    {
        convolution_forward<G>(1, x, w, bias, out, false, scratch);
        detail::relu_row(out, G.out_size());
    }
}

/// grad_x from grad_out and out, added to grad_x if @p accumulate.
template <convolution_geometry G, class T>
void convolution_relu_input_gradient(std::size_t batch, const T* grad_out, const T* out, const T* w,
                                     T* grad_x, bool accumulate, T* scratch)
{
    detail::with_masked_gradient<G>(
        batch, grad_out, out, scratch,
        [&](std::size_t first, std::size_t images, const T* gradient, T* rest)
        {
            convolution_input_gradient<G>(images, gradient, w, grad_x + first * G.in_size(),
                                          accumulate, rest);
        });
}

/// grad_w, and unless it is null grad_bias, from grad_out and out, summed over the batch; added to
/// what is there if @p accumulate.
template <convolution_geometry G, class T>
void convolution_relu_weight_gradient(std::size_t batch, const T* x, const T* grad_out,
                                      const T* out, T* grad_w, T* grad_bias, bool accumulate,
                                      T* scratch)
{
    if (!accumulate)
        detail::clear_weight_gradient(G, grad_w, grad_bias);
    detail::with_masked_gradient<G>(
        batch, grad_out, out, scratch,
        [&](std::size_t first, std::size_t images, const T* gradient, T* rest)
        {
            convolution_weight_gradient<G>(images, x + first * G.in_size(), gradient, grad_w,
                                           grad_bias, true, rest);
        });
}

} // namespace xgrad::inline XGRAD_ABI::kernels
