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
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Channels times rows times columns of a kernel whose sums are kept in registers at once.
template <convolution_geometry G, class V>
inline constexpr std::size_t direct_weight_channels = std::min<std::size_t>(sizeof(V) == 64 ? 8 : 4,
                                                                            G.group_out_channels());
template <std::size_t Channels>
inline constexpr std::size_t direct_weight_rows = Channels <= 2 ? 3 : 1;
inline constexpr std::size_t direct_weight_columns = 3;

/// Images per pass: their planes of one block stay in the first-level cache.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_images = []
{
    using layout = direct_layout<G, T>;
    const std::size_t image =
        direct_weight_channels<G, typename layout::V> * G.out_pixels() + layout::plane;
    return std::clamp<std::size_t>(32 * 1024 / sizeof(T) / image, 1, 8);
}();

/// The last vectors of the rows of grad_out, zero in the lanes that another vector or no vector
/// holds: (output channels of a group, out_height, lanes). Made once per image, as a mask in the
/// innermost loop would cost one of the registers for the sums.
template <convolution_geometry G, class T>
inline constexpr std::size_t
    direct_tails = G.group_out_channels() * G.out_height() * simd::width<T>;

template <convolution_geometry G, class T>
void copy_tails(const T* grad_out, T* tails)
{
    using layout = direct_layout<G, T>;
    using V = typename layout::V;
    for (std::size_t row = 0; row < G.group_out_channels() * G.out_height(); ++row)
    {
        const V last = simd::load_partial<V>(grad_out + row * G.out_width() + layout::last_column,
                                             layout::row_lanes);
        simd::store<V>(tails + row * layout::width,
                       layout::overlap == 0
                           ? last
                           : select_lanes(layout::overlap, layout::width, last, V(T{})));
    }
}

/// The first of the planes that a group of the first image has.
template <class T>
struct direct_weight_planes
{
    const T* x;
    const T* grad_out;
};

/// Inputs of one block of weights. All point at the first pixel of the first image; the last are
/// those of the group that is next.
template <class T>
struct direct_weight_operands
{
    const T* patch;
    const T* grad_out;
    const T* tails;
    direct_weight_planes<T> next;
};

/// Whether one block has all weights of a group, as in a convolution channel by channel: so little
/// is done with a plane that the next one had better come meanwhile.
template <convolution_geometry G, std::size_t Channels, std::size_t Rows, std::size_t Columns>
inline constexpr bool is_only_block =
    Channels == G.group_out_channels() &&
    (Rows * Columns == G.taps()) && G.out_width() <= G.width&& G.out_height() <= G.height;

/// Adds to grad_w, for Channels filters and the first Rows rows and Columns columns of a kernel,
/// the sums over @p images images.
template <convolution_geometry G, std::size_t Channels, std::size_t Rows, std::size_t Columns,
          class T>
void direct_weight_block(std::size_t images, const direct_weight_operands<T>& operands, T* grad_w)
{
    using layout = direct_layout<G, T>;
    using V = typename layout::V;
    constexpr std::size_t taps = Rows * Columns;
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>)
    {
        V sum[] = {((void)I, simd::broadcast<V>(T{}))...};
        const auto multiply = [&](const V(&tap)[taps], const T* gradient, std::size_t plane)
        {
            V row = tap[0];
            ((I % taps == 0 ? void(row = simd::keep(simd::load<V>(gradient + I / taps * plane)))
                            : void(),
              sum[I] = simd::fma(row, tap[I % taps], sum[I])),
             ...);
        };
        const auto load_tap = [](const T* x, std::size_t tap)
        {
            return simd::keep(simd::load<V>(x + tap / Columns * G.dilation_height * layout::pitch +
                                            tap % Columns * G.dilation_width));
        };
        // A vector of each output row, one row under the other, so that the rows of x that two of
        // them see are loaded once.
        const auto add_strip = [&](std::size_t image, std::size_t column, const T* gradient,
                                   std::size_t step, std::size_t plane)
        {
            const T* x = operands.patch + image * layout::group + column;
            V tap[taps];
            ((J >= Columns ? void(tap[J] = load_tap(x, J - Columns)) : void()), ...);
            for (std::size_t y = 0; y < G.out_height(); ++y, x += layout::pitch, gradient += step)
            {
                if constexpr (is_only_block<G, Channels, Rows, Columns>)
                {
                    prefetch(operands.next.x + image * G.in_size() + y * G.width + column);
                    prefetch(operands.next.grad_out + image * G.out_size() + y * G.out_width() +
                             column);
                }
                ((tap[J] = J + Columns < taps ? tap[(J + Columns) % taps] : load_tap(x, J)), ...);
                multiply(tap, gradient, plane);
            }
        };
        const auto add_rows = [&](std::size_t image, std::size_t first, std::size_t last,
                                  const T* gradient, std::size_t step, std::size_t plane)
        {
            const T* x = operands.patch + image * layout::group;
            for (std::size_t y = 0; y < G.out_height(); ++y, x += layout::pitch, gradient += step)
                for (std::size_t column = first; column < last; column += layout::width)
                {
                    const V tap[] = {load_tap(x + column, J)...};
                    multiply(tap, gradient + (column - first), plane);
                }
        };
        const auto add = [&](std::size_t image, std::size_t first, std::size_t last,
                             const T* gradient, std::size_t step, std::size_t plane)
        {
            if constexpr (Rows > 1 && G.dilation_height == 1)
                for (std::size_t column = first; column < last; column += layout::width)
                    add_strip(image, column, gradient + (column - first), step, plane);
            else
                add_rows(image, first, last, gradient, step, plane);
        };
        for (std::size_t image = 0; image < images; ++image)
            add(image, 0, (layout::row_vectors - 1) * layout::width,
                operands.grad_out + image * G.out_size(), G.out_width(), G.out_pixels());
        for (std::size_t image = 0; image < images; ++image)
            add(image, layout::last_column, layout::last_column + 1,
                operands.tails + image * direct_tails<G, T>, layout::width,
                G.out_height() * layout::width);
        ((grad_w[I / taps * G.taps() + I % taps / Columns * G.kernel_width + I % Columns] +=
          simd::reduce_add(sum[I])),
         ...);
    }
    (std::make_index_sequence<Channels * taps>{}, std::make_index_sequence<taps>{});
}

