// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/conv2d.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// The windows along one axis: how many, and the padding before the first one.
struct windows
{
    std::size_t count = 0;
    std::size_t before = 0;
};

windows windows_along(std::size_t extent, std::size_t filter, std::size_t step,
                      std::size_t dilation, std::size_t before, std::size_t after, bool is_same)
{
    const std::size_t reach = dilation * (filter - 1) + 1;
    if (is_same)
    {
        const std::size_t count = (extent + step - 1) / step;
        const std::size_t needed = count == 0 ? 0 : (count - 1) * step + reach;
        return {count, needed > extent ? (needed - extent) / 2 : 0};
    }
    const std::size_t padded = extent + before + after;
    return {padded < reach ? 0 : (padded - reach) / step + 1, before};
}

/// By the definition; an empty bias stands for zeros.
std::vector<double> naive_convolution(const dimensions& x, const std::vector<double>& image,
                                      const dimensions& w, const std::vector<double>& filter,
                                      const std::vector<double>& bias, const window_options& o)
{
    const std::size_t step_down = o.stride_height == 0 ? 1 : o.stride_height;
    const std::size_t step_right = o.stride_width == 0 ? 1 : o.stride_width;
    const windows down =
        windows_along(x[2], w[2], step_down, o.dilation_height, o.pad_top, o.pad_bottom, o.same);
    const windows right =
        windows_along(x[3], w[3], step_right, o.dilation_width, o.pad_left, o.pad_right, o.same);
    std::vector<double> result;
    const auto value_at = [&](std::size_t n, std::size_t k, std::size_t top, std::size_t left)
    {
        const std::size_t first_channel = k / (w[0] / o.groups) * w[1];
        double sum = bias.empty() ? 0 : bias[k];
        for (std::size_t c = 0; c < w[1]; ++c)
            for (std::size_t r = 0; r < w[2]; ++r)
                for (std::size_t s = 0; s < w[3]; ++s)
                {
                    // Positions before the image wrap around and fail the test as well.
                    const std::size_t i = top * step_down + r * o.dilation_height - down.before;
                    const std::size_t j = left * step_right + s * o.dilation_width - right.before;
                    if (i < x[2] && j < x[3])
                        sum += filter[((k * w[1] + c) * w[2] + r) * w[3] + s] *
                               image[((n * x[1] + first_channel + c) * x[2] + i) * x[3] + j];
                }
        return sum;
    };
    for (std::size_t n = 0; n < x[0]; ++n)
        for (std::size_t k = 0; k < w[0]; ++k)
            for (std::size_t i = 0; i < down.count; ++i)
                for (std::size_t j = 0; j < right.count; ++j)
                    result.push_back(value_at(n, k, i, j));
    return result;
}

/// Values and gradients of convolutions with and without bias.
template <class X, class W, window_word... Words>
void check_convolution(const dimensions& images, const dimensions& filters, const Words&... words)
{
    CAPTURE(to_string(images));
    CAPTURE(to_string(filters));
    constexpr window_options options = xgrad::detail::options_of<Words...>();
    const auto x = filled<named<"x">, X>(images);
    const auto w = filled<named<"w">, W>(filters, 7);
    const auto b = filled<named<"b">, unknown_vector>(extents(filters[0]), 4);
    const auto expected = [&](const std::vector<double>& bias)
    {
        return naive_convolution(images, elements_of(x.value()), filters, elements_of(w.value()),
                                 bias, options);
    };
    check_values(values_of(conv2d(x, w, words...)), expected({}));
    check_values(values_of(conv2d(x, w, b, words...)), expected(elements_of(b.value())));
    check_gradients(conv2d(x, w, b, words...));
}

template <window_word... Words>
void check_dynamic(const dimensions& images, const dimensions& filters, const Words&... words)
{
    check_convolution<unknown_images, unknown_images>(images, filters, words...);
}

} // namespace

TEST_CASE("conv2d: equals its definition at all small sizes")
{
    for (const std::size_t n : sizes())
    {
        check_dynamic({n, 2, 3, 4}, {2, 2, 2, 3});
        check_dynamic({1, n, 3, 4}, {2, n, 2, 2});
        check_dynamic({2, 1, n, 4}, {2, 1, 2, 3});
        check_dynamic({1, 2, 4, n}, {3, 2, 3, 2});
        check_dynamic({2, 2, 3, 3}, {n, 2, 2, 2});
    }
    check_dynamic({2, 3, 7, 11}, {5, 3, 3, 3});
    check_dynamic({2, 3, 5, 6}, {4, 3, 1, 1});
}

