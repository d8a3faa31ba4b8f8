// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/pooling.hpp>
#include <xgrad/kernels/simd_bytes.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

using xgrad::kernels::pooling_geometry;
using xgrad::test::guarded;

namespace
{

/// Calls visit(output index, pixel, cell) for every pixel of every window, by definition.
template <class Visit>
void for_each_pixel(const pooling_geometry& g, std::size_t planes, Visit visit)
{
    std::size_t output = 0;
    for (std::size_t plane = 0; plane < planes; ++plane)
        for (std::size_t y = 0; y < g.out_height(); ++y)
            for (std::size_t x = 0; x < g.out_width(); ++x, ++output)
                for (std::size_t i = 0; i < g.window_height; ++i)
                    for (std::size_t j = 0; j < g.window_width; ++j)
                    {
                        const std::size_t row = y * g.stride_height + i;
                        const std::size_t column = x * g.stride_width + j;
                        if (row >= g.pad_top && row < g.pad_top + g.height &&
                            column >= g.pad_left && column < g.pad_left + g.width)
                            visit(output,
                                  plane * g.in_pixels() + (row - g.pad_top) * g.width + column -
                                      g.pad_left,
                                  i * g.window_width + j);
                    }
}

/// Calls visit(geometry) for every combination of small sizes, windows, strides and paddings, and
/// for the 2x2 tiles of all widths up to several vectors.
template <class Visit>
void for_each_geometry(Visit visit)
{
    struct pair
    {
        std::size_t vertical, horizontal;
    };
    for (const pair size : {pair{0, 3}, pair{3, 0}, pair{1, 1}, pair{2, 3}, pair{5, 4}, pair{3, 9}})
        for (const pair window : {pair{1, 1}, pair{2, 2}, pair{3, 2}, pair{2, 3}, pair{3, 3}})
            for (const pair stride : {pair{1, 1}, pair{2, 2}, pair{1, 3}, pair{3, 2}})
                for (const pair before : {pair{0, 0}, pair{1, 0}, pair{1, 2}})
                    for (const pair after : {pair{0, 0}, pair{0, 1}, pair{2, 1}})
                    {
                        const pooling_geometry g{.height = size.vertical,
                                                 .width = size.horizontal,
                                                 .window_height = window.vertical,
                                                 .window_width = window.horizontal,
                                                 .stride_height = stride.vertical,
                                                 .stride_width = stride.horizontal,
                                                 .pad_top = before.vertical,
                                                 .pad_bottom = after.vertical,
                                                 .pad_left = before.horizontal,
                                                 .pad_right = after.horizontal};
                        if (g.problem().empty())
                            visit(g);
                    }
    for (std::size_t height = 0; height < 6; ++height)
        for (std::size_t width = 0; width < 72; ++width)
            visit(pooling_geometry{.height = height,
                                   .width = width,
                                   .window_height = 2,
                                   .window_width = 2,
                                   .stride_height = 2,
                                   .stride_width = 2});
}

/// Maxima by definition: the winner is the first that no other is larger than; NaN is largest.
template <class T>
void naive_max_pool(const pooling_geometry& g, std::size_t planes, const guarded<T>& x,
                    guarded<T>& out, std::vector<std::size_t>& cells)
{
    std::vector<bool> is_set(out.size(), false);
    cells.assign(out.size(), 0);
    for_each_pixel(g, planes,
                   [&](std::size_t output, std::size_t pixel, std::size_t cell)
                   {
                       const bool wins = !is_set[output] || x[pixel] > out[output] ||
                                         (std::isnan(x[pixel]) && !std::isnan(out[output]));
                       if (!wins)
                           return;
                       is_set[output] = true;
                       out[output] = x[pixel];
                       cells[output] = cell;
                   });
}

template <class T>
bool same_with_nan(const guarded<T>& a, const guarded<T>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(),
                      [](T p, T q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

template <class T, class Index>
void check_max_pool(const pooling_geometry& g, std::size_t planes, bool with_nan)
{
    guarded<T> x(planes * g.in_pixels(), 1);
    x.fill_integers(1);
    if (with_nan)
        for (std::size_t i = 0; i < x.size(); i += 3)
            x[i] = std::numeric_limits<T>::quiet_NaN();
    const std::size_t outputs = planes * g.out_pixels();
    guarded<T> out(outputs, 1);
    guarded<T> expected_out(outputs);
    std::vector<std::size_t> expected_cells;
    naive_max_pool(g, planes, x, expected_out, expected_cells);

    constexpr Index guard = 201;
    std::vector<Index> index(outputs + 64, guard);
    xgrad::kernels::max_pool_forward(g, planes, x.data(), out.data(), index.data());
    REQUIRE(same_with_nan(out, expected_out));
    REQUIRE(out.intact());
    REQUIRE(std::equal(expected_cells.begin(), expected_cells.end(), index.begin()));
    REQUIRE(std::count(index.begin(), index.end(), guard) == 64);

    guarded<T> without_index(outputs);
    xgrad::kernels::max_pool_forward<T, Index>(g, planes, x.data(), without_index.data(), nullptr);
    REQUIRE(same_with_nan(without_index, expected_out));

    guarded<T> grad_out(outputs, 1);
    grad_out.fill_integers(2);
    for (const bool accumulate : {false, true})
    {
        guarded<T> grad_x(planes * g.in_pixels(), 1);
        grad_x.fill_integers(3);
        guarded<T> expected = grad_x;
        if (!accumulate)
            std::fill_n(expected.data(), expected.size(), T{});
        for_each_pixel(g, planes,
                       [&](std::size_t output, std::size_t pixel, std::size_t cell)
                       {
                           if (expected_cells[output] == cell)
                               expected[pixel] += grad_out[output];
                       });
        xgrad::kernels::max_pool_backward(g, planes, grad_out.data(), index.data(), grad_x.data(),
                                          accumulate);
        REQUIRE(grad_x == expected);
        REQUIRE(grad_x.intact());
    }
}

/// Equal but for the rounding of a few quotients.
template <class T>
bool near(const guarded<T>& a, const guarded<T>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(),
                      [](T p, T q)
                      { return std::abs(p - q) <= 8 * std::numeric_limits<T>::epsilon(); });
}

/// The number of cells that the sum of every window is divided by.
std::vector<std::size_t> divisors(const pooling_geometry& g, std::size_t planes, bool include_pad)
{
    std::vector<std::size_t> count(planes * g.out_pixels(), 0);
    for_each_pixel(g, planes,
                   [&](std::size_t output, std::size_t, std::size_t) { ++count[output]; });
    if (include_pad)
        count.assign(count.size(), g.window_cells());
    return count;
}

template <class T>
void check_average_pool(const pooling_geometry& g, std::size_t planes, bool include_pad)
{
    const std::vector<std::size_t> count = divisors(g, planes, include_pad);
    const std::size_t outputs = planes * g.out_pixels();
    guarded<T> x(planes * g.in_pixels(), 1);
    x.fill_integers(1);
    guarded<T> out(outputs, 1);
    guarded<T> expected_out(outputs);
    guarded<T> grad_out(outputs, 1);
    grad_out.fill_integers(2);
    for_each_pixel(g, planes,
                   [&](std::size_t output, std::size_t pixel, std::size_t)
                   { expected_out[output] += x[pixel] / static_cast<T>(count[output]); });
    xgrad::kernels::average_pool_forward(g, planes, x.data(), out.data(), include_pad);
    REQUIRE(near(out, expected_out));
    REQUIRE(out.intact());
    for (const bool accumulate : {false, true})
    {
        guarded<T> grad_x(planes * g.in_pixels(), 1, T{1});
        guarded<T> expected(planes * g.in_pixels(), 0, accumulate ? T{1} : T{0});
        for_each_pixel(g, planes,
                       [&](std::size_t output, std::size_t pixel, std::size_t)
                       { expected[pixel] += grad_out[output] / static_cast<T>(count[output]); });
        xgrad::kernels::average_pool_backward(g, planes, grad_out.data(), grad_x.data(), accumulate,
                                              include_pad);
        REQUIRE(near(grad_x, expected));
        REQUIRE(grad_x.intact());
        if (!accumulate)
            REQUIRE(xgrad::test::inner_product(out, grad_out) ==
                    doctest::Approx(xgrad::test::inner_product(x, grad_x)));
    }
}

} // namespace

TEST_CASE("pooling_geometry: extents of the result")
{
    pooling_geometry g{.height = 7, .width = 4, .window_height = 3, .window_width = 2};
    CHECK(g.out_height() == 5);
    CHECK(g.out_width() == 3);
    g.stride_height = 3;
    g.pad_left = 1;
    CHECK(g.out_height() == 2);
    CHECK(g.out_width() == 4);
    g.window_height = 8;
    CHECK(g.out_height() == 0);
    CHECK(
        pooling_geometry{.height = 0, .width = 3, .window_height = 2, .pad_top = 1, .pad_bottom = 1}
            .out_height() == 0);
}

TEST_CASE("pooling_geometry: names what is wrong")
{
    const auto says = [](const pooling_geometry& g, std::string_view word)
    { return g.problem().find(word) != std::string_view::npos; };
    CHECK(pooling_geometry{.window_height = 2, .window_width = 3, .pad_top = 1, .pad_right = 2}
              .problem()
              .empty());
    CHECK(says({.window_width = 0}, "window"));
    CHECK(says({.stride_width = 0}, "strides"));
    CHECK(says({.window_height = 2, .window_width = 3, .pad_top = 2}, "padding"));
    CHECK(says({.window_height = 2, .window_width = 3, .pad_bottom = 2}, "padding"));
    CHECK(says({.window_height = 2, .window_width = 3, .pad_left = 3}, "padding"));
    CHECK(says({.window_height = 2, .window_width = 3, .pad_right = 3}, "padding"));
}

TEST_CASE("pooling_index: a byte for windows of up to 255 cells")
{
    using byte_index =
        xgrad::kernels::pooling_index<pooling_geometry{.window_height = 15, .window_width = 17}>;
    using wide_index =
        xgrad::kernels::pooling_index<pooling_geometry{.window_height = 16, .window_width = 16}>;
    CHECK(std::is_same_v<byte_index, std::uint8_t>);
    CHECK(std::is_same_v<wide_index, std::uint32_t>);
}

TEST_CASE_TEMPLATE("max_pool: equals the definition, forward and backward", T, float, double)
{
    for_each_geometry(
        [](const pooling_geometry& g)
        {
            check_max_pool<T, std::uint8_t>(g, 1, false);
            check_max_pool<T, std::uint8_t>(g, 3, true);
            check_max_pool<T, std::uint32_t>(g, 2, false);
            check_max_pool<T, std::uint8_t>(g, 0, false);
        });
}

TEST_CASE("max_pool: windows of more than 255 cells")
{
    check_max_pool<float, std::uint32_t>(
        {.height = 40, .width = 33, .window_height = 20, .window_width = 17, .stride_height = 5}, 2,
        false);
}

TEST_CASE_TEMPLATE("max_pool: the first of equal pixels gets the whole gradient", T, float, double)
{
    const pooling_geometry g{.height = 2,
                             .width = 40,
                             .window_height = 2,
                             .window_width = 2,
                             .stride_height = 2,
                             .stride_width = 2};
    guarded<T> x(80, 0, T{7});
    x[0] = x[40] = T{6}; // the first tile has its maximum twice on the right
    guarded<T> out(20);
    std::vector<std::uint8_t> index(20);
    guarded<T> grad_x(80);
    const guarded<T> grad_out(20, 0, T{1});
    xgrad::kernels::max_pool_forward(g, 1, x.data(), out.data(), index.data());
    xgrad::kernels::max_pool_backward(g, 1, grad_out.data(), index.data(), grad_x.data(), false);
    CHECK(grad_x[1] == T{1});
    for (std::size_t pixel = 2; pixel < 80; ++pixel)
        CHECK(grad_x[pixel] == (pixel < 40 && pixel % 2 == 0 ? T{1} : T{0}));
}

TEST_CASE_TEMPLATE("average_pool: equals the definition and its adjoint", T, float, double)
{
    for_each_geometry(
        [](const pooling_geometry& g)
        {
            check_average_pool<T>(g, 2, true);
            check_average_pool<T>(g, 1, false);
            check_average_pool<T>(g, 0, true);
        });
}

TEST_CASE_TEMPLATE("interleave: undoes deinterleave", T, float, double)
{
    using V = xgrad::simd::pack<T>;
    constexpr std::size_t width = xgrad::simd::lanes<V>;
    std::array<T, 2 * width> run{};
    for (std::size_t i = 0; i < run.size(); ++i)
        run[i] = static_cast<T>(i);
    const auto [even, odd] = xgrad::simd::deinterleave(xgrad::simd::load<V>(run.data()),
                                                       xgrad::simd::load<V>(run.data() + width));
    std::array<T, width> even_lanes{};
    std::array<T, width> odd_lanes{};
    xgrad::simd::store<V>(even_lanes.data(), even);
    xgrad::simd::store<V>(odd_lanes.data(), odd);
    for (std::size_t i = 0; i < width; ++i)
    {
        CHECK(even_lanes[i] == run[2 * i]);
        CHECK(odd_lanes[i] == run[2 * i + 1]);
    }
    const auto [first, second] = xgrad::simd::interleave(even, odd);
    std::array<T, 2 * width> back{};
    xgrad::simd::store<V>(back.data(), first);
    xgrad::simd::store<V>(back.data() + width, second);
    CHECK(back == run);
}

TEST_CASE_TEMPLATE("load_bytes, store_bytes: every byte, and nothing beyond", T, float, double)
{
    using V = xgrad::simd::pack<T>;
    constexpr std::size_t width = xgrad::simd::lanes<V>;
    for (std::size_t first = 0; first < 256; first += width)
    {
        std::array<std::uint8_t, width> bytes{};
        for (std::size_t i = 0; i < width; ++i)
            bytes[i] = static_cast<std::uint8_t>(first + i);
        const V v = xgrad::simd::load_bytes<V>(bytes.data());
        std::array<T, width> numbers{};
        xgrad::simd::store<V>(numbers.data(), v);
        for (std::size_t i = 0; i < width; ++i)
            CHECK(numbers[i] == static_cast<T>(first + i));
        std::array<std::uint8_t, width + 8> target{};
        target.fill(77);
        xgrad::simd::store_bytes<V>(target.data(), v);
        CHECK(std::equal(bytes.begin(), bytes.end(), target.begin()));
        CHECK(std::count(target.begin() + width, target.end(), std::uint8_t{77}) == 8);
    }
}
