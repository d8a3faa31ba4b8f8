// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/im2col.hpp>
#include <xgrad/kernels/matmul.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

// Convolution for every geometry: im2col of a few output rows of one image and one group, then a
// matrix product on them while they are in the cache.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// Output rows per patch matrix, so that it stays in the second-level cache.
template <class T>
constexpr std::size_t rows_per_tile(const convolution_geometry& g)
{
    constexpr std::size_t budget = 128 * 1024 / sizeof(T);
    const std::size_t row = std::max<std::size_t>(1, g.taps() * g.out_width());
    return std::clamp<std::size_t>(budget / row, 1, std::max<std::size_t>(1, g.out_height()));
}

template <class T>
constexpr std::size_t general_scratch_size(const convolution_geometry& g)
{
    return g.is_pointwise() ? 0 : g.taps() * g.out_width() * rows_per_tile<T>(g);
}

/// Calls visit(first, last) for every tile of output rows.
template <class T, class Visit>
void for_each_tile(const convolution_geometry& g, Visit visit)
{
    const std::size_t rows = g.is_pointwise() ? g.out_height() : rows_per_tile<T>(g);
    for (std::size_t first = 0; first < g.out_height(); first += rows)
        visit(first, std::min(first + rows, g.out_height()));
}

/// The patch matrix of the output rows [first, last); a pointwise image is its own.
template <class T>
const T* patches(const convolution_geometry& g, const T* image, std::size_t first, std::size_t last,
                 T* scratch)
{
    if (g.is_pointwise())
        return image;
    im2col(g, g.group_in_channels(), image, first, last, scratch);
    return scratch;
}

/// The epilogue of a product with one row for each channel; null for no bias.
template <class T>
struct add_bias
{
    const T* bias;

    template <class V>
    [[nodiscard]] V operator()(const V& value, std::size_t channel, std::size_t, std::size_t) const
    {
        return bias == nullptr ? value : V(value + simd::broadcast<V>(bias[channel]));
    }
};

template <class T>
void general_forward(const convolution_geometry& g, std::size_t batch, const T* x, const T* w,
                     const T* bias, T* out, bool accumulate, T* scratch)
{
    const std::size_t out_channels = g.group_out_channels();
    const std::size_t taps = g.taps();
    for (std::size_t b = 0; b < batch; ++b, x += g.in_size(), out += g.out_size())
    {
        for (std::size_t group = 0; group < g.groups; ++group)
            for_each_tile<T>(
                g,
                [&](std::size_t first, std::size_t last)
                {
                    const std::size_t pixels = (last - first) * g.out_width();
                    const T* image = x + group * g.group_in_channels() * g.in_pixels();
                    const T* columns = patches(g, image, first, last, scratch);
                    T* target = out + group * out_channels * g.out_pixels() + first * g.out_width();
                    matmul<false, false>(
                        out_channels, pixels, taps, w + group * out_channels * taps, taps, columns,
                        pixels, target, g.out_pixels(), accumulate,
                        add_bias<T>{bias == nullptr ? nullptr : bias + group * out_channels});
                });
    }
}

template <class T>
void general_input_gradient(const convolution_geometry& g, std::size_t batch, const T* grad_out,
                            const T* w, T* grad_x, bool accumulate, T* scratch)
{
    const std::size_t out_channels = g.group_out_channels();
    const std::size_t taps = g.taps();
    for (std::size_t b = 0; b < batch; ++b, grad_out += g.out_size(), grad_x += g.in_size())
    {
        if (!accumulate && !g.is_pointwise())
            fill_row(grad_x, g.in_size(), T{});
        for (std::size_t group = 0; group < g.groups; ++group)
            for_each_tile<T>(
                g,
                [&](std::size_t first, std::size_t last)
                {
                    const std::size_t pixels = (last - first) * g.out_width();
                    const T* source =
                        grad_out + group * out_channels * g.out_pixels() + first * g.out_width();
                    T* image = grad_x + group * g.group_in_channels() * g.in_pixels();
                    matmul<true, false>(taps, pixels, out_channels, w + group * out_channels * taps,
                                        taps, source, g.out_pixels(),
                                        g.is_pointwise() ? image : scratch, pixels,
                                        g.is_pointwise() && accumulate);
                    if (!g.is_pointwise())
                        col2im(g, g.group_in_channels(), scratch, first, last, image);
                });
    }
}

template <class T>
void clear_weight_gradient(const convolution_geometry& g, T* grad_w, T* grad_bias)
{
    fill_row(grad_w, g.filter_size(), T{});
    if (grad_bias != nullptr)
        fill_row(grad_bias, g.out_channels, T{});
}

/// Adds to grad_w and, unless it is null, to grad_bias.
template <class T>
void general_weight_gradient(const convolution_geometry& g, std::size_t batch, const T* x,
                             const T* grad_out, T* grad_w, T* grad_bias, T* scratch)
{
    const std::size_t out_channels = g.group_out_channels();
    const std::size_t taps = g.taps();
    for (std::size_t b = 0; b < batch; ++b, x += g.in_size(), grad_out += g.out_size())
    {
        for (std::size_t group = 0; group < g.groups; ++group)
            for_each_tile<T>(
                g,
                [&](std::size_t first, std::size_t last)
                {
                    const std::size_t pixels = (last - first) * g.out_width();
                    const T* image = x + group * g.group_in_channels() * g.in_pixels();
                    const T* columns = patches(g, image, first, last, scratch);
                    const T* source =
                        grad_out + group * out_channels * g.out_pixels() + first * g.out_width();
                    matmul<false, true>(out_channels, taps, pixels, source, g.out_pixels(), columns,
                                        pixels, grad_w + group * out_channels * taps, taps, true);
                });
        if (grad_bias != nullptr)
            for (std::size_t channel = 0; channel < g.out_channels; ++channel)
                grad_bias[channel] += sum_row(grad_out + channel * g.out_pixels(), g.out_pixels());
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
