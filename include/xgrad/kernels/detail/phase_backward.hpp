// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/direct_forward.hpp>
#include <xgrad/kernels/detail/phase_forward.hpp>
#include <xgrad/kernels/detail/phase_layout.hpp>
#include <xgrad/kernels/detail/phase_weights.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

// The gradients of phase_forward.hpp.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// The phases of the gradient that grad_x of G is computed from.
template <convolution_geometry G, class T>
using adjoint_layout = phase_layout<direct_adjoint<G>, T, (G.height + 1) / 2, (G.width + 1) / 2>;

/// Gives the gradient of each tile to its winner, in the phases of the adjoint geometry: for these
/// the four results of a tile are four vectors too.
template <class Layout, class Adjoint, class T>
void put_winners(const tile_gradients<Layout, T>& tiles, T* phases)
{
    using V = typename Layout::V;
    constexpr convolution_geometry adjoint = Adjoint::geometry;
    const V zero = simd::broadcast<V>(T{});
    for (std::size_t channel = 0; channel < adjoint.in_channels; ++channel)
        for (std::size_t row = 0; row < Layout::height; ++row)
            for (std::size_t vector = 0; vector < Layout::vectors; ++vector)
            {
                const std::size_t tile = tiles.index(channel, row, vector);
                const V gradient = tiles.gradient(tile);
                const auto lower = tiles.lower(tile);
                const auto right = tiles.right(tile);
                T* const target = phases + channel * 4 * Adjoint::phase + row * Adjoint::pitch +
                                  vector * Layout::lanes;
                const auto put = [&](std::size_t i, std::size_t j, const V& value) {
                    simd::store<V>(
                        target + Adjoint::offset(adjoint.pad_top + i, adjoint.pad_left + j), value);
                };
                const V upper_half = simd::select(lower, zero, gradient);
                const V lower_half = simd::select(lower, gradient, zero);
                put(0, 0, simd::select(right, zero, upper_half));
                put(0, 1, simd::select(right, upper_half, zero));
                put(1, 0, simd::select(right, zero, lower_half));
                put(1, 1, simd::select(right, lower_half, zero));
            }
}

/// Stores or adds the @p Count lanes of @p value from lane @p First on.
template <std::size_t First, std::size_t Count, class V>
void put_lanes(const V& value, simd::lane<V>* target, bool accumulate)
{
    if constexpr (Count > 0)
        simd::store_lanes<First, Count>(
            target, accumulate ? V(value + simd::load_lanes<First, Count>(target, value)) : value);
}

/// Stores or adds the two halves of a run of pixels, the first @p Count of them, or, where images
/// lie side by side, each half to its own image.
template <class Adjoint, std::size_t Count, class T, class V>
void put_run(const std::pair<V, V>& run, const image_group<Adjoint, T>& images, std::size_t count,
             std::size_t pixel, bool accumulate)
{
    constexpr std::size_t lanes = Adjoint::lanes;
    if constexpr (Adjoint::images == 2)
    {
        put_lanes<0, Count>(run.first, images[0] + pixel, accumulate);
        if (count == 2)
            put_lanes<0, Count>(run.second, images[1] + pixel, accumulate);
    }
    else
    {
        constexpr std::size_t first = std::min(Count, lanes);
        put_lanes<0, first>(run.first, images[0] + pixel, accumulate);
        put_lanes<0, Count - first>(run.second, images[0] + pixel + lanes, accumulate);
    }
}

/// grad_x of Channels input channels for one vector of 2x2 tiles of pixels.
template <class Adjoint, std::size_t Channels, class T>
void input_block(const T* patch, const T* turned, std::size_t channel, std::size_t row,
                 std::size_t vector, const image_group<Adjoint, T>& images, std::size_t count,
                 bool accumulate)
{
    using V = typename Adjoint::V;
    constexpr convolution_geometry g = Adjoint::geometry;
    constexpr std::size_t height = g.out_height();
    constexpr std::size_t width = g.out_width();
    constexpr std::size_t last = width - (Adjoint::vectors - 1) * 2 * Adjoint::lanes;
    tile_sums<Adjoint, Channels, T> tiles;
    tiles.compute(patch, turned + channel * g.taps(),
                  [](std::size_t) { return simd::broadcast<V>(T{}); });
    for (std::size_t i = 0; i < 2 * Channels; ++i)
    {
        const std::size_t y = 2 * row + i % 2;
        if (y >= height)
            continue;
        const std::size_t pixel =
            ((channel + i / 2) * height + y) * width + vector * 2 * Adjoint::lanes;
        const auto run = simd::interleave(tiles.sum[2 * i], tiles.sum[2 * i + 1]);
        if constexpr (Adjoint::vectors > 1)
            if (vector + 1 < Adjoint::vectors)
            {
                put_run<Adjoint, 2 * Adjoint::lanes>(run, images, count, pixel, accumulate);
                continue;
            }
        put_run<Adjoint, last>(run, images, count, pixel, accumulate);
    }
}