/// The same for all columns of Rows rows of a kernel.
template <convolution_geometry G, std::size_t Channels, std::size_t Rows, class T>
void direct_row_gradient(std::size_t images, direct_weight_operands<T> operands, T* grad_w)
{
    constexpr std::size_t ragged = G.kernel_width % direct_weight_columns;
    std::size_t j = 0;
    for (; j + direct_weight_columns <= G.kernel_width; j += direct_weight_columns)
    {
        direct_weight_block<G, Channels, Rows, direct_weight_columns>(images, operands, grad_w + j);
        operands.patch += direct_weight_columns * G.dilation_width;
    }
    if constexpr (ragged > 0)
        direct_weight_block<G, Channels, Rows, ragged>(images, operands, grad_w + j);
}

/// The same for all taps of Channels filters.
template <convolution_geometry G, std::size_t Channels, class T>
void direct_filter_gradient(std::size_t images, const direct_weight_operands<T>& operands,
                            T* grad_w)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t rows = direct_weight_rows<Channels>;
    constexpr std::size_t ragged = G.kernel_height % rows;
    for (std::size_t channel = 0; channel < G.group_in_channels(); ++channel)
    {
        direct_weight_operands<T> next = operands;
        next.patch += channel * layout::plane;
        for (std::size_t i = 0; i + rows <= G.kernel_height; i += rows)
        {
            direct_row_gradient<G, Channels, rows>(images, next, grad_w);
            next.patch += rows * G.dilation_height * layout::pitch;
            grad_w += rows * G.kernel_width;
        }
        if constexpr (ragged > 0)
            direct_row_gradient<G, Channels, ragged>(images, next, grad_w);
        grad_w += ragged * G.kernel_width;
    }
}

/// Elements of scratch memory of direct_weight_gradient.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_weight_gradient_scratch =
    direct_images<G, T>*(direct_layout<G, T>::group + direct_tails<G, T>);

/// Adds to grad_w and, unless it is null, to grad_bias: one group of @p images images, and the next
/// that is to come.
template <convolution_geometry G, class T>
void direct_group_gradient(std::size_t images, const direct_weight_planes<T>& planes,
                           const direct_weight_planes<T>& next_planes, T* grad_w, T* grad_bias,
                           T* scratch)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t block = direct_weight_channels<G, typename layout::V>;
    constexpr std::size_t ragged = G.group_out_channels() % block;
    T* const tails = scratch + direct_images<G, T> * layout::group;
    for (std::size_t image = 0; image < images; ++image)
    {
        copy_to_planes<G>(planes.x + image * G.in_size(), scratch + image * layout::group);
        copy_tails<G>(planes.grad_out + image * G.out_size(), tails + image * direct_tails<G, T>);
    }
    std::size_t channel = 0;
    const auto next = [&]<std::size_t Channels>(std::integral_constant<std::size_t, Channels>)
    {
        const direct_weight_operands<T> operands{
            scratch + layout::first_patch, planes.grad_out + channel * G.out_pixels(),
            tails + channel * G.out_height() * layout::width, next_planes};
        direct_filter_gradient<G, Channels>(images, operands, grad_w + channel * G.taps());
        channel += Channels;
    };
    for (std::size_t i = 0; i < G.group_out_channels() / block; ++i)
        next(std::integral_constant<std::size_t, block>{});
    if constexpr (ragged > 0)
        next(std::integral_constant<std::size_t, ragged>{});
    if (grad_bias != nullptr)
        for (std::size_t image = 0; image < images; ++image)
            for (std::size_t o = 0; o < G.group_out_channels(); ++o)
                grad_bias[o] += sum_row(planes.grad_out + image * G.out_size() + o * G.out_pixels(),
                                        G.out_pixels());
}

/// Adds to grad_w and, unless it is null, to grad_bias.
template <convolution_geometry G, class T>
void direct_weight_gradient(std::size_t batch, const T* x, const T* grad_out, T* grad_w,
                            T* grad_bias, T* scratch)
{
    constexpr std::size_t most = direct_images<G, T>;
    clear_planes<G>(scratch, most);
    const auto planes = [&](std::size_t part)
    {
        const std::size_t first = part / G.groups * most;
        const std::size_t group = part % G.groups;
        return direct_weight_planes<T>{
            x + first * G.in_size() + group * G.group_in_channels() * G.in_pixels(),
            grad_out + first * G.out_size() + group * G.group_out_channels() * G.out_pixels()};
    };
    const std::size_t parts = (batch + most - 1) / most * G.groups;
    for (std::size_t part = 0; part < parts; ++part)
    {
        const std::size_t channel = part % G.groups * G.group_out_channels();
        direct_group_gradient<G>(std::min(most, batch - part / G.groups * most), planes(part),
                                 planes(std::min(part + 1, parts - 1)), grad_w + channel * G.taps(),
                                 grad_bias == nullptr ? nullptr : grad_bias + channel, scratch);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
