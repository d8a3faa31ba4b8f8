// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/direct_layout.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Channels times vectors of results that are summed in registers at once.
template <class V>
inline constexpr std::size_t direct_channels = sizeof(V) == 64 ? 8 : 4;
template <std::size_t Channels>
inline constexpr std::size_t direct_vectors = Channels == 1 ? 8 : 3;

/// Where a vector of results lies: its patch in the planes, itself in an output plane.
struct direct_position
{
    std::size_t patch;
    std::size_t output;
};

/// Walks along the vectors of an output plane, row by row.
template <convolution_geometry G, class T>
class direct_cursor
{
    using layout = direct_layout<G, T>;

public:
    direct_position next()
    {
        const bool is_last = m_vector + 1 == layout::row_vectors;
        const std::size_t column = is_last ? layout::last_column : m_vector * layout::width;
        const direct_position position{m_row * layout::pitch + column,
                                       m_row * G.out_width() + column};
        m_vector = is_last ? 0 : m_vector + 1;
        m_row += is_last;
        return position;
    }

private:
    std::size_t m_row = 0;
    std::size_t m_vector = 0;
};

/// Stores a vector of results.
template <convolution_geometry G, class V>
void put_results(const V& value, simd::lane<V>* target)
{
    using layout = direct_layout<G, simd::lane<V>>;
    if constexpr (layout::row_lanes < layout::width)
        simd::store_partial<V>(target, value, layout::row_lanes);
    else
        simd::store<V>(target, value);
}

/// The results of Channels filters from @p w on at Vectors positions of one image.
template <convolution_geometry G, std::size_t Channels, std::size_t Vectors, class T>
void direct_block(const T* planes, const T* w, const T* bias,
                  const direct_position (&position)[Vectors], T* out)
{
    using layout = direct_layout<G, T>;
    using V = typename layout::V;
    // Folds instead of loops: with constant indices the sums stay in registers.
    [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>)
    {
        V sum[] = {simd::broadcast<V>(bias == nullptr ? T{} : bias[I / Vectors])...};
        for (std::size_t channel = 0; channel < G.group_in_channels(); ++channel)
        {
            const T* row = planes + channel * layout::plane;
            for (std::size_t i = 0; i < G.kernel_height; ++i)
            {
                const T* patch = row + i * G.dilation_height * layout::pitch;
                for (std::size_t j = 0; j < G.kernel_width; ++j, ++w, patch += G.dilation_width)
                {
                    const V x[] = {simd::keep(simd::load<V>(patch + position[J].patch))...};
                    ((sum[I] = simd::fma(simd::broadcast<V>(w[I / Vectors * G.taps()]),
                                         x[I % Vectors], sum[I])),
                     ...);
                }
            }
        }
        (put_results<G>(sum[I], out + I / Vectors * G.out_pixels() + position[I % Vectors].output),
         ...);
    }
    (std::make_index_sequence<Channels * Vectors>{}, std::make_index_sequence<Vectors>{});
}

/// All results of Channels filters for one image.
template <convolution_geometry G, std::size_t Channels, class T>
void direct_planes(const T* planes, const T* w, const T* bias, T* out)
{
    constexpr std::size_t count = G.out_height() * direct_layout<G, T>::row_vectors;
    constexpr std::size_t vectors = direct_vectors<Channels>;
    constexpr std::size_t ragged = count % vectors;
    direct_cursor<G, T> cursor;
    for (std::size_t i = 0; i < count / vectors; ++i)
    {
        direct_position position[vectors];
        std::generate_n(position, vectors, [&] { return cursor.next(); });
        direct_block<G, Channels>(planes, w, bias, position, out);
    }
    if constexpr (ragged > 0)
    {
        direct_position position[ragged];
        std::generate_n(position, ragged, [&] { return cursor.next(); });
        direct_block<G, Channels>(planes, w, bias, position, out);
    }
}

