// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/convolution_pool.hpp>
#include <xgrad/kernels/convolution_relu.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

// The fused kernels against the operations one after the other.

namespace kernels = xgrad::kernels;
using kernels::convolution_geometry;
using xgrad::test::guarded;

namespace
{

/// The results of convolution, relu and pooling, and the gradients of a random adjoint.
template <class T>
struct fused_data
{
    fused_data(const convolution_geometry& g, std::size_t batch, std::size_t results)
        : x(batch * g.in_size(), 1), w(g.filter_size(), 1), bias(g.out_channels, 1),
          out(results, 1), grad_out(results, 1), grad_x(batch * g.in_size(), 1),
          grad_w(g.filter_size(), 1), grad_bias(g.out_channels, 1)
    {
        x.fill_integers(1);
        w.fill_integers(2);
        bias.fill_integers(3);
        grad_out.fill_integers(4);
        grad_x.fill_integers(5);
        grad_w.fill_integers(6);
        grad_bias.fill_integers(7);
    }

    /// The gradients from that of the convolution's result.
    void convolve_back(const convolution_geometry& g, std::size_t batch, const T* gradient,
                       bool accumulate)
    {
        guarded<T> scratch(kernels::convolution_scratch_size<T>(g, batch));
        kernels::convolution_input_gradient(g, batch, gradient, w.data(), grad_x.data(), accumulate,
                                            scratch.data());
        kernels::convolution_weight_gradient<T>(g, batch, x.data(), gradient, grad_w.data(),
                                                grad_bias.data(), accumulate, scratch.data());
    }

    bool same_gradients(const fused_data& other) const
    {
        return grad_x == other.grad_x && grad_w == other.grad_w && grad_bias == other.grad_bias;
    }

    bool intact() const
    {
        return x.intact() && w.intact() && bias.intact() && out.intact() && grad_out.intact() &&
               grad_x.intact() && grad_w.intact() && grad_bias.intact();
    }

