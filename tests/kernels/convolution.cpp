// SPDX-License-Identifier: BSD-3-Clause
#include "convolution_reference.hpp"
#include "guarded.hpp"

#include <xgrad/kernels/convolution.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>

using xgrad::kernels::convolution_geometry;
using xgrad::test::convolution_data;
using xgrad::test::guarded;

namespace
{

/// The functions for a geometry known when running.
template <class T>
struct general_form
{
    convolution_geometry g;

    std::size_t scratch_size(std::size_t batch) const
    {
        return xgrad::kernels::convolution_scratch_size<T>(g, batch);
    }
    void forward(auto... arguments) const
    {
        xgrad::kernels::convolution_forward<T>(g, arguments...);
    }
    void input_gradient(auto... arguments) const
    {
        xgrad::kernels::convolution_input_gradient<T>(g, arguments...);
    }
    void weight_gradient(auto... arguments) const
    {
        xgrad::kernels::convolution_weight_gradient<T>(g, arguments...);
    }
};

/// The functions for a geometry known when compiling.
template <class T, convolution_geometry G>
struct static_form
{
    static constexpr convolution_geometry g = G;

    std::size_t scratch_size(std::size_t batch) const
    {
        return xgrad::kernels::convolution_scratch_size<G, T>(batch);
    }
    void forward(auto... arguments) const
    {
        xgrad::kernels::convolution_forward<G, T>(arguments...);
    }
    void input_gradient(auto... arguments) const
    {
        xgrad::kernels::convolution_input_gradient<G, T>(arguments...);
    }
    void weight_gradient(auto... arguments) const
    {
        xgrad::kernels::convolution_weight_gradient<G, T>(arguments...);
    }
};

/// Every result of one geometry against its definition, and no access outside of any operand.
template <class T, class Form>
void check(const Form& form, std::size_t batch, bool with_bias, bool accumulate)
{
    convolution_data<T> expected(form.g, batch, 1);
    expected.compute(form.g, batch, with_bias, accumulate);
    convolution_data<T> actual(form.g, batch, 1);
    guarded<T> scratch(form.scratch_size(batch), 0, std::numeric_limits<T>::quiet_NaN());
    form.forward(batch, actual.x.data(), actual.w.data(), with_bias ? actual.bias.data() : nullptr,
                 actual.out.data(), accumulate, scratch.data());
    form.input_gradient(batch, actual.grad_out.data(), actual.w.data(), actual.grad_x.data(),
                        accumulate, scratch.data());
    form.weight_gradient(batch, actual.x.data(), actual.grad_out.data(), actual.grad_w.data(),
                         with_bias ? actual.grad_bias.data() : nullptr, accumulate, scratch.data());
    REQUIRE(actual.out == expected.out);
    REQUIRE(actual.grad_x == expected.grad_x);
    REQUIRE(actual.grad_w == expected.grad_w);
    if (with_bias)
        REQUIRE(actual.grad_bias == expected.grad_bias);
    REQUIRE(actual.intact());
    REQUIRE(scratch.intact());
}

template <class T>
void check_general(const convolution_geometry& g, std::size_t batch, bool with_bias,
                   bool accumulate)
{
    check<T>(general_form<T>{g}, batch, with_bias, accumulate);
}

template <class T, convolution_geometry G>
void check_static()
{
    CAPTURE(G.width);
    CAPTURE(G.kernel_width);
    for (const std::size_t batch : {0u, 1u, 3u, 11u})
        check<T>(static_form<T, G>{}, batch, batch != 1, batch == 3);
    check<T>(static_form<T, G>{}, 2, false, false);
}

/// A 3x3 convolution whose results are as wide as the image.
constexpr convolution_geometry of_width(std::size_t width)
{
    return xgrad::kernels::with_same_padding({.in_channels = 2,
                                              .height = 4,
                                              .width = width,
                                              .out_channels = 5,
                                              .kernel_height = 3,
                                              .kernel_width = 3});
}

} // namespace

TEST_CASE("convolution_geometry: extents of the result")
{
    convolution_geometry g{.height = 7, .width = 5, .kernel_height = 3, .kernel_width = 2};
    CHECK(g.out_height() == 5);
    CHECK(g.out_width() == 4);
    g.stride_height = 2;
    g.dilation_width = 4;
    CHECK(g.out_height() == 3);
    CHECK(g.out_width() == 1);
    g.dilation_width = 5;
    CHECK(g.out_width() == 0);
    g.pad_right = 2;
    CHECK(g.out_width() == 2);
}

