// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/direct_layout.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

// The weight gradient of a convolution channel by channel, for a geometry known when compiling. So
// little is done with a pixel that copies into padded planes cost as much as the products: planes
// are read where they lie, the border being masks, and all weights of a channel are summed at once.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Vectors of a row, each of which has a loop of its own.
template <convolution_geometry G, class T>
inline constexpr std::size_t
    depthwise_strips = (G.out_width() + simd::width<T> - 1) / simd::width<T>;

/// Whether the form suits: masks in registers of their own, and as many others as hold the weights,
/// the pixels that they see, a gradient and the bias.
template <convolution_geometry G, class T>
inline constexpr bool is_depthwise = is_direct<G, T>&& simd::registers >= 32 &&
                                     simd::has_masks<simd::pack<T>>&& G.group_in_channels() == 1 &&
                                     G.group_out_channels() == 1 && G.dilation_height == 1 &&
                                     2 * G.taps() + 2 <= simd::registers&& depthwise_strips<G, T> <=
                                         8;

/// The pixels that the strip of a row of results from column First on sees by the column Tap of the
/// kernel, zero in the border.
template <convolution_geometry G, std::size_t First, std::size_t Tap, class V>
[[nodiscard]] V load_pixels(const simd::lane<V>* row)
{
    constexpr std::size_t column = First + Tap * G.dilation_width; // of the padded row
    constexpr std::size_t begin = std::max(column, G.pad_left) - column;
    constexpr std::size_t end = std::min(
        {std::max(column, G.pad_left + G.width) - column, G.out_width() - First, simd::lanes<V>});
    if constexpr (begin >= end)
        return simd::broadcast<V>({});
    else if constexpr (begin == 0 && end == simd::lanes<V>)
        return simd::keep(simd::load<V>(row + (column - G.pad_left)));
    else
        return simd::load_lanes<begin, end - begin>(row + (column + begin - G.pad_left),
                                                    simd::broadcast<V>({}));
}

/// A plane of x and one of grad_out.
template <class T>
struct depthwise_planes
{
    const T* x;
    const T* grad_out;
};

/// Adds the weight gradient of one plane and, unless it is null, that of the bias; @p next are to
/// come.
template <convolution_geometry G, class T>
void depthwise_plane_weights(const depthwise_planes<T>& planes, const depthwise_planes<T>& next,
                             T* grad_w, T* grad_bias)
{
    using V = simd::pack<T>;
    constexpr std::size_t columns = G.kernel_width;
    constexpr std::size_t taps = G.taps();
    // As before any other row, elements lie before that in the border: load_lanes points at them.
    static constexpr T zeros[simd::lanes<V> + G.width] = {};
    constexpr const T* border = zeros + simd::lanes<V>;
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... J, std::size_t... S>(std::index_sequence<J...>, std::index_sequence<S...>)
    {
        V sum[] = {((void)J, simd::broadcast<V>({}))...};
        V bias = simd::broadcast<V>({});
        const auto add_strip = [&]<std::size_t First>(std::integral_constant<std::size_t, First>)
        {
            constexpr std::size_t lanes = std::min(simd::lanes<V>, G.out_width() - First);
            V tap[taps];
            // Every row of the kernel sees a row of x, one after the other: it is loaded once.
            const auto take_row = [&](std::size_t padded_row)
            {
                const std::size_t y = padded_row - G.pad_top;
                const T* const row = y < G.height ? planes.x + y * G.width : border;
                ((tap[J] = J + columns < taps ? tap[(J + columns) % taps]
                                              : load_pixels<G, First, J % columns, V>(row)),
                 ...);
            };
            for (std::size_t i = 0; i + 1 < G.kernel_height; ++i)
                take_row(i);
            for (std::size_t y = 0; y < G.out_height(); ++y)
            {
                const std::size_t place = y * G.out_width() + First;
                prefetch(next.x + std::min(place, G.in_pixels()));
                prefetch(next.grad_out + place);
                take_row(y + G.kernel_height - 1);
                const V gradient = simd::keep(
                    simd::load_lanes<0, lanes>(planes.grad_out + place, simd::broadcast<V>({})));
                bias += gradient;
                ((sum[J] = simd::fma(gradient, tap[J], sum[J])), ...);
            }
        };
        (add_strip(std::integral_constant<std::size_t, S * simd::lanes<V>>{}), ...);
        ((grad_w[J] += simd::reduce_add(sum[J])), ...);
        if (grad_bias != nullptr)
            *grad_bias += simd::reduce_add(bias);
    }
    (std::make_index_sequence<taps>{}, std::make_index_sequence<depthwise_strips<G, T>>{});
}

/// Adds to grad_w and, unless it is null, to grad_bias.
template <convolution_geometry G, class T>
void depthwise_weight_gradient(std::size_t batch, const T* x, const T* grad_out, T* grad_w,
                               T* grad_bias)
{
    const std::size_t count = batch * G.groups;
    const auto planes = [&](std::size_t i) {
        return depthwise_planes<T>{x + i * G.in_pixels(), grad_out + i * G.out_pixels()};
    };
    for (std::size_t i = 0; i < count; ++i)
    {
        const std::size_t channel = i % G.groups;
        depthwise_plane_weights<G>(planes(i), planes(std::min(i + 1, count - 1)),
                                   grad_w + channel * G.taps(),
                                   grad_bias == nullptr ? nullptr : grad_bias + channel);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
