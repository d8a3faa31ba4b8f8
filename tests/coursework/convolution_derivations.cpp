// SPDX-License-Identifier: BSD-3-Clause
//
// The derivations of a convolution of docs/coursework.md as numbers; derivations.cpp has those
// of the other layers.

#include "by_hand.hpp"

#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/conv2d.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace xgrad;
using namespace by_hand;

namespace
{

// One convolution of the page: N images of C channels, H by W pixels; K filters of 3 by 3, padded
// with one pixel of zeros on each side.

constexpr std::size_t images_n = 2;
constexpr std::size_t channels_c = 3;
constexpr std::size_t height_h = 4;
constexpr std::size_t width_w = 5;
constexpr std::size_t filters_k = 2;
constexpr std::size_t side = 3;

std::size_t image_index(std::size_t n, std::size_t c, std::size_t i, std::size_t j)
{
    return ((n * channels_c + c) * height_h + i) * width_w + j;
}

std::size_t filter_index(std::size_t k, std::size_t c, std::size_t r, std::size_t s)
{
    return ((k * channels_c + c) * side + r) * side + s;
}

std::size_t output_index(std::size_t n, std::size_t k, std::size_t i, std::size_t j)
{
    return ((n * filters_k + k) * height_h + i) * width_w + j;
}

/// Calls visit(output, weight, pixel), by their indices, for every product of the convolution;
/// taps over the padding meet no pixel.
void for_each_product(const auto& visit)
{
    for (std::size_t n = 0; n < images_n; ++n)
        for (std::size_t k = 0; k < filters_k; ++k)
            for (std::size_t i = 0; i < height_h; ++i)
                for (std::size_t j = 0; j < width_w; ++j)
                    for (std::size_t c = 0; c < channels_c; ++c)
                        for (std::size_t r = 0; r < side; ++r)
                            for (std::size_t s = 0; s < side; ++s)
                            {
                                const std::size_t y = i + r; // one more than the row of the pixel
                                const std::size_t x = j + s;
                                if (y >= 1 && y <= height_h && x >= 1 && x <= width_w)
                                    visit(output_index(n, k, i, j), filter_index(k, c, r, s),
                                          image_index(n, c, y - 1, x - 1));
                            }
}

/// z_nkij = b_k + sum_crs w_kcrs x_n,c,i+r-1,j+s-1.
numbers convolution_by_hand(const numbers& x, const numbers& w, const numbers& b)
{
    numbers z(images_n * filters_k * height_h * width_w);
    for (std::size_t o = 0; o < z.size(); ++o)
        z[o] = b[o / (height_h * width_w) % filters_k];
    for_each_product([&](std::size_t out, std::size_t tap, std::size_t pixel)
                     { z[out] += w[tap] * x[pixel]; });
    return z;
}

/// The patches of one image as columns: row (c, r, s), column (i, j).
numbers im2col_by_hand(const numbers& x, std::size_t n)
{
    numbers p;
    for (std::size_t c = 0; c < channels_c; ++c)
        for (std::size_t r = 0; r < side; ++r)
            for (std::size_t s = 0; s < side; ++s)
                for (std::size_t i = 0; i < height_h; ++i)
                    for (std::size_t j = 0; j < width_w; ++j)
                    {
                        const bool inside =
                            i + r >= 1 && i + r <= height_h && j + s >= 1 && j + s <= width_w;
                        p.push_back(inside ? x[image_index(n, c, i + r - 1, j + s - 1)] : 0);
                    }
    return p;
}

struct convolution_gradients
{
    numbers x;
    numbers w;
    numbers b;
};

/// What xgrad finds for loss = sum of gradient_z * z.
convolution_gradients convolution_by_xgrad(const numbers& x, const numbers& w, const numbers& b,
                                           const numbers& gradient_z)
{
    const parameter<double, shape<images_n, channels_c, height_h, width_w>, named<"x">> images(
        tensor_of<xt::xtensor<double, 4>>(x, {images_n, channels_c, height_h, width_w}));
    const parameter<double, shape<filters_k, channels_c, side, side>, named<"w">> filters(
        tensor_of<xt::xtensor<double, 4>>(w, {filters_k, channels_c, side, side}));
    const parameter<double, shape<filters_k>, named<"b">> bias(
        tensor_of<xt::xtensor<double, 1>>(b, {filters_k}));
    plan p(conv2d(images, filters, bias, same));
    check_equal(values_in(p.forward()), convolution_by_hand(x, w, b), 1e-13);
    p.backward(
        tensor_of<xt::xtensor<double, 4>>(gradient_z, {images_n, filters_k, height_h, width_w}));
    return {values_in(images.gradient()), values_in(filters.gradient()),
            values_in(bias.gradient())};
}

} // namespace