TEST_CASE("convolution_geometry: names what is wrong")
{
    CHECK(convolution_geometry{.height = 3, .width = 3}.problem().empty());
    CHECK(convolution_geometry{.kernel_width = 0}.problem().find("kernel") != std::string::npos);
    CHECK(convolution_geometry{.stride_height = 0}.problem().find("strides") != std::string::npos);
    CHECK(convolution_geometry{.dilation_width = 0}.problem().find("dilations") !=
          std::string::npos);
    CHECK(convolution_geometry{.groups = 0}.problem().find("group") != std::string::npos);
    CHECK(convolution_geometry{.in_channels = 4, .out_channels = 3, .groups = 2}.problem().find(
              "divide") != std::string::npos);
}

TEST_CASE("with_same_padding: ceil(extent / stride) results, the odd pixel at the end")
{
    for (std::size_t extent = 0; extent < 10; ++extent)
        for (std::size_t kernel = 1; kernel < 5; ++kernel)
            for (std::size_t stride = 1; stride < 4; ++stride)
                for (std::size_t dilation = 1; dilation < 3; ++dilation)
                {
                    const convolution_geometry g =
                        xgrad::kernels::with_same_padding({.height = extent,
                                                           .width = 2 * extent,
                                                           .kernel_height = kernel,
                                                           .kernel_width = kernel,
                                                           .stride_height = stride,
                                                           .stride_width = stride,
                                                           .dilation_height = dilation,
                                                           .dilation_width = dilation});
                    REQUIRE(g.out_height() == (extent + stride - 1) / stride);
                    REQUIRE(g.out_width() == (2 * extent + stride - 1) / stride);
                    REQUIRE(g.pad_bottom - g.pad_top <= 1);
                    REQUIRE(g.pad_right - g.pad_left <= 1);
                }
    constexpr convolution_geometry even = xgrad::kernels::with_same_padding(
        {.height = 28, .width = 28, .kernel_height = 2, .kernel_width = 3});
    static_assert(even.pad_top == 0 && even.pad_bottom == 1);
    static_assert(even.pad_left == 1 && even.pad_right == 1);
}

TEST_CASE_TEMPLATE("convolution: equals the definition for every small geometry", T, float, double)
{
    for (const convolution_geometry& channels :
         {convolution_geometry{.in_channels = 1, .out_channels = 3},
          convolution_geometry{.in_channels = 4, .out_channels = 2, .groups = 2},
          convolution_geometry{.in_channels = 3, .out_channels = 6, .groups = 3}})
        xgrad::test::for_each_geometry(channels,
                                       [](const convolution_geometry& g)
                                       {
                                           check_general<T>(g, 1, true, false);
                                           check_general<T>(g, 3, false, true);
                                       });
}

TEST_CASE_TEMPLATE("convolution: many channels, in the lanes", T, float, double)
{
    const convolution_geometry plain{.in_channels = 31,
                                     .height = 6,
                                     .width = 17,
                                     .out_channels = 62,
                                     .kernel_height = 3,
                                     .kernel_width = 2,
                                     .pad_top = 1,
                                     .pad_right = 2};
    convolution_geometry strided = plain;
    strided.stride_height = 2;
    strided.stride_width = 3;
    strided.pad_left = 4;
    convolution_geometry dilated = strided;
    dilated.stride_width = 2;
    dilated.dilation_height = 3;
    dilated.dilation_width = 2;
    dilated.pad_bottom = 5;
    convolution_geometry grouped = plain;
    grouped.in_channels = 62;
    grouped.groups = 2;
    convolution_geometry sparse = plain; // some pixels are seen by no tap
    sparse.stride_height = 4;
    sparse.stride_width = 5;
    convolution_geometry pointwise{.in_channels = 30, .height = 9, .width = 37, .out_channels = 30};
    convolution_geometry wide{
        .in_channels = 2, .width = 300, .out_channels = 32, .kernel_width = 3, .pad_left = 1};
    wide.height = 2;
    // Rows that are done two at a time: seven pixels with many registers, three with few.
    const convolution_geometry halving{.in_channels = 32,
                                       .height = 14,
                                       .width = 14,
                                       .out_channels = 32,
                                       .kernel_height = 3,
                                       .kernel_width = 3,
                                       .stride_height = 2,
                                       .stride_width = 2,
                                       .pad_top = 1,
                                       .pad_bottom = 1,
                                       .pad_left = 1,
                                       .pad_right = 1};
    convolution_geometry small = halving;
    small.height = small.width = 6;
    for (const convolution_geometry& g :
         {plain, strided, dilated, grouped, sparse, pointwise, wide, halving, small})
    {
        if constexpr (xgrad::simd::is_vector<xgrad::simd::pack<T>>)
            REQUIRE(xgrad::kernels::detail::has_channel_forward<T>(g));
        check_general<T>(g, 1, true, false);
        check_general<T>(g, 2, false, true);
        check_general<T>(g, 0, true, false);
    }
}

