// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/phase_forward.hpp>
#include <xgrad/kernels/detail/phase_layout.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

// The weight gradient of phase_forward.hpp. Only one pixel of a tile has a gradient, so instead of
// multiplying all four the pixels of x below it are selected: a quarter of the multiplications.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The gradients of the tiles of a group and the bits of where they belong, a vector at a time:
/// (out_channels, tile rows, vectors). Zero where no result is positive and where there is no tile.
template <class Layout, class T>
class tile_gradients
{
    using V = typename Layout::V;
    static constexpr std::size_t count =
        Layout::geometry.out_channels * Layout::height * Layout::vectors;

public:
    /// Elements of memory of one group.
    static constexpr std::size_t size = count * Layout::lanes + aligned_size<T>(2 * count);

    explicit tile_gradients(T* memory) : m_gradients{memory}, m_bits{memory + count * Layout::lanes}
    {
    }

    static constexpr std::size_t index(std::size_t channel, std::size_t row, std::size_t vector)
    {
        return (channel * Layout::height + row) * Layout::vectors + vector;
    }

    V gradient(std::size_t tile) const { return simd::load<V>(m_gradients + tile * Layout::lanes); }
    auto lower(std::size_t tile) const { return condition(2 * tile); }
    auto right(std::size_t tile) const { return condition(2 * tile + 1); }

    /// Reads grad_out and mask of @p images images; adds to grad_bias unless it is null.
    void gather(const image_group<Layout, const T>& grad_out,
                const image_group<Layout, const std::uint8_t>& mask, std::size_t images,
                T* grad_bias) const
    {
        for (std::size_t channel = 0, tile = 0; channel < Layout::geometry.out_channels; ++channel)
        {
            V sum = simd::broadcast<V>(T{});
            for (std::size_t row = 0; row < Layout::height; ++row)
                for (std::size_t vector = 0; vector < Layout::vectors; ++vector, ++tile)
                {
                    const std::size_t first =
                        (channel * Layout::height + row) * Layout::width + vector * Layout::lanes;
                    const tile_bits bits = bits_of(mask, tile * tile_bytes<Layout>, images);
                    const V gradient = simd::select(
                        simd::from_bits<V>(bits.positive),
                        vector_of(grad_out, first, vector + 1 == Layout::vectors, images),
                        simd::broadcast<V>(T{}));
                    sum = sum + gradient;
                    simd::store<V>(m_gradients + tile * Layout::lanes, gradient);
                    std::memcpy(m_bits + 2 * tile, &bits.lower, sizeof(bits.lower));
                    std::memcpy(m_bits + 2 * tile + 1, &bits.right, sizeof(bits.right));
                }
            if (grad_bias != nullptr)
                grad_bias[channel] += simd::reduce_add(sum);
        }
    }

private:
    auto condition(std::size_t i) const
    {
        std::uint32_t bits = 0;
        std::memcpy(&bits, m_bits + i, sizeof(bits));
        return simd::from_bits<V>(bits);
    }

    static tile_bits bits_of(const image_group<Layout, const std::uint8_t>& mask, std::size_t byte,
                             std::size_t images)
    {
        tile_bits bits{};
        for (std::size_t image = 0; image < images; ++image)
        {
            const std::uint8_t* const source = mask[image] + byte;
            const std::size_t first_lane = image * Layout::slot;
            bits.lower |= get_bits<Layout>(source) << first_lane;
            bits.right |= get_bits<Layout>(source + bit_bytes<Layout>) << first_lane;
            bits.positive |= get_bits<Layout>(source + 2 * bit_bytes<Layout>) << first_lane;
        }
        return bits;
    }

    static V vector_of(const image_group<Layout, const T>& grad_out, std::size_t first,
                       bool is_last, std::size_t images)
    {
        const V zero = simd::broadcast<V>(T{});
        if (!is_last)
            return simd::load<V>(grad_out[0] + first);
        V gradient = simd::load_lanes<0, Layout::last_lanes>(grad_out[0] + first, zero);
        if constexpr (Layout::images == 2)
            if (images == 2)
                gradient = simd::load_lanes<Layout::slot, Layout::last_lanes>(grad_out[1] + first,
                                                                              gradient);
        return gradient;
    }

    T* m_gradients;
    T* m_bits;
};

/// Columns of a kernel and filters whose weights are summed in registers at once.
template <convolution_geometry G>
inline constexpr std::size_t phase_weight_columns = std::min<std::size_t>(G.kernel_width, 3);
template <convolution_geometry G>
inline constexpr std::size_t phase_weight_filters = std::max<std::size_t>(
    1, simd::registers * 9 / 16 / (G.kernel_height * phase_weight_columns<G>));

