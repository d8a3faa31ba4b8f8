// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/direct_layout.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
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

/// The last vectors of the rows of grad_out, zero in the lanes that another vector or no vector
/// holds: (out_channels, out_height, lanes). Made once per image, as a mask in the innermost loop
/// would cost one of the registers for the sums.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_tails = G.out_channels* G.out_height() * simd::width<T>;

template <convolution_geometry G, class T>
void copy_tails(const T* grad_out, T* tails)
{
    using layout = direct_layout<G, T>;
    using V = typename layout::V;
    for (std::size_t row = 0; row < G.out_channels * G.out_height(); ++row)
    {
        const V last = simd::load_partial<V>(grad_out + row * G.out_width() + layout::last_column,
                                             layout::row_lanes);
        simd::store<V>(tails + row * layout::width,
                       layout::overlap == 0
                           ? last
                           : select_lanes(layout::overlap, layout::width, last, V(T{})));
    }
}

/// Inputs of one block of weights. All point at the first pixel of the first image.
template <class T>
struct direct_weight_operands
{
    const T* patch;
    const T* grad_out;
    const T* tails;
};

/// Adds to grad_w, for Channels filters and the Taps first columns of one kernel row, the sums over
/// @p images images.
template <convolution_geometry G, std::size_t Channels, std::size_t Taps, class T>
void direct_weight_block(std::size_t images, const direct_weight_operands<T>& operands, T* grad_w)
{
    using layout = direct_layout<G, T>;
    using V = typename layout::V;
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>)
    {
        V sum[] = {((void)I, simd::broadcast<V>(T{}))...};
        const auto add = [&](const T* x, const T* gradient, std::size_t plane)
        {
            const V tap[] = {simd::keep(simd::load<V>(x + J * G.dilation_width))...};
            V row = tap[0];
            ((I % Taps == 0 ? void(row = simd::keep(simd::load<V>(gradient + I / Taps * plane)))
                            : void(),
              sum[I] = simd::fma(row, tap[I % Taps], sum[I])),
             ...);
        };
        for (std::size_t image = 0; image < images; ++image)
            for (std::size_t y = 0; y < G.out_height(); ++y)
                for (std::size_t i = 0; i + 1 < layout::row_vectors; ++i)
                    add(operands.patch + image * layout::image + y * layout::pitch +
                            i * layout::width,
                        operands.grad_out + image * G.out_size() + y * G.out_width() +
                            i * layout::width,
                        G.out_pixels());
        for (std::size_t image = 0; image < images; ++image)
            for (std::size_t y = 0; y < G.out_height(); ++y)
                add(operands.patch + image * layout::image + y * layout::pitch +
                        layout::last_column,
                    operands.tails + image * direct_tails<G, T> + y * layout::width,
                    G.out_height() * layout::width);
        ((grad_w[I / Taps * G.taps() + I % Taps] += simd::reduce_add(sum[I])), ...);
    }
    (std::make_index_sequence<Channels * Taps>{}, std::make_index_sequence<Taps>{});
}

/// The same for all taps of Channels filters.
template <convolution_geometry G, std::size_t Channels, class T>
void direct_filter_gradient(std::size_t images, const direct_weight_operands<T>& operands,
                            T* grad_w)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t ragged = G.kernel_width % direct_weight_taps;
    for (std::size_t channel = 0; channel < G.group_in_channels(); ++channel)
        for (std::size_t i = 0; i < G.kernel_height; ++i)
        {
            direct_weight_operands<T> row = operands;
            row.patch += channel * layout::plane + i * G.dilation_height * layout::pitch;
            std::size_t j = 0;
            for (; j + direct_weight_taps <= G.kernel_width; j += direct_weight_taps)
            {
                direct_weight_block<G, Channels, direct_weight_taps>(images, row, grad_w + j);
                row.patch += direct_weight_taps * G.dilation_width;
            }
            if constexpr (ragged > 0)
                direct_weight_block<G, Channels, ragged>(images, row, grad_w + j);
            grad_w += G.kernel_width;
        }
}

/// Elements of scratch memory of direct_weight_gradient.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_weight_gradient_scratch =
    direct_images<G, T>*(direct_layout<G, T>::image + direct_tails<G, T>);

/// Adds to grad_w and, unless it is null, to grad_bias.
template <convolution_geometry G, class T>
void direct_weight_gradient(std::size_t batch, const T* x, const T* grad_out, T* grad_w,
                            T* grad_bias, T* scratch)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t block = direct_weight_channels<typename layout::V>;
    constexpr std::size_t ragged = G.group_out_channels() % block;
    constexpr std::size_t most = direct_images<G, T>;
    T* tails = scratch + most * layout::image;
    clear_planes<G>(scratch, most);
    for (std::size_t first = 0; first < batch; first += most)
    {
        const std::size_t images = std::min(most, batch - first);
        const T* gradient = grad_out + first * G.out_size();
        for (std::size_t image = 0; image < images; ++image)
        {
            copy_to_planes<G>(x + (first + image) * G.in_size(), scratch + image * layout::image);
            copy_tails<G>(gradient + image * G.out_size(), tails + image * direct_tails<G, T>);
        }
        for (std::size_t group = 0; group < G.groups; ++group)
        {
            const T* planes =
                scratch + group * G.group_in_channels() * layout::plane + layout::first_patch;
            std::size_t channel = group * G.group_out_channels();
            const auto next =
                [&]<std::size_t Channels>(std::integral_constant<std::size_t, Channels>)
            {
                const direct_weight_operands<T> operands{
                    planes, gradient + channel * G.out_pixels(),
                    tails + channel * G.out_height() * layout::width};
                direct_filter_gradient<G, Channels>(images, operands, grad_w + channel * G.taps());
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
