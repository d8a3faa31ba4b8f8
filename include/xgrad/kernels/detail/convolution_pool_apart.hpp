// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/pooling.hpp>

#include <cstddef>
#include <cstdint>

// Convolution, relu and pooling of 2x2 tiles by the separate kernels, image by image, for the
// geometries that the fused ones do not suit.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The pooling of the result of G.
template <convolution_geometry G>
inline constexpr pooling_geometry tiles_of{.height = G.out_height(),
                                           .width = G.out_width(),
                                           .window_height = 2,
                                           .window_width = 2,
                                           .stride_height = 2,
                                           .stride_width = 2};

/// Elements of the pooled result of one image.
template <convolution_geometry G>
inline constexpr std::size_t pool_out_size = G.out_channels* tiles_of<G>.out_pixels();

/// What the mask says of a tile whose largest pixel is not positive; else it is the cell of that.
inline constexpr std::uint8_t no_winner = 4;

template <convolution_geometry G, class T>
constexpr std::size_t pool_apart_scratch()
{
    return aligned_size<T>(G.out_size()) + convolution_scratch_size<G, T>(1);
}

template <convolution_geometry G, class T>
void pool_apart_forward(std::size_t batch, const T* x, const T* w, const T* bias, T* out,
                        std::uint8_t* mask, T* scratch)
{
    constexpr std::size_t size = pool_out_size<G>;
    T* const rest = scratch + aligned_size<T>(G.out_size());
    for (std::size_t b = 0; b < batch; ++b, x += G.in_size(), out += size, mask += size)
    {
        convolution_forward<G>(1, x, w, bias, scratch, false, rest);
        max_pool_forward(tiles_of<G>, G.out_channels, scratch, out, mask);
        for (std::size_t i = 0; i < size; ++i)
            if (!(out[i] > T{}))
                mask[i] = no_winner;
        relu_row(out, size);
    }
}

/// The gradients that are not null; grad_w and grad_bias are added to.
template <convolution_geometry G, class T>
void pool_apart_backward(std::size_t batch, const T* x, const T* w, const T* grad_out,
                         const std::uint8_t* mask, T* grad_x, bool accumulate_x, T* grad_w,
                         T* grad_bias, T* scratch)
{
    constexpr std::size_t size = pool_out_size<G>;
    const T* const gradient = scratch;
    T* const rest = scratch + aligned_size<T>(G.out_size());
    for (std::size_t b = 0; b < batch; ++b, grad_out += size, mask += size)
    {
        max_pool_backward(tiles_of<G>, G.out_channels, grad_out, mask, scratch, false);
        if (grad_w != nullptr)
            convolution_weight_gradient<G>(1, x + b * G.in_size(), gradient, grad_w, grad_bias,
                                           true, rest);
        else if (grad_bias != nullptr)
            convolution_bias_gradient(1, G.out_channels, G.out_pixels(), gradient, grad_bias, true);
        if (grad_x != nullptr)
            convolution_input_gradient<G>(1, gradient, w, grad_x + b * G.in_size(), accumulate_x,
                                          rest);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
