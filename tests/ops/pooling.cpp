// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/ops/pooling.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// Calls visit(the pixels of a window, without padding) for each window of each plane.
template <class F>
void for_each_window(const dimensions& e, const window_options& o, const std::vector<double>& x,
                     F visit)
{
    const auto stride_height = o.stride_height == 0 ? o.height : o.stride_height;
    const auto stride_width = o.stride_width == 0 ? o.width : o.stride_width;
    const std::size_t height = e[1] + o.pad_top + o.pad_bottom;
    const std::size_t width = e[2] + o.pad_left + o.pad_right;
    for (std::size_t plane = 0; plane < e[0]; ++plane)
        for (std::size_t top = 0; top + o.height <= height; top += stride_height)
            for (std::size_t left = 0; left + o.width <= width; left += stride_width)
            {
                std::vector<double> pixels;
                for (std::size_t i = top; i < top + o.height; ++i)
                    for (std::size_t j = left; j < left + o.width; ++j)
                        if (i >= o.pad_top && i < o.pad_top + e[1] && j >= o.pad_left &&
                            j < o.pad_left + e[2])
                            pixels.push_back(
                                x[(plane * e[1] + i - o.pad_top) * e[2] + j - o.pad_left]);
                visit(pixels);
            }
}

template <window_word... Words>
void check_windows(const dimensions& e, const Words&... words)
{
    CAPTURE(to_string(e));
    constexpr window_options options = xgrad::detail::options_of<Words...>();
    const cube x = make_cube(e);
    std::vector<double> largest;
    std::vector<double> means;
    for_each_window(e, options, elements_of(x.value()),
                    [&](const std::vector<double>& pixels)
                    {
                        const std::size_t count =
                            options.count_padding ? options.height * options.width : pixels.size();
                        double sum = 0;
                        for (const double pixel : pixels)
                            sum += pixel;
                        largest.push_back(*std::max_element(pixels.begin(), pixels.end()));
                        means.push_back(sum / static_cast<double>(count));
                    });
    check_values(values_of(max_pool2d(x, words...)), largest);
    check_gradients(max_pool2d(x, words...));
    check_values(values_of(avg_pool2d(x, words...)), means);
    check_gradients(avg_pool2d(x, words...));
}

template <window_word... Words>
void check_sizes(const Words&... words)
{
    constexpr std::size_t width = simd::width<double>;
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{3}})
        check_windows({n, 4, 5}, words...);
    for (const std::size_t n :
         {std::size_t{2}, std::size_t{3}, width - 1, width, width + 1, 2 * width, 2 * width + 3})
    {
        check_windows({2, n, 5}, words...);
        check_windows({2, 4, n}, words...);
    }
}

} // namespace

TEST_CASE("max_pool2d, avg_pool2d: windows side by side")
{
    check_sizes(window<2>);
    check_windows({2, 7, 8}, window<1>);
    check_windows({2, 7, 8}, window<3, 2>);
}

TEST_CASE("max_pool2d, avg_pool2d: overlapping windows with padding")
{
    check_sizes(window<3>, stride<2>, padding<1>);
    check_windows({2, 6, 7}, window<3>, stride<1>);
    check_windows({2, 6, 7}, window<3, 2>, stride<1, 3>, padding<2, 1, 0, 1>);
}

TEST_CASE("max_pool2d, avg_pool2d: windows apart leave pixels without a gradient")
{
    check_windows({2, 7, 8}, window<2>, stride<3>);
}

TEST_CASE("avg_pool2d: an average may leave out the padding")
{
    check_sizes(window<3>, stride<2>, padding<1>, exclude_padding);
}

TEST_CASE("max_pool2d, avg_pool2d: images smaller than the window give nothing")
{
    const cube x = make_cube(extents(2, 1, 5));
    plan largest(max_pool2d(x, window<2>));
    CHECK(largest.forward().size() == 0);
    check_gradients(max_pool2d(x, window<2>));
    check_gradients(avg_pool2d(x, window<2>));
}

TEST_CASE("max_pool2d: of equal pixels the first one takes the gradient")
{
    parameter<double, shape<2, 4>, named<"x">> x;
    const std::vector<double> pixels{1, 1, 0, 2, 1, 1, 2, 2};
    std::copy(pixels.begin(), pixels.end(), x.data());
    plan p(sum(max_pool2d(x, window<2>)));
    CHECK(p.value_and_gradient() == 3);
    check_values(elements_of(x.gradient()), {1, 0, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("max_pool2d: NaN wins, and padding never does")
{
    parameter<double, shape<2, 2>, named<"x">> x;
    const double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> pixels{-5, nan, -infinity, -3};
    std::copy(pixels.begin(), pixels.end(), x.data());
    check_values(values_of(max_pool2d(x, window<2>, padding<1>)), {-5, nan, -infinity, -3});
    check_values(values_of(max_pool2d(x, window<2>)), {nan});
}

TEST_CASE("max_pool2d, avg_pool2d: static extents and any number of axes")
{
    const auto x = filled<named<"x">, shape<2, 3, 5, 6>>({2, 3, 5, 6});
    const auto out = max_pool2d(x, window<2>);
    static_assert(std::is_same_v<shape_of<decltype(out)>, shape<2, 3, 2, 3>>);
    const cube same = make_cube(extents(6, 5, 6));
    check_values(values_of(out), values_of(max_pool2d(same, window<2>)));
    check_values(values_of(avg_pool2d(x, window<2>)), values_of(avg_pool2d(same, window<2>)));
    check_gradients(out);
    check_gradients(avg_pool2d(x, window<2>));

    const auto image = filled<named<"image">, shape<4, 4>>({4, 4});
    check_gradients(max_pool2d(image, window<3>, stride<1>));
}

TEST_CASE("max_pool2d, avg_pool2d: among fused operations, in float, for the last smaller batch")
{
    const auto loss = [](const auto& in, const auto& w)
    {
        const auto x = times(in, w);
        const auto pooled = times(max_pool2d(x, window<3>, stride<2>, padding<1>),
                                  avg_pool2d(x, window<3>, stride<2>, padding<1>));
        return mean(times(pooled, max_pool2d(times(x, x), window<2>)));
    };
    check_batches<shape<dynamic, 6, 8>, shape<6, 8>>(loss, {5, 6, 8}, {2, 6, 8}, {6, 8});
}

TEST_CASE("max_pool2d: images need two axes")
{
    constexpr auto options = xgrad::detail::options_of<window_t<2>>();
    CHECK_FALSE(max_pool2d_op<options>::infer(extents(4)).fits);
    CHECK_FALSE(avg_pool2d_op<options>::infer(extents(4)).fits);
    CHECK(max_pool2d_op<options>::infer(extents(4, 4)).fits);
}
