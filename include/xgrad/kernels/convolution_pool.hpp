// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/pooling.hpp>

#include <cstddef>
#include <cstdint>

// A convolution, the positive part of its result and the maxima of the 2x2 tiles of that in one,
// for a geometry known when compiling:
//   out = maxima over 2x2 tiles of max(w * x + bias, 0)
// Of equal pixels the first in row-major order wins, a NaN wins over every number; the gradient
// goes to the winner where it is positive, else nowhere. An odd last row or column is in no tile.
//
// x, grad_x:     (batch, in_channels, height, width)
// w, grad_w:     (out_channels, in_channels / groups, kernel_height, kernel_width)
// bias:          (out_channels), or null for none
// out, grad_out: (batch, out_channels, out_height / 2, out_width / 2)
// mask:          convolution_pool_mask_size bytes for each image, written by forward, read by the
//                gradients; its order within an image is a matter of the kernels
// scratch:       convolution_pool_scratch_size elements, aligned to simd::alignment bytes
// All are dense and row-major, none overlap, and all but the scratch may be misaligned.
namespace xgrad::kernels
{

namespace detail
{

/// The pooling of the result of G.
template <convolution_geometry G>
inline constexpr pooling_geometry tiles_of{.height = G.out_height(),
                                           .width = G.out_width(),
                                           .window_height = 2,
                                           .window_width = 2,
                                           .stride_height = 2,
                                           .stride_width = 2};

/// What the mask says of a tile whose largest pixel is not positive; else it is the cell of that.
inline constexpr std::uint8_t no_winner = 4;

} // namespace detail

/// Elements of the pooled result of one image.
template <convolution_geometry G>
[[nodiscard]] constexpr std::size_t convolution_pool_out_size()
{
    return G.out_channels * detail::tiles_of<G>.out_pixels();
}

/// Bytes of the mask of one image. Images follow each other without a gap, so that a part of a
/// batch has a part of its mask.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr std::size_t convolution_pool_mask_size()
{
    return convolution_pool_out_size<G>();
}

/// Elements of T of scratch memory that each of the functions below needs.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr std::size_t convolution_pool_scratch_size(std::size_t)
{
    return detail::aligned_size<T>(G.out_size()) + convolution_scratch_size<G, T>(1);
}

/// out and mask from x, w and bias.
template <convolution_geometry G, class T>
void convolution_relu_max_pool_forward(std::size_t batch, const T* x, const T* w, const T* bias,
                                       T* out, std::uint8_t* mask, T* scratch)
{
    constexpr std::size_t size = convolution_pool_out_size<G>();
    T* const rest = scratch + detail::aligned_size<T>(G.out_size());
    for (std::size_t b = 0; b < batch; ++b, x += G.in_size(), out += size, mask += size)
    {
        convolution_forward<G>(1, x, w, bias, scratch, false, rest);
        max_pool_forward(detail::tiles_of<G>, G.out_channels, scratch, out, mask);
        for (std::size_t i = 0; i < size; ++i)
            if (!(out[i] > T{}))
                mask[i] = detail::no_winner;
        detail::relu_row(out, size);
    }
}

/// grad_x, grad_w and grad_bias from grad_out and mask, each unless it is null; grad_w and
/// grad_bias summed over the batch. Added to what is there if @p accumulate_x, or for the other two
/// @p accumulate_w.
template <convolution_geometry G, class T>
void convolution_relu_max_pool_backward(std::size_t batch, const T* x, const T* w,
                                        const T* grad_out, const std::uint8_t* mask, T* grad_x,
                                        bool accumulate_x, T* grad_w, T* grad_bias,
                                        bool accumulate_w, T* scratch)
{
    constexpr std::size_t size = convolution_pool_out_size<G>();
    T* const rest = scratch + detail::aligned_size<T>(G.out_size());
    if (grad_w != nullptr && !accumulate_w)
        detail::clear_weight_gradient(G, grad_w, grad_bias);
    for (std::size_t b = 0; b < batch; ++b, grad_out += size, mask += size)
    {
        max_pool_backward(detail::tiles_of<G>, G.out_channels, grad_out, mask, scratch, false);
        if (grad_w != nullptr)
            convolution_weight_gradient<G>(1, x + b * G.in_size(), static_cast<const T*>(scratch),
                                           grad_w, grad_bias, true, rest);
        if (grad_x != nullptr)
            convolution_input_gradient<G>(1, static_cast<const T*>(scratch), w,
                                          grad_x + b * G.in_size(), accumulate_x, rest);
    }
}

/// grad_x from grad_out and mask, added to grad_x if @p accumulate.
template <convolution_geometry G, class T>
void convolution_relu_max_pool_input_gradient(std::size_t batch, const T* grad_out,
                                              const std::uint8_t* mask, const T* w, T* grad_x,
                                              bool accumulate, T* scratch)
{
    convolution_relu_max_pool_backward<G, T>(batch, nullptr, w, grad_out, mask, grad_x, accumulate,
                                             nullptr, nullptr, false, scratch);
}

/// grad_w, and unless it is null grad_bias, from grad_out and mask, summed over the batch; added to
/// what is there if @p accumulate.
template <convolution_geometry G, class T>
void convolution_relu_max_pool_weight_gradient(std::size_t batch, const T* x, const T* grad_out,
                                               const std::uint8_t* mask, T* grad_w, T* grad_bias,
                                               bool accumulate, T* scratch)
{
    convolution_relu_max_pool_backward<G, T>(batch, x, nullptr, grad_out, mask, nullptr, false,
                                             grad_w, grad_bias, accumulate, scratch);
}

} // namespace xgrad::kernels
