// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

// Convolution of stride one whose results are wanted in tiles of 2x2, for a geometry known when
// compiling. The padded planes are taken apart into their four phases: even and odd rows, even and
// odd columns. A vector of a phase then holds the same pixel of as many neighbouring tiles, so that
// the four results of a tile are lanes of four vectors, and pooling compares vectors. Rows shorter
// than half a vector share it: an image pair lies side by side, or the halves of a lone image.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

template <std::size_t N>
using constant = std::integral_constant<std::size_t, N>;

/// The phases of the input of the convolution G, of which Height x Width tiles are computed.
template <convolution_geometry G, class T, std::size_t Height, std::size_t Width>
struct phase_layout
{
    using V = simd::pack<T>;
    static constexpr convolution_geometry geometry = G;
    static constexpr std::size_t height = Height;
    static constexpr std::size_t width = Width;
    static constexpr std::size_t lanes = simd::lanes<V>;

    /// Rows and columns of a phase that the tiles read.
    static constexpr std::size_t rows = Height + G.kernel_height / 2;
    static constexpr std::size_t columns = Width + G.kernel_width / 2;

    /// Images side by side, the lanes of each, and the vectors of a row of tiles.
    static constexpr std::size_t images = 2 * columns <= lanes ? 2 : 1;
    static constexpr std::size_t slot = lanes / images;
    static constexpr std::size_t vectors = (Width + lanes - 1) / lanes;
    static constexpr std::size_t last_lanes = Width - (vectors - 1) * lanes;

    /// Elements of a row, of a phase, which ends with a vector of zeros, and of all channels.
    static constexpr std::size_t pitch = (columns + lanes - 1) / lanes * lanes;
    static constexpr std::size_t phase = rows * pitch + lanes;
    static constexpr std::size_t size = 4 * G.in_channels * phase;

    /// Where the padded pixel (row, column) of tile (0, 0) lies in a channel.
    static constexpr std::size_t offset(std::size_t row, std::size_t column)
    {
        return (row % 2 * 2 + column % 2) * phase + row / 2 * pitch + column / 2;
    }

    /// Pixels of the image that the tiles see.
    static constexpr std::size_t seen_rows = std::min(G.height, 2 * rows - G.pad_top);
    static constexpr std::size_t seen_columns = std::min(G.width, 2 * columns - G.pad_left);
};

/// As many images as lie side by side; all the same where there are fewer.
template <class Layout, class T>
using image_group = std::array<T*, Layout::images>;

template <class Layout, class T>
image_group<Layout, T> group_of(T* images, std::size_t count, std::size_t size)
{
    image_group<Layout, T> group{};
    for (std::size_t i = 0; i < Layout::images; ++i)
        group[i] = images + std::min(i, count - 1) * size;
    return group;
}

/// The elements [First, Count) at @p row, at most a vector of them, then zeros.
template <std::size_t First, std::size_t Count, class V>
[[nodiscard]] V load_row(const simd::lane<V>* row)
{
    if constexpr (First + simd::lanes<V> <= Count)
        return simd::load<V>(row + First);
    else if constexpr (First < Count)
        return simd::load_partial<V>(row + First, Count - First);
    else
        return simd::broadcast<V>(simd::lane<V>{});
}

/// Puts a padded row of a channel, or two side by side, into the phases that begin at @p phases:
/// the vectors number 2 @p chunk and the next, of the pixels that the tiles see.
template <class Layout, class T>
void put_row(const typename Layout::V& first, const typename Layout::V& second, std::size_t row,
             std::size_t chunk, T* phases)
{
    using V = typename Layout::V;
    constexpr std::size_t left = Layout::geometry.pad_left;
    const auto [even, odd] = simd::deinterleave(first, second);
    simd::store<V>(phases + Layout::offset(row, left) + chunk * Layout::lanes, even);
    simd::store<V>(phases + Layout::offset(row, left + 1) + chunk * Layout::lanes, odd);
}

/// Copies the images of a group into their phases, whose borders are zero already.
template <class Layout, class T>
void copy_to_phases(const image_group<Layout, const T>& images, T* phases)
{
    using V = typename Layout::V;
    constexpr convolution_geometry g = Layout::geometry;
    constexpr std::size_t lanes = Layout::lanes;
    constexpr std::size_t count = Layout::seen_columns;
    constexpr std::size_t chunks = (count + 2 * lanes - 1) / (2 * lanes);
    for (std::size_t channel = 0; channel < g.in_channels; ++channel)
        for (std::size_t y = 0; y < Layout::seen_rows; ++y)
        {
            const std::size_t pixel = (channel * g.height + y) * g.width;
            const auto put = [&](std::size_t chunk, const V& first, const V& second) {
                put_row<Layout>(first, second, y + g.pad_top, chunk,
                                phases + 4 * channel * Layout::phase);
            };
            if constexpr (Layout::images == 2)
                put(0, load_row<0, count, V>(images[0] + pixel),
                    load_row<0, count, V>(images[1] + pixel));
            else
                [&]<std::size_t... I>(std::index_sequence<I...>)
                {
                    (put(I, load_row<2 * I * lanes, count, V>(images[0] + pixel),
                         load_row<(2 * I + 1) * lanes, count, V>(images[0] + pixel)),
                     ...);
                }
            (std::make_index_sequence<chunks>{});
        }
}