/// Adds to Columns columns of the weights of one input channel in Filters filters, the first of
/// them at @p grad_w. @p x points to the first pixel in the phases of the first group, at column
/// First of the kernel.
///
/// Folds instead of loops: with constant indices the sums stay in registers.
template <class Layout, std::size_t Filters, std::size_t Columns, std::size_t First, class T>
void weight_block(std::size_t groups, const T* x, T* tiles, std::size_t filter, T* grad_w)
{
    using V = typename Layout::V;
    constexpr convolution_geometry g = Layout::geometry;
    constexpr std::size_t kernel = g.kernel_height * Columns;
    [&]<std::size_t... I, std::size_t... S, std::size_t... K, std::size_t... F, std::size_t... Row>(
        std::index_sequence<I...>, std::index_sequence<S...>, std::index_sequence<K...>,
        std::index_sequence<F...>, std::index_sequence<Row...>)
    {
        V sum[] = {((void)I, simd::broadcast<V>(T{}))...};
        const auto add_tiles =
            [&](const T* patch, const tile_gradients<Layout, T>& gradients, std::size_t tile)
        {
            constexpr std::size_t next = Layout::height * Layout::vectors;
            const V gradient[] = {gradients.gradient(tile + F * next)...};
            const decltype(gradients.lower(0)) lower[] = {gradients.lower(tile + F * next)...};
            const decltype(gradients.right(0)) right[] = {gradients.right(tile + F * next)...};
            V above[] = {((void)K, gradient[0])...};
            const auto add_row = [&]<std::size_t R>(constant<R>)
            {
                const V pixels[] = {
                    simd::keep(simd::load<V>(patch + Layout::offset(R, First + S)))...};
                const V below[] = {simd::select(right[K / Columns], pixels[K % Columns + 1],
                                                pixels[K % Columns])...};
                if constexpr (R > 0)
                    ((sum[(K / Columns * g.kernel_height + R - 1) * Columns + K % Columns] =
                          simd::fma(gradient[K / Columns],
                                    simd::select(lower[K / Columns], below[K], above[K]),
                                    sum[(K / Columns * g.kernel_height + R - 1) * Columns +
                                        K % Columns])),
                     ...);
                ((above[K] = below[K]), ...);
            };
            (add_row(constant<Row>{}), ...);
        };
        for (std::size_t group = 0; group < groups; ++group)
        {
            const tile_gradients<Layout, T> gradients{tiles +
                                                      group * tile_gradients<Layout, T>::size};
            const T* const phases = x + group * Layout::size;
            for (std::size_t row = 0; row < Layout::height; ++row)
                for (std::size_t vector = 0; vector < Layout::vectors; ++vector)
                    add_tiles(phases + row * Layout::pitch + vector * Layout::lanes, gradients,
                              gradients.index(filter, row, vector));
        }
        ((grad_w[I / kernel * g.taps() + I % kernel / Columns * g.kernel_width + I % Columns] +=
          simd::reduce_add(sum[I])),
         ...);
    }
    (std::make_index_sequence<Filters * kernel>{}, std::make_index_sequence<Columns + 1>{},
     std::make_index_sequence<Filters * Columns>{}, std::make_index_sequence<Filters>{},
     std::make_index_sequence<g.kernel_height + 1>{});
}

/// Adds to the weights of one input channel in Filters filters, from column First of the kernel on.
template <class Layout, std::size_t Filters, std::size_t First, class T>
void weight_columns(std::size_t groups, const T* x, T* tiles, std::size_t filter, T* grad_w)
{
    constexpr std::size_t width = Layout::geometry.kernel_width;
    constexpr std::size_t columns = std::min(phase_weight_columns<Layout::geometry>, width - First);
    weight_block<Layout, Filters, columns, First>(groups, x, tiles, filter, grad_w + First);
    if constexpr (First + columns < width)
        weight_columns<Layout, Filters, First + columns>(groups, x, tiles, filter, grad_w);
}

/// Adds to grad_w the products of the phases of x and the gradients of the tiles of some groups.
template <class Layout, class T>
void add_weight_gradient(std::size_t groups, const T* x, T* tiles, T* grad_w)
{
    constexpr convolution_geometry g = Layout::geometry;
    constexpr std::size_t filters = phase_weight_filters<Layout::geometry>;
    for (std::size_t channel = 0; channel < g.in_channels; ++channel)
        for_each_channel_block<g.out_channels, filters>(
            [&](auto count, std::size_t filter)
            {
                weight_columns<Layout, count(), 0>(
                    groups, x + channel * 4 * Layout::phase, tiles, filter,
                    grad_w + filter * Layout::geometry.taps() +
                        channel * Layout::geometry.kernel_height * Layout::geometry.kernel_width);
            });
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
