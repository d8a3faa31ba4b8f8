// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/pooling.hpp>
#include <xgrad/ops/window.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation images_of_at_least_two_axes{
    "images of at least two axes, height and width the last"};
inline constexpr expectation a_window_of_at_least_one_pixel{
    "a window of at least one row and one column"};
inline constexpr expectation padding_smaller_than_the_window{
    "padding smaller than the window on every side"};
inline constexpr expectation window_stride_and_padding_only{"window, stride and padding only"};

} // namespace expects

namespace detail
{

/// What the two poolings have in common: windows over the last two axes of images.
template <window_options Options>
struct pooling
{
    static constexpr kernels::pooling_geometry geometry(const extents& x)
    {
        kernels::pooling_geometry g;
        g.height = x[x.rank - 2];
        g.width = x[x.rank - 1];
        g.window_height = Options.height;
        g.window_width = Options.width;
        g.stride_height = Options.stride_height == 0 ? Options.height : Options.stride_height;
        g.stride_width = Options.stride_width == 0 ? Options.width : Options.stride_width;
        g.pad_top = Options.pad_top;
        g.pad_bottom = Options.pad_bottom;
        g.pad_left = Options.pad_left;
        g.pad_right = Options.pad_right;
        return g;
    }

    static constexpr inferred infer(const extents& x)
    {
        if (x.rank < 2)
            return {x, expects::images_of_at_least_two_axes};
        inferred result(x);
        result.expect(Options.height > 0 && Options.width > 0,
                      expects::a_window_of_at_least_one_pixel);
        result.expect(geometry(extents(1, 1)).problem().empty(),
                      expects::padding_smaller_than_the_window);
        result.expect(!Options.same && Options.groups == 1 && Options.dilation_height == 1 &&
                          Options.dilation_width == 1,
                      expects::window_stride_and_padding_only);
        if (!result.fits)
            return result;
        const auto g = geometry(x);
        std::size_t& height = result.shape[x.rank - 2];
        std::size_t& width = result.shape[x.rank - 1];
        height = height == dynamic ? dynamic : g.out_height();
        width = width == dynamic ? dynamic : g.out_width();
        return result;
    }

    static constexpr sentence given(const settings*) { return detail::text_of(Options); }

    static constexpr spread spread_of(const spread_operand* x, const settings&)
    {
        return x[0].shape.rank > 2 ? rows_of_first(x, 1) : spread::mixed;
    }

    static std::size_t planes(const extents& x) { return x.product(0, x.rank - 2); }
};

} // namespace detail

/// The largest pixel of each window, over the last two axes.
///   x: (..., H, W)   out: (..., H', W'),  H' = (H + padding - window) / stride + 1, rounded down
///   forward    out    = max over the window; padding never wins
///   backward   grad_x += grad_out at the winner: of equal pixels the first in row-major order,
///              which is one of the subgradients; a NaN wins over every number
/// Keeps the winner's place within each window.
template <window_options Options>
struct max_pool2d_op : detail::pooling<Options>
{
    static constexpr const char* name = "max_pool2d";
    static constexpr saved reads = saved::nothing;
    using place =
        std::conditional_t<Options.height * Options.width <= 255, std::uint8_t, std::uint32_t>;

    template <class T>
    static std::size_t saved_bytes(const extents& out, const extents&)
    {
        return out.size() * sizeof(place);
    }

    static void forward(const operation_context& context, auto out, auto x)
    {
        kernels::max_pool_forward(max_pool2d_op::geometry(x.shape()),
                                  max_pool2d_op::planes(x.shape()), x.data(), out.data(),
                                  context.saved<place>());
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto x, auto grad_x)
    {
        kernels::max_pool_backward(
            max_pool2d_op::geometry(x.shape()), max_pool2d_op::planes(x.shape()), grad_out.data(),
            static_cast<const place*>(context.saved<place>()), grad_x.data(), grad_x.accumulate);
    }
};

/// The mean of each window, over the last two axes.
///   x: (..., H, W)   out: (..., H', W')
///   forward    out    = sum over the window / pixels; padding counts as zeros unless excluded
///   backward   grad_x += grad_out / pixels for each pixel of the window
template <window_options Options>
struct avg_pool2d_op : detail::pooling<Options>
{
    static constexpr const char* name = "avg_pool2d";
    static constexpr saved reads = saved::nothing;

    static void forward(const operation_context&, auto out, auto x)
    {
        kernels::average_pool_forward(avg_pool2d_op::geometry(x.shape()),
                                      avg_pool2d_op::planes(x.shape()), x.data(), out.data(),
                                      Options.count_padding);
    }

    static void backward(const operation_context&, auto grad_out, auto, auto x, auto grad_x)
    {
        kernels::average_pool_backward(avg_pool2d_op::geometry(x.shape()),
                                       avg_pool2d_op::planes(x.shape()), grad_out.data(),
                                       grad_x.data(), grad_x.accumulate, Options.count_padding);
    }
};

/// The largest pixel of each window: `max_pool2d(x, window<2>)`, `max_pool2d(x, window<3>,
/// stride<2>, padding<1>)`. The stride is the window's extent unless given.
template <expression_like X, window_word... Words>
[[nodiscard]] auto max_pool2d(const X& x, const Words&...)
{
    return apply<max_pool2d_op<detail::options_of<Words...>()>>(x);
}

/// The mean of each window; the words are those of max_pool2d and `exclude_padding`.
template <expression_like X, window_word... Words>
[[nodiscard]] auto avg_pool2d(const X& x, const Words&...)
{
    return apply<avg_pool2d_op<detail::options_of<Words...>()>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
