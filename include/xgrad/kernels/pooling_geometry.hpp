// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// The sizes of a two-dimensional pooling, in pixels; planes (batch and channels) are counted
/// separately. A structural type, so that a constant of it can be a template argument.
///
/// Windows may overlap. A plane is (height, width), its result (out_height(), out_width()).
struct pooling_geometry
{
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t window_height = 1;
    std::size_t window_width = 1;
    std::size_t stride_height = 1;
    std::size_t stride_width = 1;
    std::size_t pad_top = 0;
    std::size_t pad_bottom = 0;
    std::size_t pad_left = 0;
    std::size_t pad_right = 0;

    /// Rows of the result; none where the window does not fit or the plane is empty.
    constexpr std::size_t out_height() const
    {
        return positions(height, pad_top + pad_bottom, window_height, stride_height);
    }

    /// Columns of the result; none where the window does not fit or the plane is empty.
    constexpr std::size_t out_width() const
    {
        return positions(width, pad_left + pad_right, window_width, stride_width);
    }

    constexpr std::size_t in_pixels() const { return height * width; }
    constexpr std::size_t out_pixels() const { return out_height() * out_width(); }
    constexpr std::size_t window_cells() const { return window_height * window_width; }

    /// Whether the windows are the 2x2 tiles of the plane; an odd last row or column is in none.
    constexpr bool is_halving() const
    {
        return window_height == 2 && window_width == 2 && stride_height == 2 && stride_width == 2 &&
               pad_top + pad_bottom + pad_left + pad_right == 0;
    }

    /// What is wrong with the geometry as a sentence; empty when nothing is.
    constexpr std::string_view problem() const
    {
        if (window_height == 0 || window_width == 0)
            return "the window of a pooling needs at least one row and one column";
        if (stride_height == 0 || stride_width == 0)
            return "the strides of a pooling are at least one";
        if (std::max(pad_top, pad_bottom) >= window_height ||
            std::max(pad_left, pad_right) >= window_width)
            return "the padding of a pooling is smaller than its window on every side";
        return {};
    }

    friend constexpr bool operator==(const pooling_geometry&, const pooling_geometry&) = default;

private:
    static constexpr std::size_t positions(std::size_t extent, std::size_t padding,
                                           std::size_t window, std::size_t stride)
    {
        return extent == 0 || extent + padding < window ? 0
                                                        : (extent + padding - window) / stride + 1;
    }
};

} // namespace xgrad::inline XGRAD_ABI::kernels
