// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution.hpp>
#include <xgrad/kernels/detail/convolution_pool_apart.hpp>
#include <xgrad/kernels/detail/phase_backward.hpp>
#include <xgrad/kernels/detail/phase_forward.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

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
//                gradients; their meaning is a matter of the kernels
// scratch:       convolution_pool_scratch_size elements, aligned to simd::alignment bytes
// All are dense and row-major, none overlap, and all but the scratch may be misaligned.
namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

template <convolution_geometry G, class T>
constexpr bool has_phases()
{
    constexpr bool is_plain = simd::is_vector<simd::pack<T>> &&
                              sizeof(T) >= sizeof(std::uint32_t) && G.stride_height == 1 &&
                              G.stride_width == 1 && G.dilation_height == 1 &&
                              G.dilation_width == 1 && G.groups == 1 && G.in_channels > 0 &&
                              G.out_channels > 0 && G.out_height() >= 2 && G.out_width() >= 2 &&
                              std::max(G.pad_top, G.pad_bottom) < G.kernel_height &&
                              std::max(G.pad_left, G.pad_right) < G.kernel_width;
    // Kernels are unrolled, and the phases of a group must stay in the second-level cache.
    constexpr bool is_small =
        G.kernel_height <= 5 && G.kernel_width <= 5 && G.in_size() * sizeof(T) <= 256 * 1024;
    if constexpr (is_plain && is_small)
    {
        using layout = pool_layout<G, T>;
        using adjoint = adjoint_layout<G, T>;
        return 2 * layout::images * layout::width >= layout::vectors * layout::lanes &&
               layout::images == adjoint::images;
    }
    else
        return false;
}

} // namespace detail

/// Whether the kernels below do better for G than the separate ones, which they call otherwise: for
/// strides and dilations of one, kernels of up to 5x5, and rows that fill half a vector at least.
template <convolution_geometry G, class T>
inline constexpr bool is_fused_pool = detail::has_phases<G, T>();

/// Elements of the pooled result of one image.
template <convolution_geometry G>
[[nodiscard]] constexpr std::size_t convolution_pool_out_size()
{
    return detail::pool_out_size<G>;
}

/// Bytes of the mask of one image. Images follow each other without a gap, so that a part of a
/// batch has a part of its mask.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr std::size_t convolution_pool_mask_size()
{
    if constexpr (is_fused_pool<G, T>)
        return detail::image_bytes<detail::pool_layout<G, T>>;
    else
        return detail::pool_out_size<G>;
}

/// Elements of T of scratch memory that each of the functions below needs.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr std::size_t convolution_pool_scratch_size(std::size_t /*batch*/)
{
    if constexpr (is_fused_pool<G, T>)
        return std::max(detail::phase_forward_scratch<G, T>, detail::backward_memory<G, T>::size);
    else
        return detail::pool_apart_scratch<G, T>();
}

/// out and mask from x, w and bias.
template <convolution_geometry G, class T>
void convolution_relu_max_pool_forward(std::size_t batch, const T* x, const T* w, const T* bias,
                                       T* out, std::uint8_t* mask, T* scratch)
{
    static_assert(G.problem().empty(), "xgrad: not a geometry of a convolution, see G.problem()");
    if constexpr (is_fused_pool<G, T>)
        detail::phase_forward<G>(batch, x, w, bias, out, mask, scratch);
    else
        detail::pool_apart_forward<G>(batch, x, w, bias, out, mask, scratch);
}

/// grad_x, grad_w and grad_bias from grad_out and mask, each unless it is null; grad_w and
/// grad_bias summed over the batch. Added to what is there if @p accumulate_x, or for the other two
/// @p accumulate_w. x may be null if grad_w is, and w if grad_x is.
template <convolution_geometry G, class T>
void convolution_relu_max_pool_backward(std::size_t batch, const T* x, const T* w,
                                        const T* grad_out, const std::uint8_t* mask, T* grad_x,
                                        bool accumulate_x, T* grad_w, T* grad_bias,
                                        bool accumulate_w, T* scratch)
{
    static_assert(G.problem().empty(), "xgrad: not a geometry of a convolution, see G.problem()");
    if (grad_w != nullptr && !accumulate_w)
        detail::fill_row(grad_w, G.filter_size(), T{});
    if (grad_bias != nullptr && !accumulate_w)
        detail::fill_row(grad_bias, G.out_channels, T{});
    if constexpr (is_fused_pool<G, T>)
        detail::phase_backward<G>(batch, x, w, grad_out, mask, grad_x, accumulate_x, grad_w,
                                  grad_bias, scratch);
    else
        detail::pool_apart_backward<G>(batch, x, w, grad_out, mask, grad_x, accumulate_x, grad_w,
                                       grad_bias, scratch);
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

} // namespace xgrad::inline XGRAD_ABI::kernels
