// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/direct_layout.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

// The weight gradient of direct convolution. A weight is the inner product of a plane of grad_out
// with a shifted plane of x; products are summed lane by lane over the images of a pass, and the
// lanes added up once, when it ends.
namespace xgrad::kernels::detail
{

/// Channels times taps of a kernel row whose sums are kept in registers at once.
template <class V>
inline constexpr std::size_t direct_weight_channels = sizeof(V) == 64 ? 8 : 4;
inline constexpr std::size_t direct_weight_taps = 3;

/// Images per pass: their planes of one block stay in the first-level cache.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_images = []
{
    using layout = direct_layout<G, T>;
    const std::size_t image =
        direct_weight_channels<typename layout::V> * G.out_pixels() + layout::plane;
    return std::clamp<std::size_t>(32 * 1024 / sizeof(T) / image, 1, 8);
}();

/// A vector of a row of grad_out, zero in the lanes that another vector or no vector holds.
template <convolution_geometry G, class V>
[[nodiscard]] inline V load_gradient(const simd::lane<V>* source, bool is_last)
{
    using layout = direct_layout<G, simd::lane<V>>;
    if constexpr (layout::row_lanes < layout::width)
        return simd::load_partial<V>(source, layout::row_lanes);
    else if constexpr (layout::overlap > 0)
        if (is_last)
            return select_lanes(layout::overlap, layout::width, simd::load<V>(source), V(0));
    return simd::load<V>(source);
}

/// Adds to grad_w, for Channels filters and the Taps first columns of one kernel row, the sums over
/// @p images images. @p patch and @p grad_out point at the first pixel of the first image.
template <convolution_geometry G, std::size_t Channels, std::size_t Taps, class T>
void direct_weight_block(std::size_t images, const T* patch, const T* grad_out, T* grad_w)
{
    using layout = direct_layout<G, T>;
    using V = typename layout::V;
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>)
    {
        V sum[] = {((void)I, simd::broadcast<V>(T{}))...};
        for (std::size_t image = 0; image < images;
             ++image, patch += layout::image, grad_out += G.out_size())
            for (std::size_t y = 0; y < G.out_height(); ++y)
                for (std::size_t i = 0; i < layout::row_vectors; ++i)
                {
                    const std::size_t column = std::min(i * layout::width, layout::last_column);
                    const T* x = patch + y * layout::pitch + column;
                    const T* gradient = grad_out + y * G.out_width() + column;
                    const V tap[] = {simd::keep(simd::load<V>(x + J * G.dilation_width))...};
                    ((sum[I] = simd::fma(load_gradient<G, V>(gradient + I / Taps * G.out_pixels(),
                                                             i + 1 == layout::row_vectors),
                                         tap[I % Taps], sum[I])),
                     ...);
                }
        ((grad_w[I / Taps * G.taps() + I % Taps] += simd::reduce_add(sum[I])), ...);
    }
    (std::make_index_sequence<Channels * Taps>{}, std::make_index_sequence<Taps>{});
}

/// The same for all taps of Channels filters.
template <convolution_geometry G, std::size_t Channels, class T>
void direct_filter_gradient(std::size_t images, const T* planes, const T* grad_out, T* grad_w)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t ragged = G.kernel_width % direct_weight_taps;
    for (std::size_t channel = 0; channel < G.group_in_channels(); ++channel)
        for (std::size_t i = 0; i < G.kernel_height; ++i)
        {
            const T* patch =
                planes + channel * layout::plane + i * G.dilation_height * layout::pitch;
            std::size_t j = 0;
            for (; j + direct_weight_taps <= G.kernel_width; j += direct_weight_taps)
                direct_weight_block<G, Channels, direct_weight_taps>(
                    images, patch + j * G.dilation_width, grad_out, grad_w + j);
            if constexpr (ragged > 0)
                direct_weight_block<G, Channels, ragged>(images, patch + j * G.dilation_width,
                                                         grad_out, grad_w + j);
            grad_w += G.kernel_width;
        }
}

/// Elements of scratch memory of direct_weight_gradient.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_weight_gradient_scratch =
    direct_images<G, T>* direct_layout<G, T>::image;

/// Adds to grad_w and, unless it is null, to grad_bias.
template <convolution_geometry G, class T>
void direct_weight_gradient(std::size_t batch, const T* x, const T* grad_out, T* grad_w,
                            T* grad_bias, T* scratch)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t block = direct_weight_channels<typename layout::V>;
    constexpr std::size_t ragged = G.group_out_channels() % block;
    clear_planes<G>(scratch, direct_images<G, T>);
    for (std::size_t first = 0; first < batch; first += direct_images<G, T>)
    {
        const std::size_t images = std::min(direct_images<G, T>, batch - first);
        const T* gradient = grad_out + first * G.out_size();
        for (std::size_t image = 0; image < images; ++image)
            copy_to_planes<G>(x + (first + image) * G.in_size(), scratch + image * layout::image);
        for (std::size_t group = 0; group < G.groups; ++group)
        {
            const T* planes =
                scratch + group * G.group_in_channels() * layout::plane + layout::first_patch;
            std::size_t channel = group * G.group_out_channels();
            const auto next =
                [&]<std::size_t Channels>(std::integral_constant<std::size_t, Channels>)
            {
                direct_filter_gradient<G, Channels>(images, planes,
                                                    gradient + channel * G.out_pixels(),
                                                    grad_w + channel * G.taps());
                channel += Channels;
            };
            for (std::size_t i = 0; i < G.group_out_channels() / block; ++i)
                next(std::integral_constant<std::size_t, block>{});
            if constexpr (ragged > 0)
                next(std::integral_constant<std::size_t, ragged>{});
        }
        if (grad_bias != nullptr)
            for (std::size_t plane = 0; plane < images * G.out_channels; ++plane)
                grad_bias[plane % G.out_channels] +=
                    sum_row(gradient + plane * G.out_pixels(), G.out_pixels());
    }
}

} // namespace xgrad::kernels::detail
