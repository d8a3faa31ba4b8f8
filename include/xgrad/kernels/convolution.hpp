// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/channel_forward.hpp>
#include <xgrad/kernels/detail/channel_input.hpp>
#include <xgrad/kernels/detail/channel_weights.hpp>
#include <xgrad/kernels/detail/convolution_general.hpp>
#include <xgrad/kernels/detail/depthwise_weights.hpp>
#include <xgrad/kernels/detail/direct_forward.hpp>
#include <xgrad/kernels/detail/direct_weights.hpp>
#include <xgrad/kernels/detail/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

// Two-dimensional convolution in the sense of neural networks (a correlation: the filters are not
// turned round) and its two adjoints. With patches P(x) of an image, filters W and results
//   out    = W P(x) + bias
// the gradients are
//   grad_W    = sum over the batch of grad_out P(x)^T
//   grad_bias = sum over batch and pixels of grad_out
//   grad_x    = P^T (W^T grad_out)
// Each function is called with a geometry known when running, or, as its first template argument,
// known when compiling. Nothing is allocated: the caller passes scratch memory.
//
// x, grad_x:     (batch, in_channels, height, width)
// w, grad_w:     (out_channels, in_channels / groups, kernel_height, kernel_width)
// out, grad_out: (batch, out_channels, out_height, out_width)
// bias:          (out_channels), or null for none
// scratch:       convolution_scratch_size elements, aligned to simd::alignment bytes
// All are dense and row-major, none overlap, and all but the scratch may be misaligned. The
// geometry is valid: geometry.problem() is empty.
namespace xgrad::inline XGRAD_ABI::kernels
{

// ---- geometry known when running ----------------------------------------------------------------

/// Elements of T of scratch memory that each of the functions below with the same geometry needs.
template <class T>
[[nodiscard]] constexpr std::size_t convolution_scratch_size(const convolution_geometry& g,
                                                             std::size_t /*batch*/)
{
    std::size_t size = detail::general_scratch_size<T>(g);
    if (detail::has_channel_forward<T>(g))
        size = std::max(size, detail::channel_forward_memory<T>(g).size);
    if (detail::has_channel_input<T>(g))
        size = std::max(size, detail::channel_input_memory<T>(g).size);
    if (detail::has_channel_weights<T>(g))
        size = std::max(size, detail::channel_weight_memory<T>(g).size);
    return size;
}

/// What convolution_forward does for @p g, in words.
template <class T>
[[nodiscard]] constexpr const char* convolution_form(const convolution_geometry& g)
{
    if constexpr (simd::is_vector<simd::pack<T>>)
        if (detail::has_channel_forward<T>(g))
            return "channels in the lanes";
    return "im2col by tiles";
}

/// out = w * x + bias, added to out if @p accumulate.
template <class T>
void convolution_forward(const convolution_geometry& g, std::size_t batch, const T* x, const T* w,
                         const T* bias, T* out, bool accumulate, T* scratch)
{
    if constexpr (simd::is_vector<simd::pack<T>>)
        if (detail::has_channel_forward<T>(g))
            return detail::channel_forward(g, batch, x, w, bias, out, accumulate, scratch);
    detail::general_forward(g, batch, x, w, bias, out, accumulate, scratch);
}

/// grad_x from grad_out, added to grad_x if @p accumulate.
template <class T>
void convolution_input_gradient(const convolution_geometry& g, std::size_t batch, const T* grad_out,
                                const T* w, T* grad_x, bool accumulate, T* scratch)
{
    if constexpr (simd::is_vector<simd::pack<T>>)
        if (detail::has_channel_input<T>(g))
            return detail::channel_input_gradient(g, batch, grad_out, w, grad_x, accumulate,
                                                  scratch);
    detail::general_input_gradient(g, batch, grad_out, w, grad_x, accumulate, scratch);
}

/// grad_w, and unless it is null grad_bias, summed over the batch; added to what is there if
/// @p accumulate. Where there are many channels some pixels are multiplied by zero, so that an
/// infinite one may give NaN where the definition gives an infinity.
template <class T>
void convolution_weight_gradient(const convolution_geometry& g, std::size_t batch, const T* x,
                                 const T* grad_out, T* grad_w, T* grad_bias, bool accumulate,
                                 T* scratch)
{
    if (!accumulate)
        detail::clear_weight_gradient(g, grad_w, grad_bias);
    if constexpr (simd::is_vector<simd::pack<T>>)
        if (detail::has_channel_weights<T>(g))
            return detail::channel_weight_gradient(g, batch, x, grad_out, grad_w, grad_bias,
                                                   scratch);
    detail::general_weight_gradient(g, batch, x, grad_out, grad_w, grad_bias, scratch);
}

// ---- geometry known when compiling --------------------------------------------------------------

/// Elements of T of scratch memory that each of the functions below with the same geometry needs.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr std::size_t convolution_scratch_size(std::size_t batch)
{
    std::size_t size = convolution_scratch_size<T>(G, batch);
    if constexpr (detail::is_direct<G, T>)
        size = std::max({size, detail::direct_forward_scratch<G, T>,
                         detail::direct_weight_gradient_scratch<G, T>});
    if constexpr (detail::has_direct_adjoint<G, T>())
        size = std::max(size, detail::direct_input_gradient_scratch<G, T>);
    return size;
}

/// What convolution_forward does for G, in words.
template <convolution_geometry G, class T>
[[nodiscard]] constexpr const char* convolution_form()
{
    if constexpr (detail::is_direct<G, T> && !detail::has_channel_forward<T>(G))
        return "shifted planes";
    else
        return convolution_form<T>(G);
}

/// As convolution_forward above. Specialised where G suits and channels are few.
template <convolution_geometry G, class T>
void convolution_forward(std::size_t batch, const T* x, const T* w, const T* bias, T* out,
                         bool accumulate, T* scratch)
{
    static_assert(G.problem().empty(), "xgrad: not a geometry of a convolution, see G.problem()");
    if constexpr (detail::is_direct<G, T> && !detail::has_channel_forward<T>(G))
        detail::direct_forward<G>(batch, x, w, bias, out, accumulate, scratch);
    else
        convolution_forward(G, batch, x, w, bias, out, accumulate, scratch);
}

/// As convolution_input_gradient above. Specialised where G suits and channels are few.
template <convolution_geometry G, class T>
void convolution_input_gradient(std::size_t batch, const T* grad_out, const T* w, T* grad_x,
                                bool accumulate, T* scratch)
{
    static_assert(G.problem().empty(), "xgrad: not a geometry of a convolution, see G.problem()");
    if constexpr (detail::has_direct_adjoint<G, T>() && !detail::has_channel_input<T>(G))
        detail::direct_input_gradient<G>(batch, grad_out, w, grad_x, accumulate, scratch);
    else
        convolution_input_gradient(G, batch, grad_out, w, grad_x, accumulate, scratch);
}

/// As convolution_weight_gradient above. Specialised where G suits and channels are few, then too
/// some pixels are multiplied by zero.
template <convolution_geometry G, class T>
void convolution_weight_gradient(std::size_t batch, const T* x, const T* grad_out, T* grad_w,
                                 T* grad_bias, bool accumulate, T* scratch)
{
    static_assert(G.problem().empty(), "xgrad: not a geometry of a convolution, see G.problem()");
    if constexpr (detail::is_direct<G, T> && !detail::has_channel_weights<T>(G))
    {
        if (!accumulate)
            detail::clear_weight_gradient(G, grad_w, grad_bias);
        if constexpr (detail::is_depthwise<G, T>)
            detail::depthwise_weight_gradient<G>(batch, x, grad_out, grad_w, grad_bias);
        else
            detail::direct_weight_gradient<G>(batch, x, grad_out, grad_w, grad_bias, scratch);
    }
    else
        convolution_weight_gradient(G, batch, x, grad_out, grad_w, grad_bias, accumulate, scratch);
}

// ---- bias alone -------------------------------------------------------------------------------

/// grad_bias[channel] = sum of grad_out (batch, channels, pixels) over batch and pixels, added to
/// grad_bias if @p accumulate.
template <class T>
void convolution_bias_gradient(std::size_t batch, std::size_t channels, std::size_t pixels,
                               const T* grad_out, T* grad_bias, bool accumulate)
{
    if (!accumulate)
        detail::fill_row(grad_bias, channels, T{});
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t channel = 0; channel < channels; ++channel, grad_out += pixels)
            grad_bias[channel] += detail::sum_row(grad_out, pixels);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
