// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/convolution_geometry.hpp>
#include <xgrad/kernels/detail/rows.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <cstddef>

// Direct convolution with strides of one, for a geometry known when compiling: the planes of an
// image are copied once into planes with a border of zeros, where the patch of an output pixel is
// found by constant offsets. So no patch matrix is built; the rows of it are the planes, shifted.
// Source: Georganas et al., Anatomy of High-Performance Deep Learning Convolutions on SIMD
// Architectures, 2018.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

constexpr std::size_t round_up(std::size_t count, std::size_t multiple)
{
    return (count + multiple - 1) / multiple * multiple;
}

/// The padded planes of G, and how its output rows are cut into vectors.
template <convolution_geometry G, class T>
struct direct_layout
{
    using V = simd::pack<T>;
    static constexpr std::size_t width = simd::lanes<V>;
    static constexpr std::size_t line = simd::alignment / sizeof(T);

    /// Elements from one row to the next. The border to the right of a row is also the border to
    /// the left of the next, and every row begins at a cache line.
    static constexpr std::size_t pitch =
        round_up(std::max(G.width + std::max(G.pad_left, G.pad_right), G.out_width()), line);

    /// Elements before pixel (0, 0) and of the whole plane, which ends with room for a vector that
    /// begins in the last row.
    static constexpr std::size_t lead = round_up(G.pad_top * pitch + G.pad_left, line);
    static constexpr std::size_t plane =
        lead + round_up((G.height + G.pad_bottom) * pitch + G.pad_right + width, line);
    static constexpr std::size_t group = G.group_in_channels() * plane;

    /// The patch of output pixel (y, x) begins y * pitch + x elements behind this one.
    static constexpr std::size_t first_patch = lead - G.pad_top * pitch - G.pad_left;

    /// Vectors of an output row. The last overlaps its neighbour in `overlap` lanes, or, where the
    /// row is shorter than a vector, is filled in `row_lanes` lanes only.
    static constexpr std::size_t row_vectors = (G.out_width() + width - 1) / width;
    static constexpr std::size_t row_lanes = std::min(G.out_width(), width);
    static constexpr std::size_t last_column = G.out_width() - row_lanes;
    static constexpr std::size_t overlap =
        row_vectors == 0 ? 0 : row_vectors * width - std::max(width, G.out_width());
};

/// Whether the direct form is right for G, and not slower than the general one: rows that fill half
/// a vector at least.
template <convolution_geometry G, class T>
inline constexpr bool is_direct = simd::is_vector<simd::pack<T>>&& G.stride_height == 1 &&
                                  G.stride_width == 1 && G.kernel_width > 1 &&
                                  G.in_size() > 0 && G.out_size() > 0 &&
                                  2 * G.out_width() >= simd::width<T>;

/// Sets the planes of one group of @p images images to zero, whose borders are never written again.
template <convolution_geometry G, class T>
void clear_planes(T* planes, std::size_t images)
{
    fill_row(planes, images * direct_layout<G, T>::group, T{});
}

/// Copies one group of one image into its planes.
template <convolution_geometry G, class T>
void copy_to_planes(const T* image, T* planes)
{
    using layout = direct_layout<G, T>;
    for (std::size_t channel = 0; channel < G.group_in_channels(); ++channel)
    {
        T* row = planes + channel * layout::plane + layout::lead;
        for (std::size_t y = 0; y < G.height; ++y, image += G.width, row += layout::pitch)
            copy_row(image, row, G.width);
    }
}

/// @p a in the lanes [begin, end), else @p b.
template <class V>
[[nodiscard]] inline V select_lanes(std::size_t begin, std::size_t end, const V& a, const V& b)
{
    using T = simd::lane<V>;
    const auto limit = [](std::size_t lane)
    { return simd::broadcast<V>(static_cast<T>(static_cast<int>(lane))); };
    const V lanes = simd::lane_numbers<V>();
    return simd::select(lanes >= limit(begin) && lanes < limit(end), a, b);
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