TEST_CASE("conv2d: stride, padding, same and dilation")
{
    check_dynamic({2, 2, 7, 9}, {3, 2, 3, 2}, stride<2, 3>, padding<1, 2, 0, 3>);
    check_dynamic({1, 2, 7, 8}, {2, 2, 2, 3}, dilation<2, 3>, padding<1>);
    for (const std::size_t n : {std::size_t{1}, std::size_t{5}, std::size_t{6}})
        check_dynamic({1, 2, n, 7}, {2, 2, 2, 3}, same, stride<2>);
    check_dynamic({2, 1, 5, 6}, {2, 1, 3, 4}, same);
}

TEST_CASE("conv2d: groups of channels do not see each other")
{
    check_dynamic({2, 4, 4, 5}, {6, 2, 3, 2}, groups<2>);
    check_dynamic({2, 3, 5, 4}, {3, 1, 3, 3}, groups<3>, same);
}

TEST_CASE("conv2d: a static geometry gives what a dynamic one gives")
{
    check_convolution<shape<dynamic, 2, 6, 7>, shape<3, 2, 3, 3>>({2, 2, 6, 7}, {3, 2, 3, 3});
    check_convolution<shape<2, 2, 7, 9>, shape<3, 2, 3, 2>>({2, 2, 7, 9}, {3, 2, 3, 2},
                                                            stride<2, 3>, padding<1, 2, 0, 3>);
    check_convolution<shape<dynamic, 4, 4, 5>, shape<6, 2, 3, 2>>({2, 4, 4, 5}, {6, 2, 3, 2},
                                                                  groups<2>, same, dilation<2>);
}

TEST_CASE("conv2d: the same tensor as images and filters")
{
    const auto x = filled<named<"x">, unknown_images>({2, 2, 3, 3});
    check_gradients(conv2d(x, x, padding<1>));
}

TEST_CASE("conv2d: among fused operations, in float, for the last smaller batch")
{
    const auto loss = [](const auto& in, const auto& w)
    {
        const auto out = conv2d(times(in, in), times(w, w), same);
        return mean(times(out, conv2d(in, w, same)));
    };
    check_batches<shape<dynamic, 2, 5, 6>, shape<3, 2, 3, 3>>(loss, {4, 2, 5, 6}, {2, 2, 5, 6},
                                                              {3, 2, 3, 3});
}

TEST_CASE("conv2d: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 2, 6, 8>, named<"x">> x(1);
    const parameter<double, shape<3, 2, 3, 3>, named<"w">> w;
    static_assert(std::is_same_v<shape_of<decltype(conv2d(x, w))>, shape<dynamic, 3, 4, 6>>);
    static_assert(
        std::is_same_v<shape_of<decltype(conv2d(x, w, same, stride<2>))>, shape<dynamic, 3, 3, 4>>);
    const parameter<double, shape<1, 2, dynamic, 8>, named<"y">> y(5);
    static_assert(std::is_same_v<shape_of<decltype(conv2d(y, w))>, shape<1, 3, dynamic, 6>>);
}

TEST_CASE("conv2d: operands that do not fit are refused at run time")
{
    const auto refused = [](const dimensions& images, const dimensions& filters, const char* text)
    {
        const auto x = filled<named<"x">, unknown_images>(images);
        const auto w = filled<named<"w">, unknown_images>(filters);
        plan p(conv2d(x, w));
        CHECK_THROWS_WITH_AS(p.forward(), text, shape_error);
    };
    refused({1, 2, 5, 5}, {4, 3, 3, 3},
            "xgrad::conv2d: expected as many channels in the images as the filters read, found "
            "(1, 2, 5, 5) and (4, 3, 3, 3)");
    refused({1, 2, 5, 5}, {4, 2, 0, 3},
            "xgrad::conv2d: expected filters of at least one row and one column, found "
            "(1, 2, 5, 5) and (4, 2, 0, 3)");

    const auto x = filled<named<"x">, unknown_images>({1, 3, 5, 5});
    const auto w = filled<named<"w">, unknown_images>({4, 3, 3, 3});
    plan grouped(conv2d(x, w, groups<2>));
    CHECK_THROWS_WITH_AS(grouped.forward(),
                         "xgrad::conv2d: expected groups that divide the channels, found "
                         "(1, 3, 5, 5) and (4, 3, 3, 3) and groups<2>",
                         shape_error);
    const auto b = filled<named<"b">, unknown_vector>(extents(3));
    plan biased(conv2d(x, w, b));
    CHECK_THROWS_WITH_AS(
        biased.forward(),
        "xgrad::conv2d: expected one element of the bias for each output channel, found "
        "(1, 3, 5, 5) and (4, 3, 3, 3) and (3)",
        shape_error);
}