/// All results of one group of one image.
template <convolution_geometry G, class T>
void direct_group(const T* planes, const T* w, const T* bias, T* out)
{
    using layout = direct_layout<G, T>;
    constexpr std::size_t block = direct_channels<typename layout::V>;
    constexpr std::size_t ragged = G.group_out_channels() % block;
    std::size_t channel = 0;
    const auto next = [&]<std::size_t Channels>(std::integral_constant<std::size_t, Channels>)
    {
        direct_planes<G, Channels>(planes + layout::first_patch, w + channel * G.taps(),
                                   bias == nullptr ? nullptr : bias + channel,
                                   out + channel * G.out_pixels());
        channel += Channels;
    };
    for (std::size_t i = 0; i < G.group_out_channels() / block; ++i)
        next(std::integral_constant<std::size_t, block>{});
    if constexpr (ragged > 0)
        next(std::integral_constant<std::size_t, ragged>{});
}

/// Elements of scratch memory of direct_forward: the planes and the results of one group.
template <convolution_geometry G, class T>
inline constexpr std::size_t direct_forward_scratch = direct_layout<G, T>::group +
                                                      G.group_out_channels() * G.out_pixels();

/// Results that are to be added come into being in the scratch memory: where they overlap, a vector
/// may be stored twice, but not added twice.
template <convolution_geometry G, class T>
void direct_forward(std::size_t batch, const T* x, const T* w, const T* bias, T* out,
                    bool accumulate, T* scratch)
{
    constexpr std::size_t size = G.group_out_channels() * G.out_pixels();
    T* results = scratch + direct_layout<G, T>::group;
    clear_planes<G>(scratch, 1);
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t group = 0; group < G.groups; ++group, out += size)
        {
            const std::size_t channel = group * G.group_out_channels();
            copy_to_planes<G>(x, scratch);
            direct_group<G>(scratch, w + channel * G.taps(),
                            bias == nullptr ? nullptr : bias + channel, accumulate ? results : out);
            if (accumulate)
                add_row(results, out, size);
            x += G.group_in_channels() * G.in_pixels();
        }
}

/// The geometry of the input gradient: a convolution of grad_out with the filters turned round,
/// channels exchanged.
template <convolution_geometry G>
inline constexpr convolution_geometry direct_adjoint = []
{
    convolution_geometry g = G;
    g.in_channels = G.out_channels;
    g.out_channels = G.in_channels;
    g.height = G.out_height();
    g.width = G.out_width();
    g.pad_top = G.span_height() - 1 - G.pad_top;
    g.pad_bottom = G.span_height() - 1 - G.pad_bottom;
    g.pad_left = G.span_width() - 1 - G.pad_left;
    g.pad_right = G.span_width() - 1 - G.pad_right;
    return g;
}();

/// Whether the input gradient has a direct form: its padding must not be negative.
template <convolution_geometry G, class T>
constexpr bool has_direct_adjoint()
{
    if constexpr (is_direct<G, T> && std::max(G.pad_top, G.pad_bottom) < G.span_height() &&
                  std::max(G.pad_left, G.pad_right) < G.span_width())
        return is_direct<direct_adjoint<G>, T>;
    else
        return false;
}

/// The filters of the adjoint geometry: turned[c][o][i][j] = w[o][c][last - i][last - j], group by
/// group.
template <convolution_geometry G, class T>
void turn_filters(const T* w, T* turned)
{
    constexpr std::size_t cells = G.kernel_height * G.kernel_width;
    for (std::size_t group = 0; group < G.groups; ++group, w += G.group_out_channels() * G.taps())
        for (std::size_t c = 0; c < G.group_in_channels(); ++c)
            for (std::size_t o = 0; o < G.group_out_channels(); ++o)
                for (std::size_t cell = 0; cell < cells; ++cell)
                    *turned++ = w[o * G.taps() + c * cells + cells - 1 - cell];
}

/// Elements of scratch memory of direct_input_gradient.
template <convolution_geometry G, class T>
inline constexpr std::size_t
    direct_input_gradient_scratch = round_up(G.filter_size(), direct_layout<G, T>::line) +
                                    direct_forward_scratch<direct_adjoint<G>, T>;

template <convolution_geometry G, class T>
void direct_input_gradient(std::size_t batch, const T* grad_out, const T* w, T* grad_x,
                           bool accumulate, T* scratch)
{
    turn_filters<G>(w, scratch);
    direct_forward<direct_adjoint<G>, T>(batch, grad_out, scratch, nullptr, grad_x, accumulate,
                                         scratch +
                                             round_up(G.filter_size(), direct_layout<G, T>::line));
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