TEST_CASE_TEMPLATE("convolution: many channels of images smaller than the stride", T, float, double)
{
    for (std::size_t height = 1; height < 4; ++height)
        for (std::size_t width = 1; width < 4; ++width)
        {
            const convolution_geometry g{.in_channels = 32,
                                         .height = height,
                                         .width = width,
                                         .out_channels = 32,
                                         .kernel_height = 3,
                                         .kernel_width = 3,
                                         .stride_height = 3,
                                         .stride_width = 2,
                                         .pad_top = 1,
                                         .pad_bottom = 1,
                                         .pad_left = 1,
                                         .pad_right = 1};
            check_general<T>(g, 2, true, false);
            check_general<T>(g, 2, true, true);
        }
}

TEST_CASE_TEMPLATE("convolution: an empty batch, no channels", T, float, double)
{
    for (const bool accumulate : {false, true})
    {
        const convolution_geometry g{.in_channels = 2,
                                     .height = 4,
                                     .width = 5,
                                     .out_channels = 2,
                                     .kernel_height = 2,
                                     .kernel_width = 2};
        check_general<T>(g, 0, true, accumulate);
        convolution_geometry no_input = g;
        no_input.in_channels = 0;
        check_general<T>(no_input, 2, true, accumulate);
        check_general<T>(no_input, 2, false, accumulate);
        convolution_geometry no_output = g;
        no_output.out_channels = 0;
        check_general<T>(no_output, 2, true, accumulate);
        no_output.kernel_height = no_output.kernel_width = 1;
        check_general<T>(no_output, 2, true, accumulate);
    }
}

TEST_CASE_TEMPLATE("convolution: images of several tiles", T, float, double)
{
    const convolution_geometry g{.in_channels = 16,
                                 .height = 37,
                                 .width = 41,
                                 .out_channels = 3,
                                 .kernel_height = 3,
                                 .kernel_width = 3,
                                 .pad_top = 1,
                                 .pad_bottom = 1,
                                 .pad_left = 1};
    REQUIRE(xgrad::kernels::convolution_scratch_size<T>(g, 1) < g.taps() * g.out_pixels());
    check_general<T>(g, 2, true, false);
    check_general<T>(g, 2, true, true);
}

TEST_CASE_TEMPLATE("convolution: known when compiling, rows of any number of vectors", T, float,
                   double)
{
    check_static<T, of_width(2)>();
    check_static<T, of_width(4)>();
    check_static<T, of_width(5)>();
    check_static<T, of_width(7)>();
    check_static<T, of_width(8)>();
    check_static<T, of_width(9)>();
    check_static<T, of_width(17)>();
    check_static<T, of_width(31)>();
}

TEST_CASE_TEMPLATE("convolution: known when compiling, kernels, paddings, dilations and groups", T,
                   float, double)
{
    constexpr convolution_geometry row_kernel{.in_channels = 4,
                                              .height = 7,
                                              .width = 18,
                                              .out_channels = 4,
                                              .kernel_height = 1,
                                              .kernel_width = 5,
                                              .pad_right = 4,
                                              .groups = 2};
    check_static<T, row_kernel>();
    constexpr convolution_geometry depthwise{.in_channels = 4,
                                             .height = 7,
                                             .width = 18,
                                             .out_channels = 4,
                                             .kernel_height = 2,
                                             .kernel_width = 2,
                                             .pad_top = 3,
                                             .pad_left = 1,
                                             .dilation_height = 3,
                                             .dilation_width = 2,
                                             .groups = 4};
    check_static<T, depthwise>();
    constexpr convolution_geometry even_kernel{.in_channels = 3,
                                               .height = 6,
                                               .width = 19,
                                               .out_channels = 7,
                                               .kernel_height = 4,
                                               .kernel_width = 4,
                                               .pad_bottom = 2,
                                               .pad_left = 3,
                                               .pad_right = 1};
    check_static<T, even_kernel>();
}

