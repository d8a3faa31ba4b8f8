// SPDX-License-Identifier: BSD-3-Clause
//
// The derivations of docs/coursework.md as numbers: each formula of the page written by hand with
// plain loops, held against xgrad and against central differences of the function it is the
// derivative of. The names of the cases are those that the page gives.

#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/conv2d.hpp>
#include <xgrad/ops/cross_entropy.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/softmax.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

using namespace xgrad;

namespace
{

using numbers = std::vector<double>;

/// Numbers between -1 and 1 that show no pattern.
numbers some_numbers(std::size_t count, double start)
{
    numbers result(count);
    for (std::size_t i = 0; i < count; ++i)
        result[i] = std::sin(start + 12.9898 * static_cast<double>(i + 1));
    return result;
}

/// The gradient of @p f at @p x by (f(x + h) - f(x - h)) / 2h in each direction.
numbers central_differences(const std::function<double(const numbers&)>& f, numbers x)
{
    constexpr double h = 1e-5;
    numbers gradient(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        const double before = x[i];
        x[i] = before + h;
        const double above = f(x);
        x[i] = before - h;
        const double below = f(x);
        x[i] = before;
        gradient[i] = (above - below) / (2 * h);
    }
    return gradient;
}

void check_equal(const numbers& actual, const numbers& expected, double tolerance)
{
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
    {
        CAPTURE(i);
        CHECK(std::abs(actual[i] - expected[i]) <= tolerance * (1 + std::abs(expected[i])));
    }
}

/// The formula of the page, the gradient that xgrad finds, and the differences of @p f at @p x.
void check_three_ways(const numbers& by_hand, const numbers& by_xgrad,
                      const std::function<double(const numbers&)>& f, const numbers& x)
{
    check_equal(by_xgrad, by_hand, 1e-13);
    check_equal(by_hand, central_differences(f, x), 1e-8);
}

template <class Tensor>
Tensor tensor_of(const numbers& values, const typename Tensor::shape_type& shape)
{
    Tensor result(shape);
    std::copy(values.begin(), values.end(), result.data());
    return result;
}

numbers values_in(const auto& view) { return numbers(view.data(), view.data() + view.size()); }

/// s_j = exp(z_j) / sum_c exp(z_c), of one row.
numbers softmax_by_hand(const numbers& z)
{
    double sum = 0;
    numbers s;
    for (const double v : z)
        sum += std::exp(v);
    for (const double v : z)
        s.push_back(std::exp(v) / sum);
    return s;
}

double kronecker(std::size_t i, std::size_t j) { return i == j ? 1 : 0; }

// One linear layer of the page: N examples, D inputs, K outputs.

constexpr std::size_t examples_n = 3;
constexpr std::size_t inputs_d = 4;
constexpr std::size_t outputs_k = 5;

/// z_nk = sum_d x_nd w_dk + b_k.
numbers linear_by_hand(const numbers& x, const numbers& w, const numbers& b)
{
    numbers z;
    for (std::size_t n = 0; n < examples_n; ++n)
        for (std::size_t k = 0; k < outputs_k; ++k)
        {
            double sum = b[k];
            for (std::size_t d = 0; d < inputs_d; ++d)
                sum += x[n * inputs_d + d] * w[d * outputs_k + k];
            z.push_back(sum);
        }
    return z;
}

double dot_by_hand(const numbers& a, const numbers& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

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

/// (rows, inner) times (inner, columns).
numbers product_by_hand(const numbers& a, const numbers& b, std::size_t rows, std::size_t inner,
                        std::size_t columns)
{
    numbers c(rows * columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t l = 0; l < inner; ++l)
            for (std::size_t j = 0; j < columns; ++j)
                c[i * columns + j] += a[i * inner + l] * b[l * columns + j];
    return c;
}

numbers transpose_by_hand(const numbers& a, std::size_t rows, std::size_t columns)
{
    numbers t;
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t i = 0; i < rows; ++i)
            t.push_back(a[i * columns + j]);
    return t;
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

TEST_CASE("derivations: softmax")
{
    const numbers z = some_numbers(5, 0.3);
    const numbers s = softmax_by_hand(z);
    const parameter<double, shape<5>, named<"z">> scores(tensor_of<xt::xtensor<double, 1>>(z, {5}));
    plan p(softmax(scores));
    for (std::size_t j = 0; j < z.size(); ++j)
    {
        // Row j of the matrix of derivatives: ds_j / dz_i = s_j (delta_ij - s_i).
        numbers row;
        xt::xtensor<double, 1> direction(std::array<std::size_t, 1>{5}, 0.0);
        for (std::size_t i = 0; i < z.size(); ++i)
            row.push_back(s[j] * (kronecker(i, j) - s[i]));
        direction(j) = 1;
        p.forward();
        p.backward(direction);
        check_three_ways(
            row, values_in(scores.gradient()),
            [j](const numbers& at) { return softmax_by_hand(at)[j]; }, z);
    }
}

TEST_CASE("derivations: softmax with cross-entropy")
{
    constexpr std::size_t classes = 4;
    constexpr std::size_t batch = 3;
    const numbers z = some_numbers(batch * classes, 1.7);
    const xt::xtensor<std::uint8_t, 1> labels{2, 0, 2};
    const auto row = [](const numbers& all, std::size_t n)
    {
        const auto start = all.begin() + static_cast<std::ptrdiff_t>(n * classes);
        return numbers(start, start + classes);
    };
    const parameter<double, shape<batch, classes>, named<"z">> scores(
        tensor_of<xt::xtensor<double, 2>>(z, {batch, classes}));
    for (const reduction how : {reduction::sum, reduction::mean})
    {
        const double scale = how == reduction::mean ? 1.0 / batch : 1.0;
        const auto loss = [&](const numbers& at)
        {
            double sum = 0;
            for (std::size_t n = 0; n < batch; ++n)
                sum -= std::log(softmax_by_hand(row(at, n))[labels(n)]);
            return scale * sum;
        };
        numbers short_form; // (s - y) / N, or without the N
        numbers chain_rule; // the sum over j of dloss/ds_j ds_j/dz_i
        for (std::size_t n = 0; n < batch; ++n)
        {
            const numbers s = softmax_by_hand(row(z, n));
            for (std::size_t i = 0; i < classes; ++i)
            {
                short_form.push_back(scale * (s[i] - kronecker(i, labels(n))));
                double sum = 0;
                for (std::size_t j = 0; j < classes; ++j)
                    sum += -kronecker(j, labels(n)) / s[j] * s[j] * (kronecker(i, j) - s[i]);
                chain_rule.push_back(scale * sum);
            }
        }
        check_equal(chain_rule, short_form, 1e-14);
        plan p(cross_entropy(scores, constant(labels), how));
        CHECK(p.value_and_gradient() == doctest::Approx(loss(z)).epsilon(1e-13));
        check_three_ways(short_form, values_in(scores.gradient()), loss, z);
    }
}

TEST_CASE("derivations: linear layer")
{
    const numbers x = some_numbers(examples_n * inputs_d, 0.1);
    const numbers w = some_numbers(inputs_d * outputs_k, 0.5);
    const numbers b = some_numbers(outputs_k, 0.9);
    const numbers g = some_numbers(examples_n * outputs_k, 2.3); // dloss/dz
    numbers grad_w(w.size());
    numbers grad_b(b.size());
    numbers grad_x(x.size());
    for (std::size_t n = 0; n < examples_n; ++n)
        for (std::size_t k = 0; k < outputs_k; ++k)
        {
            const double gradient = g[n * outputs_k + k];
            grad_b[k] += gradient;
            for (std::size_t d = 0; d < inputs_d; ++d)
            {
                grad_w[d * outputs_k + k] += x[n * inputs_d + d] * gradient;
                grad_x[n * inputs_d + d] += gradient * w[d * outputs_k + k];
            }
        }
    const numbers x_t = transpose_by_hand(x, examples_n, inputs_d);
    const numbers w_t = transpose_by_hand(w, inputs_d, outputs_k);
    check_equal(grad_w, product_by_hand(x_t, g, inputs_d, examples_n, outputs_k), 1e-14);
    check_equal(grad_x, product_by_hand(g, w_t, examples_n, outputs_k, inputs_d), 1e-14);

    const parameter<double, shape<examples_n, inputs_d>, named<"x">> input_x(
        tensor_of<xt::xtensor<double, 2>>(x, {examples_n, inputs_d}));
    const parameter<double, shape<inputs_d, outputs_k>, named<"w">> weight(
        tensor_of<xt::xtensor<double, 2>>(w, {inputs_d, outputs_k}));
    const parameter<double, shape<outputs_k>, named<"b">> bias(
        tensor_of<xt::xtensor<double, 1>>(b, {outputs_k}));
    plan p(matmul(input_x, weight) + bias);
    check_equal(values_in(p.forward()), linear_by_hand(x, w, b), 1e-13);
    p.backward(tensor_of<xt::xtensor<double, 2>>(g, {examples_n, outputs_k}));
    check_three_ways(
        grad_w, values_in(weight.gradient()),
        [&](const numbers& at) { return dot_by_hand(g, linear_by_hand(x, at, b)); }, w);
    check_three_ways(
        grad_b, values_in(bias.gradient()),
        [&](const numbers& at) { return dot_by_hand(g, linear_by_hand(x, w, at)); }, b);
    check_three_ways(
        grad_x, values_in(input_x.gradient()),
        [&](const numbers& at) { return dot_by_hand(g, linear_by_hand(at, w, b)); }, x);
}

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