TEST_CASE("derivations: convolution")
{
    const numbers x = some_numbers(images_n * channels_c * height_h * width_w, 0.2);
    const numbers w = some_numbers(filters_k * channels_c * side * side, 0.6);
    const numbers b = some_numbers(filters_k, 1.1);
    const numbers g = some_numbers(images_n * filters_k * height_h * width_w, 3.1); // dloss/dz

    // Every product w x adds g x to the gradient of its weight and g w to that of its pixel.
    numbers grad_w(w.size());
    numbers grad_x(x.size());
    numbers grad_b(b.size());
    for_each_product(
        [&](std::size_t out, std::size_t tap, std::size_t pixel)
        {
            grad_w[tap] += g[out] * x[pixel];
            grad_x[pixel] += g[out] * w[tap];
        });
    for (std::size_t out = 0; out < g.size(); ++out)
        grad_b[out / (height_h * width_w) % filters_k] += g[out];

    const convolution_gradients found = convolution_by_xgrad(x, w, b, g);
    const auto loss = [&g](const numbers& images, const numbers& filters, const numbers& bias)
    { return dot_by_hand(g, convolution_by_hand(images, filters, bias)); };
    check_three_ways(
        grad_w, found.w, [&](const numbers& at) { return loss(x, at, b); }, w);
    check_three_ways(
        grad_b, found.b, [&](const numbers& at) { return loss(x, w, at); }, b);
    check_three_ways(
        grad_x, found.x, [&](const numbers& at) { return loss(at, w, b); }, x);
}

TEST_CASE("derivations: gradient of the images as a convolution with the turned filters")
{
    const numbers w = some_numbers(filters_k * channels_c * side * side, 0.6);
    const numbers g = some_numbers(images_n * filters_k * height_h * width_w, 3.1);
    numbers turned; // sum_krs w_k,c,2-r,2-s g_n,k,i+r-1,j+s-1
    for (std::size_t n = 0; n < images_n; ++n)
        for (std::size_t c = 0; c < channels_c; ++c)
            for (std::size_t i = 0; i < height_h; ++i)
                for (std::size_t j = 0; j < width_w; ++j)
                {
                    double sum = 0;
                    for (std::size_t k = 0; k < filters_k; ++k)
                        for (std::size_t r = 0; r < side; ++r)
                            for (std::size_t s = 0; s < side; ++s)
                                if (i + r >= 1 && i + r <= height_h && j + s >= 1 &&
                                    j + s <= width_w)
                                    sum += w[filter_index(k, c, 2 - r, 2 - s)] *
                                           g[output_index(n, k, i + r - 1, j + s - 1)];
                    turned.push_back(sum);
                }
    const numbers x(images_n * channels_c * height_h * width_w); // of no influence
    check_equal(convolution_by_xgrad(x, w, numbers(filters_k), g).x, turned, 1e-13);
}

TEST_CASE("derivations: convolution as a product with the columns of im2col")
{
    constexpr std::size_t rows = channels_c * side * side;
    constexpr std::size_t positions = height_h * width_w;
    const numbers x = some_numbers(images_n * channels_c * positions, 0.2);
    const numbers w = some_numbers(filters_k * rows, 0.6);
    const numbers g = some_numbers(images_n * filters_k * positions, 3.1);
    const numbers no_bias(filters_k);
    const convolution_gradients found = convolution_by_xgrad(x, w, no_bias, g);

    numbers grad_w(w.size());
    numbers grad_x(x.size());
    for (std::size_t n = 0; n < images_n; ++n)
    {
        const numbers p = im2col_by_hand(x, n);
        const auto first = g.begin() + static_cast<std::ptrdiff_t>(n * filters_k * positions);
        const numbers g_n(first, first + filters_k * positions);
        const numbers z = convolution_by_hand(x, w, no_bias);
        const auto first_z = z.begin() + static_cast<std::ptrdiff_t>(n * filters_k * positions);
        check_equal(product_by_hand(w, p, filters_k, rows, positions),
                    numbers(first_z, first_z + filters_k * positions), 1e-13);

        // dloss/dW = sum_n G_n P_n^T;  dloss/dP_n = W^T G_n, added where the pixels came from.
        const numbers part =
            product_by_hand(g_n, transpose_by_hand(p, rows, positions), filters_k, positions, rows);
        for (std::size_t i = 0; i < part.size(); ++i)
            grad_w[i] += part[i];
        const numbers grad_p =
            product_by_hand(transpose_by_hand(w, filters_k, rows), g_n, rows, filters_k, positions);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t position = 0; position < positions; ++position)
            {
                const std::size_t y = position / width_w + row / side % side;
                const std::size_t column = position % width_w + row % side;
                if (y >= 1 && y <= height_h && column >= 1 && column <= width_w)
                    grad_x[image_index(n, row / (side * side), y - 1, column - 1)] +=
                        grad_p[row * positions + position];
            }
    }
    check_equal(found.w, grad_w, 1e-13);
    check_equal(found.x, grad_x, 1e-13);
}
