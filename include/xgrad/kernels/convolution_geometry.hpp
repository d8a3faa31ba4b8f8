// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

#include <cstddef>
#include <string_view>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// Everything that is known about a two-dimensional convolution except its batch: sizes in pixels,
/// counts of channels. A structural type, so that a constant of it can be a template argument.
///
/// Images are (batch, in_channels, height, width), filters (out_channels, in_channels / groups,
/// kernel_height, kernel_width), results (batch, out_channels, out_height(), out_width()).
struct convolution_geometry
{
    std::size_t in_channels = 1;
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t out_channels = 1;
    std::size_t kernel_height = 1;
    std::size_t kernel_width = 1;
    std::size_t stride_height = 1;
    std::size_t stride_width = 1;
    std::size_t pad_top = 0;
    std::size_t pad_bottom = 0;
    std::size_t pad_left = 0;
    std::size_t pad_right = 0;
    std::size_t dilation_height = 1;
    std::size_t dilation_width = 1;
    std::size_t groups = 1;

    /// Rows that one filter covers, dilation included.
    constexpr std::size_t span_height() const { return (kernel_height - 1) * dilation_height + 1; }

    /// Columns that one filter covers, dilation included.
    constexpr std::size_t span_width() const { return (kernel_width - 1) * dilation_width + 1; }

    /// Rows of the result; none where the filter is larger than the padded image.
    constexpr std::size_t out_height() const
    {
        return positions(height + pad_top + pad_bottom, span_height(), stride_height);
    }

    /// Columns of the result; none where the filter is larger than the padded image.
    constexpr std::size_t out_width() const
    {
        return positions(width + pad_left + pad_right, span_width(), stride_width);
    }

    constexpr std::size_t group_in_channels() const { return in_channels / groups; }
    constexpr std::size_t group_out_channels() const { return out_channels / groups; }

    /// Elements of one input plane, of one output plane and of one filter.
    constexpr std::size_t in_pixels() const { return height * width; }
    constexpr std::size_t out_pixels() const { return out_height() * out_width(); }
    constexpr std::size_t taps() const
    {
        return group_in_channels() * kernel_height * kernel_width;
    }

    /// Elements of one input image, of one output image and of all filters.
    constexpr std::size_t in_size() const { return in_channels * in_pixels(); }
    constexpr std::size_t out_size() const { return out_channels * out_pixels(); }
    constexpr std::size_t filter_size() const { return out_channels * taps(); }

    /// Whether a patch is a single pixel and every pixel is one: the image is its own patch matrix.
    constexpr bool is_pointwise() const
    {
        return kernel_height == 1 && kernel_width == 1 && stride_height == 1 && stride_width == 1 &&
               pad_top == 0 && pad_bottom == 0 && pad_left == 0 && pad_right == 0;
    }

    /// What is wrong with the geometry as a sentence; empty when nothing is.
    constexpr std::string_view problem() const
    {
        if (kernel_height == 0 || kernel_width == 0)
            return "the kernel of a convolution needs at least one row and one column";
        if (stride_height == 0 || stride_width == 0)
            return "the strides of a convolution are at least one";
        if (dilation_height == 0 || dilation_width == 0)
            return "the dilations of a convolution are at least one";
        if (groups == 0)
            return "a convolution has at least one group";
        if (in_channels % groups != 0 || out_channels % groups != 0)
            return "the groups of a convolution divide its input and output channels";
        return {};
    }

    friend constexpr bool operator==(const convolution_geometry&,
                                     const convolution_geometry&) = default;

private:
    static constexpr std::size_t positions(std::size_t padded, std::size_t span, std::size_t stride)
    {
        return padded < span ? 0 : (padded - span) / stride + 1;
    }
};

/// @p geometry with the padding that gives ceil(extent / stride) results along both axes. Where the
/// total is odd the larger half goes to the bottom and to the right, as in TensorFlow.
constexpr convolution_geometry with_same_padding(convolution_geometry geometry)
{
    const auto total = [](std::size_t extent, std::size_t span, std::size_t stride)
    {
        if (extent == 0)
            return std::size_t{0};
        const std::size_t covered = (extent - 1) / stride * stride + span;
        return covered > extent ? covered - extent : 0;
    };
    const std::size_t rows = total(geometry.height, geometry.span_height(), geometry.stride_height);
    const std::size_t columns = total(geometry.width, geometry.span_width(), geometry.stride_width);
    geometry.pad_top = rows / 2;
    geometry.pad_bottom = rows - rows / 2;
    geometry.pad_left = columns / 2;
    geometry.pad_right = columns - columns / 2;
    return geometry;
}

namespace detail
{

/// Rows, columns or taps that follow each other.
struct interval
{
    std::size_t begin;
    std::size_t end;

    friend constexpr bool operator==(const interval&, const interval&) = default;
};

} // namespace detail

} // namespace xgrad::inline XGRAD_ABI::kernels