TEST_CASE_TEMPLATE("convolution: known when compiling, channel by channel", T, float, double)
{
    constexpr convolution_geometry one_vector{.in_channels = 3,
                                              .height = 5,
                                              .width = 15,
                                              .out_channels = 3,
                                              .kernel_height = 3,
                                              .kernel_width = 3,
                                              .pad_top = 1,
                                              .pad_bottom = 1,
                                              .pad_left = 1,
                                              .pad_right = 1,
                                              .groups = 3};
    check_static<T, one_vector>();
    constexpr convolution_geometry uneven{.in_channels = 2,
                                          .height = 3,
                                          .width = 56,
                                          .out_channels = 2,
                                          .kernel_height = 4,
                                          .kernel_width = 3,
                                          .pad_top = 5,
                                          .pad_left = 4,
                                          .pad_right = 7,
                                          .dilation_width = 3,
                                          .groups = 2};
    check_static<T, uneven>();
    constexpr convolution_geometry without_border{.in_channels = 2,
                                                  .height = 6,
                                                  .width = 36,
                                                  .out_channels = 2,
                                                  .kernel_height = 1,
                                                  .kernel_width = 5,
                                                  .groups = 2};
    check_static<T, without_border>();
}

TEST_CASE_TEMPLATE("convolution: known when compiling, without a direct form", T, float, double)
{
    constexpr convolution_geometry pointwise{
        .in_channels = 3, .height = 4, .width = 9, .out_channels = 2};
    check_static<T, pointwise>();
    constexpr convolution_geometry strided{.in_channels = 3,
                                           .height = 7,
                                           .width = 18,
                                           .out_channels = 2,
                                           .kernel_height = 3,
                                           .kernel_width = 2,
                                           .stride_width = 2,
                                           .pad_left = 1};
    check_static<T, strided>();
    constexpr convolution_geometry wide_padding{.in_channels = 3,
                                                .height = 7,
                                                .width = 18,
                                                .out_channels = 2,
                                                .kernel_height = 2,
                                                .kernel_width = 2,
                                                .pad_top = 3,
                                                .pad_right = 5};
    check_static<T, wide_padding>();
    constexpr convolution_geometry large_kernel{.in_channels = 3,
                                                .height = 7,
                                                .width = 18,
                                                .out_channels = 2,
                                                .kernel_height = 3,
                                                .kernel_width = 9,
                                                .dilation_width = 3};
    check_static<T, large_kernel>();
}

TEST_CASE("convolution: known when compiling, the layers of the convnet")
{
    check_static<float, xgrad::kernels::with_same_padding({.in_channels = 1,
                                                           .height = 28,
                                                           .width = 28,
                                                           .out_channels = 8,
                                                           .kernel_height = 3,
                                                           .kernel_width = 3})>();
    check_static<float, xgrad::kernels::with_same_padding({.in_channels = 8,
                                                           .height = 14,
                                                           .width = 14,
                                                           .out_channels = 8,
                                                           .kernel_height = 3,
                                                           .kernel_width = 3})>();
}

TEST_CASE("convolution: the gradients are the adjoints")
{
    xgrad::test::for_each_geometry(
        {.in_channels = 2, .out_channels = 4, .groups = 2},
        [](const convolution_geometry& g)
        {
            convolution_data<double> data(g, 2, 0);
            guarded<double> scratch(xgrad::kernels::convolution_scratch_size<double>(g, 2));
            xgrad::kernels::convolution_forward<double>(g, 2, data.x.data(), data.w.data(), nullptr,
                                                        data.out.data(), false, scratch.data());
            xgrad::kernels::convolution_input_gradient(g, 2, data.grad_out.data(), data.w.data(),
                                                       data.grad_x.data(), false, scratch.data());
            xgrad::kernels::convolution_weight_gradient<double>(
                g, 2, data.x.data(), data.grad_out.data(), data.grad_w.data(), nullptr, false,
                scratch.data());
            const double product = xgrad::test::inner_product(data.out, data.grad_out);
            REQUIRE(product == xgrad::test::inner_product(data.x, data.grad_x));
            REQUIRE(product == xgrad::test::inner_product(data.w, data.grad_w));
        });
}

TEST_CASE_TEMPLATE("convolution_bias_gradient: sums over batch and pixels", T, float, double)
{
    for (const std::size_t pixels : {0u, 1u, 2u, 7u, 8u, 9u, 31u, 33u, 70u})
        for (const std::size_t batch : {0u, 1u, 3u})
            for (const bool accumulate : {false, true})
            {
                const std::size_t channels = 3;
                guarded<T> grad_out(batch * channels * pixels, 1);
                grad_out.fill_integers(1);
                guarded<T> grad_bias(channels, 1, T{5});
                guarded<T> expected(channels, 0, accumulate ? T{5} : T{0});
                for (std::size_t i = 0; i < grad_out.size(); ++i)
                    expected[i / pixels % channels] += grad_out[i];
                xgrad::kernels::convolution_bias_gradient(batch, channels, pixels, grad_out.data(),
                                                          grad_bias.data(), accumulate);
                REQUIRE(grad_bias == expected);
                REQUIRE(grad_bias.intact());
            }
}