/// grad_x of one group from the phases of its gradient.
template <class Adjoint, class T>
void input_gradient_of_group(const T* phases, const T* turned,
                             const image_group<Adjoint, T>& images, std::size_t count,
                             bool accumulate)
{
    for_each_channel_block<Adjoint::geometry.out_channels, phase_channels>(
        [&](auto channels, std::size_t channel)
        {
            for (std::size_t row = 0; row < Adjoint::height; ++row)
                for (std::size_t vector = 0; vector < Adjoint::vectors; ++vector)
                    input_block<Adjoint, channels()>(
                        phases + row * Adjoint::pitch + vector * Adjoint::lanes, turned, channel,
                        row, vector, images, count, accumulate);
        });
}

/// The parts of the scratch memory of phase_backward, in elements.
template <convolution_geometry G, class T>
struct backward_memory
{
    using layout = pool_layout<G, T>;

    /// Groups of a pass: what one input channel needs of them stays in the first-level cache.
    static constexpr std::size_t groups = std::clamp<std::size_t>(
        24 * 1024 / sizeof(T) / (4 * layout::phase + tile_gradients<layout, T>::size), 1, 8);

    static constexpr std::size_t tiles = groups * layout::size;
    static constexpr std::size_t turned = tiles + groups * tile_gradients<layout, T>::size;
    static constexpr std::size_t adjoint = turned + aligned_size<T>(G.filter_size());
    static constexpr std::size_t size = adjoint + adjoint_layout<G, T>::size;
};

/// The gradients that are not null, from grad_out and mask; grad_w and grad_bias are added to.
template <convolution_geometry G, class T>
void phase_backward(std::size_t batch, const T* x, const T* w, const T* grad_out,
                    const std::uint8_t* mask, T* grad_x, bool accumulate_x, T* grad_w, T* grad_bias,
                    T* scratch)
{
    using memory = backward_memory<G, T>;
    using layout = pool_layout<G, T>;
    using adjoint = adjoint_layout<G, T>;
    using tiles = tile_gradients<layout, T>;
    constexpr std::size_t out_size = G.out_channels * layout::height * layout::width;
    if (grad_w != nullptr)
        fill_row(scratch, memory::tiles, T{});
    if (grad_x != nullptr)
    {
        fill_row(scratch + memory::adjoint, adjoint::size, T{});
        turn_filters<G>(w, scratch + memory::turned);
    }
    for (std::size_t b = 0; b < batch;)
    {
        std::size_t group = 0;
        for (; group < memory::groups && b < batch; ++group, b += layout::images)
        {
            const std::size_t count = std::min(layout::images, batch - b);
            const tiles gradients{scratch + memory::tiles + group * tiles::size};
            gradients.gather(
                group_of<layout>(grad_out + b * out_size, count, out_size),
                group_of<layout>(mask + b * image_bytes<layout>, count, image_bytes<layout>), count,
                grad_bias);
            if (grad_w != nullptr)
                copy_to_phases<layout, T>(group_of<layout>(x + b * G.in_size(), count, G.in_size()),
                                          scratch + group * layout::size);
            if (grad_x == nullptr)
                continue;
            put_winners<layout, adjoint>(gradients, scratch + memory::adjoint);
            input_gradient_of_group<adjoint, T>(
                scratch + memory::adjoint, scratch + memory::turned,
                group_of<adjoint>(grad_x + b * G.in_size(), count, G.in_size()), count,
                accumulate_x);
        }
        if (grad_w != nullptr)
            add_weight_gradient<layout, T>(group, scratch, scratch + memory::tiles, grad_w);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