/// The halves of a lone image, upper and lower, where images lie in pairs: each has `rows` rows of
/// tiles, those of the lower half from row number `first` on. A row in the middle is in both.
template <class Layout>
struct image_halves
{
    static constexpr std::size_t rows = (Layout::height + 1) / 2;
    static constexpr std::size_t first = Layout::height - rows;
};

/// Copies the halves of a lone image into their phases, whose left and right borders are zero.
template <class Layout, class T>
void copy_halves_to_phases(const T* image, T* phases)
{
    using V = typename Layout::V;
    using halves = image_halves<Layout>;
    constexpr convolution_geometry g = Layout::geometry;
    for (std::size_t channel = 0; channel < g.in_channels; ++channel)
    {
        const auto padded_row = [&](std::size_t row)
        {
            const std::size_t y = row - g.pad_top; // above the image, this exceeds all heights
            return y < g.height ? load_row<0, Layout::seen_columns, V>(
                                      image + (channel * g.height + y) * g.width)
                                : simd::broadcast<V>(T{});
        };
        for (std::size_t row = 0; row < 2 * halves::rows + g.kernel_height - 1; ++row)
            put_row<Layout>(padded_row(row), padded_row(row + 2 * halves::first), row, 0,
                            phases + 4 * channel * Layout::phase);
    }
}

/// Channels of results whose tiles are summed in registers at once, four vectors each.
inline constexpr std::size_t phase_channels = simd::registers >= 32 ? 4 : 2;

/// The four vectors of results of each of Channels filters for a vector of tiles. Everything is
/// inlined and indices are constant, so that the sums stay in registers.
template <class Layout, std::size_t Channels, class T>
struct tile_sums
{
    using V = typename Layout::V;
    static constexpr std::size_t kernel_height = Layout::geometry.kernel_height;
    static constexpr std::size_t kernel_width = Layout::geometry.kernel_width;
    static constexpr std::size_t taps = Layout::geometry.taps();

    V sum[4 * Channels];

    /// The products of the tiles whose first pixel is at @p patch and the weights from @p w on,
    /// added to start(filter).
    template <class Start>
    [[gnu::always_inline]] void compute(const T* patch, const T* w, Start start)
    {
        compute(patch, w, start, std::make_index_sequence<4 * Channels>{},
                std::make_index_sequence<kernel_height + 1>{});
    }

private:
    template <class Start, std::size_t... I, std::size_t... Row>
    [[gnu::always_inline]] void compute(const T* patch, const T* w, Start start,
                                        std::index_sequence<I...>, std::index_sequence<Row...>)
    {
        V local[] = {start(I / 4)...};
        for (std::size_t channel = 0; channel < Layout::geometry.in_channels; ++channel)
        {
            ((w = simd::opaque(w),
              add_row<Row>(local, patch, w, std::make_index_sequence<kernel_width + 1>{},
                           std::make_index_sequence<2 * Channels * kernel_width>{})),
             ...);
            patch += 4 * Layout::phase;
            w += kernel_height * kernel_width;
        }
        ((sum[I] = local[I]), ...);
    }

    template <std::size_t Row, std::size_t... S, std::size_t... I>
    [[gnu::always_inline]] static void add_row(V* local, const T* patch, const T* w,
                                               std::index_sequence<S...>, std::index_sequence<I...>)
    {
        const V x[] = {simd::keep(simd::load<V>(patch + Layout::offset(Row, S)))...};
        (add_tap<Row, I % Channels, I / Channels % 2, I / Channels / 2>(local, x, w), ...);
    }

    template <std::size_t Row, std::size_t Filter, std::size_t Lower, std::size_t Column>
    [[gnu::always_inline]] static void add_tap(V* local, const V* x, const T* w)
    {
        if constexpr (Row >= Lower && Row - Lower < kernel_height)
        {
            constexpr std::size_t tile = 4 * Filter + 2 * Lower;
            const V weight = simd::keep(
                simd::broadcast<V>(w[Filter * taps + (Row - Lower) * kernel_width + Column]));
            local[tile] = simd::fma(weight, x[Column], local[tile]);
            local[tile + 1] = simd::fma(weight, x[Column + 1], local[tile + 1]);
        }
    }
};

/// Calls f(channels, first) for blocks of Channels filters, the number being a constant.
template <std::size_t Total, std::size_t Channels, class F>
void for_each_channel_block(F f)
{
    constexpr std::size_t ragged = Total % Channels;
    for (std::size_t first = 0; first + Channels <= Total; first += Channels)
        f(constant<Channels>{}, first);
    if constexpr (ragged > 0)
        f(constant<ragged>{}, Total - ragged);
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
