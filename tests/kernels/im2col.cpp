// SPDX-License-Identifier: BSD-3-Clause
#include "convolution_reference.hpp"
#include "guarded.hpp"

#include <xgrad/kernels/im2col.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using xgrad::kernels::convolution_geometry;
using xgrad::test::guarded;

namespace
{

constexpr convolution_geometry two_channels{.in_channels = 2, .out_channels = 1};

/// The patch matrix of the output rows [first, last) by its definition.
template <class T>
guarded<T> naive_patches(const convolution_geometry& g, const guarded<T>& image, std::size_t first,
                         std::size_t last)
{
    const std::size_t begin = first * g.out_width();
    const std::size_t end = last * g.out_width();
    guarded<T> columns(g.taps() * (end - begin));
    xgrad::test::for_each_product(g, 1,
                                  [&](std::size_t x, std::size_t tap, std::size_t pixel)
                                  {
                                      if (pixel >= begin && pixel < end)
                                          columns[tap * (end - begin) + pixel - begin] = image[x];
                                  });
    return columns;
}

} // namespace

TEST_CASE_TEMPLATE("im2col: equals the definition for every range of rows", T, float, double)
{
    xgrad::test::for_each_geometry(
        two_channels,
        [](const convolution_geometry& g)
        {
            guarded<T> image(g.in_size(), 1);
            image.fill_integers(1);
            const std::size_t rows = g.out_height();
            for (const std::size_t first : {std::size_t{0}, rows / 2})
            {
                guarded<T> columns(g.taps() * (rows - first) * g.out_width(), 1, T{99});
                xgrad::kernels::im2col(g, g.in_channels, image.data(), first, rows, columns.data());
                REQUIRE(columns == naive_patches(g, image, first, rows));
                REQUIRE(columns.intact());
            }
        });
}

TEST_CASE_TEMPLATE("col2im: is the adjoint of im2col", T, float, double)
{
    xgrad::test::for_each_geometry(
        two_channels,
        [](const convolution_geometry& g)
        {
            const std::size_t rows = g.out_height();
            guarded<T> image(g.in_size(), 1);
            guarded<T> adjoint_image(g.in_size(), 1);
            guarded<T> columns(g.taps() * g.out_pixels());
            guarded<T> weights(g.taps() * g.out_pixels());
            image.fill_integers(1);
            weights.fill_integers(2);
            xgrad::kernels::im2col(g, g.in_channels, image.data(), 0, rows, columns.data());
            xgrad::kernels::col2im(g, g.in_channels, weights.data(), 0, rows, adjoint_image.data());
            REQUIRE(adjoint_image.intact());
            REQUIRE(xgrad::test::inner_product(columns, weights) ==
                    xgrad::test::inner_product(image, adjoint_image));
        });
}

TEST_CASE("col2im: adds to the image, tile by tile")
{
    constexpr convolution_geometry g{.in_channels = 2,
                                     .height = 6,
                                     .width = 11,
                                     .kernel_height = 3,
                                     .kernel_width = 2,
                                     .pad_top = 1,
                                     .pad_right = 1};
    guarded<double> columns(g.taps() * g.out_pixels());
    columns.fill_integers(3);
    guarded<double> whole(g.in_size(), 0, 5.0);
    xgrad::kernels::col2im(g, g.in_channels, columns.data(), 0, g.out_height(), whole.data());

    guarded<double> expected(g.in_size(), 0, 5.0);
    xgrad::test::for_each_product(g, 1,
                                  [&](std::size_t x, std::size_t tap, std::size_t pixel)
                                  { expected[x] += columns[tap * g.out_pixels() + pixel]; });
    CHECK(whole == expected);

    guarded<double> tiled(g.in_size(), 0, 5.0);
    for (std::size_t row = 0; row < g.out_height(); ++row)
    {
        guarded<double> tile(g.taps() * g.out_width());
        for (std::size_t tap = 0; tap < g.taps(); ++tap)
            for (std::size_t x = 0; x < g.out_width(); ++x)
                tile[tap * g.out_width() + x] =
                    columns[tap * g.out_pixels() + row * g.out_width() + x];
        xgrad::kernels::col2im(g, g.in_channels, tile.data(), row, row + 1, tiled.data());
    }
    CHECK(tiled == expected);
}
