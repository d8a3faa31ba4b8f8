// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "guarded.hpp"

#include <xgrad/kernels/convolution_geometry.hpp>

#include <cstddef>

// Convolution by its definition, and the geometries it is tried on.
namespace xgrad::test
{

/// Calls visit(x index, w index, out index) for every product of the convolution of @p batch images
/// with a pixel inside the image.
template <class Visit>
void for_each_product(const kernels::convolution_geometry& g, std::size_t batch, Visit visit)
{
    using signed_size = std::ptrdiff_t;
    const std::size_t in_group = g.in_channels / g.groups;
    const std::size_t out_group = g.out_channels / g.groups;
    const std::size_t out_height = g.out_height();
    const std::size_t out_width = g.out_width();
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t o = 0; o < g.out_channels; ++o)
            for (std::size_t y = 0; y < out_height; ++y)
                for (std::size_t x = 0; x < out_width; ++x)
                    for (std::size_t c = 0; c < in_group; ++c)
                        for (std::size_t i = 0; i < g.kernel_height; ++i)
                            for (std::size_t j = 0; j < g.kernel_width; ++j)
                            {
                                const auto row = static_cast<signed_size>(y * g.stride_height +
                                                                          i * g.dilation_height) -
                                                 static_cast<signed_size>(g.pad_top);
                                const auto column = static_cast<signed_size>(x * g.stride_width +
                                                                             j * g.dilation_width) -
                                                    static_cast<signed_size>(g.pad_left);
                                if (row < 0 || row >= static_cast<signed_size>(g.height) ||
                                    column < 0 || column >= static_cast<signed_size>(g.width))
                                    continue;
                                const std::size_t channel = o / out_group * in_group + c;
                                visit(((b * g.in_channels + channel) * g.height +
                                       static_cast<std::size_t>(row)) *
                                              g.width +
                                          static_cast<std::size_t>(column),
                                      ((o * in_group + c) * g.kernel_height + i) * g.kernel_width +
                                          j,
                                      ((b * g.out_channels + o) * out_height + y) * out_width + x);
                            }
}

/// Calls visit(geometry) for the geometries of every combination of small sizes, kernels, strides,
/// paddings and dilations, with the channels and groups of @p channels.
template <class Visit>
void for_each_geometry(const kernels::convolution_geometry& channels, Visit visit)
{
    struct pair
    {
        std::size_t vertical;
        std::size_t horizontal;
    };
    struct padding
    {
        std::size_t top, bottom, left, right;
    };
    for (const pair size : {pair{0, 3}, pair{3, 0}, pair{1, 1}, pair{2, 5}, pair{5, 7}, pair{4, 9},
                            pair{3, 18}, pair{9, 2}})
        for (const pair kernel : {pair{1, 1}, pair{1, 2}, pair{2, 1}, pair{2, 3}, pair{3, 3}})
            for (const pair stride : {pair{1, 1}, pair{1, 2}, pair{3, 1}, pair{2, 3}})
                for (const pair dilation : {pair{1, 1}, pair{2, 1}, pair{1, 2}, pair{2, 2}})
                    for (const padding pad : {padding{0, 0, 0, 0}, padding{1, 1, 1, 1},
                                              padding{0, 2, 1, 0}, padding{3, 0, 2, 4}})
                    {
                        kernels::convolution_geometry g = channels;
                        g.height = size.vertical;
                        g.width = size.horizontal;
                        g.kernel_height = kernel.vertical;
                        g.kernel_width = kernel.horizontal;
                        g.stride_height = stride.vertical;
                        g.stride_width = stride.horizontal;
                        g.dilation_height = dilation.vertical;
                        g.dilation_width = dilation.horizontal;
                        g.pad_top = pad.top;
                        g.pad_bottom = pad.bottom;
                        g.pad_left = pad.left;
                        g.pad_right = pad.right;
                        visit(g);
                    }
}

/// The operands and results of a convolution of small integers.
template <class T>
struct convolution_data
{
    convolution_data(const kernels::convolution_geometry& g, std::size_t batch,
                     std::size_t misalignment)
        : x(batch * g.in_size(), misalignment), w(g.filter_size(), misalignment),
          bias(g.out_channels, misalignment), out(batch * g.out_size(), misalignment),
          grad_x(batch * g.in_size(), misalignment), grad_w(g.filter_size(), misalignment),
          grad_bias(g.out_channels, misalignment), grad_out(batch * g.out_size(), misalignment)
    {
        x.fill_integers(1);
        w.fill_integers(2);
        bias.fill_integers(3);
        out.fill_integers(4);
        grad_x.fill_integers(5);
        grad_w.fill_integers(6);
        grad_bias.fill_integers(7);
        grad_out.fill_integers(8);
    }

    /// Sets the results by their definition; adds them if @p accumulate.
    void compute(const kernels::convolution_geometry& g, std::size_t batch, bool with_bias,
                 bool accumulate)
    {
        if (!accumulate)
            for (guarded<T>* result : {&out, &grad_x, &grad_w, &grad_bias})
                std::fill_n(result->data(), result->size(), T{});
        for_each_product(g, batch,
                         [&](std::size_t xi, std::size_t wi, std::size_t oi)
                         {
                             out[oi] += x[xi] * w[wi];
                             grad_x[xi] += grad_out[oi] * w[wi];
                             grad_w[wi] += grad_out[oi] * x[xi];
                         });
        for (std::size_t i = 0; i < out.size(); ++i)
        {
            const std::size_t channel = i / g.out_pixels() % g.out_channels;
            grad_bias[channel] += grad_out[i];
            if (with_bias)
                out[i] += bias[channel];
        }
    }

    bool intact() const
    {
        return x.intact() && w.intact() && bias.intact() && out.intact() && grad_x.intact() &&
               grad_w.intact() && grad_bias.intact() && grad_out.intact();
    }

    guarded<T> x, w, bias, out, grad_x, grad_w, grad_bias, grad_out;
};

} // namespace xgrad::test