    guarded<T> x, w, bias, out, grad_out, grad_x, grad_w, grad_bias;
};

template <class T>
bool same_with_nan(const guarded<T>& a, const guarded<T>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](T p, T q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

/// The convolution's result behind a relu.
template <class T>
guarded<T> positive_part(const convolution_geometry& g, std::size_t batch, const fused_data<T>& d,
                         bool with_bias)
{
    guarded<T> result(batch * g.out_size());
    guarded<T> scratch(kernels::convolution_scratch_size<T>(g, batch));
    kernels::convolution_forward<T>(g, batch, d.x.data(), d.w.data(),
                                    with_bias ? d.bias.data() : nullptr, result.data(), false,
                                    scratch.data());
    std::transform(result.begin(), result.end(), result.data(),
                   [](T value) { return value < T{} ? T{} : value; });
    return result;
}

template <class T, convolution_geometry G>
void check_relu(std::size_t batch, bool accumulate)
{
    fused_data<T> expected(G, batch, batch * G.out_size());
    expected.out = positive_part(G, batch, expected, !accumulate);
    guarded<T> gradient(expected.out.size());
    for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient[i] = expected.out[i] > T{} ? expected.grad_out[i] : T{};
    expected.convolve_back(G, batch, gradient.data(), accumulate);

    fused_data<T> actual(G, batch, batch * G.out_size());
    guarded<T> scratch(kernels::convolution_relu_scratch_size<G, T>(batch), 0,
                       std::numeric_limits<T>::quiet_NaN());
    const T* bias = accumulate ? nullptr : actual.bias.data();
    kernels::convolution_relu_forward<G, T>(batch, actual.x.data(), actual.w.data(), bias,
                                            actual.out.data(), scratch.data());
    kernels::convolution_relu_input_gradient<G, T>(batch, actual.grad_out.data(), actual.out.data(),
                                                   actual.w.data(), actual.grad_x.data(),
                                                   accumulate, scratch.data());
    kernels::convolution_relu_weight_gradient<G, T>(
        batch, actual.x.data(), actual.grad_out.data(), actual.out.data(), actual.grad_w.data(),
        actual.grad_bias.data(), accumulate, scratch.data());
    REQUIRE(actual.out == expected.out);
    REQUIRE(actual.same_gradients(expected));
    REQUIRE(actual.intact());
    REQUIRE(scratch.intact());
}

/// The fused kernels for the geometry G and what they must give.
template <class T, convolution_geometry G>
struct pool_case
{
    static constexpr kernels::pooling_geometry tiles{.height = G.out_height(),
                                                     .width = G.out_width(),
                                                     .window_height = 2,
                                                     .window_width = 2,
                                                     .stride_height = 2,
                                                     .stride_width = 2};

    explicit pool_case(std::size_t images)
        : batch{images}, data(G, images, images * G.out_channels * tiles.out_pixels()),
          scratch(kernels::convolution_pool_scratch_size<G, T>(images), 0,
                  std::numeric_limits<T>::quiet_NaN()),
          mask(images * kernels::convolution_pool_mask_size<G, T>() + 64, 201)
    {
    }

    /// By the operations one after the other.
    fused_data<T> expected(bool accumulate) const
    {
        fused_data<T> result = data;
        const guarded<T> full = positive_part(G, batch, data, !accumulate);
        std::vector<std::uint8_t> cells(data.out.size());
        const std::size_t planes = batch * G.out_channels;
        kernels::max_pool_forward(tiles, planes, full.data(), result.out.data(), cells.data());
        guarded<T> gradient(full.size());
        kernels::max_pool_backward(tiles, planes, data.grad_out.data(), cells.data(),
                                   gradient.data(), false);
        for (std::size_t i = 0; i < gradient.size(); ++i)
            if (!(full[i] > T{}))
                gradient[i] = T{};
        result.convolve_back(G, batch, gradient.data(), accumulate);
        return result;
    }

    void run_forward(bool with_bias)
    {
        kernels::convolution_relu_max_pool_forward<G, T>(
            batch, data.x.data(), data.w.data(), with_bias ? data.bias.data() : nullptr,
            data.out.data(), mask.data(), scratch.data());
    }

    void check_intact() const
    {
        REQUIRE(data.intact());
        REQUIRE(scratch.intact());
        REQUIRE(std::all_of(mask.end() - 64, mask.end(), [](auto byte) { return byte == 201; }));
    }

    std::size_t batch;
    fused_data<T> data;
    guarded<T> scratch;
    std::vector<std::uint8_t> mask;
};

template <class T, convolution_geometry G>
void check_pool(std::size_t batch, bool accumulate)
{
    CAPTURE(G.height);
    CAPTURE(G.width);
    CAPTURE(batch);
    pool_case<T, G> fused(batch);
    fused_data<T>& actual = fused.data;
    const fused_data<T> expected = fused.expected(accumulate);
    fused.run_forward(!accumulate);
    REQUIRE(actual.out == expected.out);
    kernels::convolution_relu_max_pool_backward<G, T>(
        batch, actual.x.data(), actual.w.data(), actual.grad_out.data(), fused.mask.data(),
        actual.grad_x.data(), accumulate, actual.grad_w.data(), actual.grad_bias.data(), accumulate,
        fused.scratch.data());
    REQUIRE(actual.same_gradients(expected));
    fused.check_intact();

    pool_case<T, G> apart(batch);
    apart.run_forward(!accumulate);
    kernels::convolution_relu_max_pool_weight_gradient<G, T>(
        batch, apart.data.x.data(), apart.data.grad_out.data(), apart.mask.data(),
        apart.data.grad_w.data(), apart.data.grad_bias.data(), accumulate, apart.scratch.data());
    kernels::convolution_relu_max_pool_input_gradient<G, T>(
        batch, apart.data.grad_out.data(), apart.mask.data(), apart.data.w.data(),
        apart.data.grad_x.data(), accumulate, apart.scratch.data());
    REQUIRE(apart.data.same_gradients(expected));
    apart.check_intact();
}

template <class T, convolution_geometry G>
void check()
{
    check_pool<T, G>(0, false);
    check_pool<T, G>(1, false);
    check_pool<T, G>(3, true);
    check_pool<T, G>(10, false);
}

constexpr convolution_geometry three_by_three(std::size_t in, std::size_t out, std::size_t height,
                                              std::size_t width)
{
    return kernels::with_same_padding({.in_channels = in,
                                       .height = height,
                                       .width = width,
                                       .out_channels = out,
                                       .kernel_height = 3,
                                       .kernel_width = 3});
}

} // namespace

TEST_CASE_TEMPLATE("convolution_relu: equals convolution and relu", T, float, double)
{
    constexpr convolution_geometry g = three_by_three(3, 5, 7, 9);
    for (const std::size_t batch : {0u, 1u, 3u, 11u})
        check_relu<T, g>(batch, batch == 3);
}

TEST_CASE_TEMPLATE("convolution_pool: the layers of the convnet", T, float, double)
{
    check<T, three_by_three(1, 8, 28, 28)>();
    check<T, three_by_three(8, 8, 14, 14)>();
}

TEST_CASE("convolution_pool: odd planes, rows of several vectors")
{
    check<float, three_by_three(3, 5, 7, 13)>();
    check<float, three_by_three(2, 1, 4, 70)>();
    check<double, three_by_three(1, 3, 5, 11)>();
}

TEST_CASE("convolution_pool: other kernels")
{
    constexpr convolution_geometry wide{.in_channels = 2,
                                        .height = 12,
                                        .width = 34,
                                        .out_channels = 3,
                                        .kernel_height = 2,
                                        .kernel_width = 5,
                                        .pad_bottom = 1,
                                        .pad_left = 4};
    check<float, wide>();
}

TEST_CASE_TEMPLATE("convolution_pool: geometries without a fused form", T, float, double)
{
    constexpr convolution_geometry strided{.in_channels = 2,
                                           .height = 9,
                                           .width = 12,
                                           .out_channels = 4,
                                           .kernel_height = 3,
                                           .kernel_width = 3,
                                           .stride_width = 2,
                                           .groups = 2};
    static_assert(!kernels::is_fused_pool<strided, T>);
    check<T, strided>();
    constexpr convolution_geometry without_tile{
        .height = 3, .width = 9, .out_channels = 2, .kernel_height = 3, .kernel_width = 3};
    static_assert(!kernels::is_fused_pool<without_tile, T>);
    check<T, without_tile>();
}

TEST_CASE_TEMPLATE("convolution_pool: ties go to the first, NaN wins and has no gradient", T, float,
                   double)
{
    constexpr convolution_geometry g = three_by_three(1, 2, 6, 14);
    pool_case<T, g> fused(3);
    std::fill_n(fused.data.x.data(), fused.data.x.size(), T{1});
    for (std::size_t image = 0; image < 3; ++image)
        fused.data.x[image * g.in_size() + 2 * g.width + 5] = std::numeric_limits<T>::quiet_NaN();
    for (std::size_t tap = 0; tap < g.filter_size(); ++tap)
        fused.data.w[tap] = tap % 9 == 4 ? T{1} : T{}; // every filter copies the image
    const fused_data<T> expected = fused.expected(false);
    fused.run_forward(true);
    REQUIRE(same_with_nan(fused.data.out, expected.out));
    kernels::convolution_relu_max_pool_input_gradient<g, T>(
        fused.batch, fused.data.grad_out.data(), fused.mask.data(), fused.data.w.data(),
        fused.data.grad_x.data(), false, fused.scratch.data());
    REQUIRE(fused.data.grad_x == expected.grad_x);
    fused.check_intact();
}
