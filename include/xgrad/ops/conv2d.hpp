// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/convolution.hpp>
#include <xgrad/ops/window.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation images_of_four_axes{
    "images of four axes: batch, channels, height, width"};
inline constexpr expectation filters_of_four_axes{
    "filters of four axes: output channels, input channels per group, height, width"};
inline constexpr expectation groups_that_divide_the_channels{"groups that divide the channels"};
inline constexpr expectation as_many_channels_in_the_images_as_the_filters_read{
    "as many channels in the images as the filters read"};
inline constexpr expectation filters_of_at_least_one_pixel{
    "filters of at least one row and one column"};
inline constexpr expectation one_element_of_the_bias_for_each_output_channel{
    "one element of the bias for each output channel"};

} // namespace expects

namespace detail
{

/// The geometry of a convolution of images of the extents @p x with filters of the extents @p w.
constexpr kernels::convolution_geometry convolution_of(const extents& x, const extents& w,
                                                       const window_options& o)
{
    kernels::convolution_geometry g;
    g.in_channels = x[1];
    g.height = x[2];
    g.width = x[3];
    g.out_channels = w[0];
    g.kernel_height = w[2];
    g.kernel_width = w[3];
    g.stride_height = o.stride_height == 0 ? 1 : o.stride_height;
    g.stride_width = o.stride_width == 0 ? 1 : o.stride_width;
    g.pad_top = o.pad_top;
    g.pad_bottom = o.pad_bottom;
    g.pad_left = o.pad_left;
    g.pad_right = o.pad_right;
    g.dilation_height = o.dilation_height;
    g.dilation_width = o.dilation_width;
    g.groups = o.groups;
    return o.same ? kernels::with_same_padding(g) : g;
}

} // namespace detail

/// Two-dimensional convolution in the sense of neural networks: the filters are not turned round.
///   x: (N, C, H, W)   weight: (K, C / groups, R, S)   bias: (K)   out: (N, K, H', W')
///   H' = (H + padding - (dilation (R - 1) + 1)) / stride + 1, rounded down; 0 if that is negative
///   forward    out[n, k] = sum over c of x[n, c] * weight[k, c] + bias[k]
///   backward   grad_x      += grad_out convolved with the turned filters (col2im)
///              grad_weight += correlation of the patches of x with grad_out, summed over n
///              grad_bias   += sum of grad_out over n and pixels
/// Reads in backward: x and weight.
template <window_options Options, bool Bias>
struct conv2d_op
{
    static constexpr const char* name = "conv2d";
    static constexpr bool begins_fusion = Bias;
    static constexpr saved reads = saved::arguments;

    static constexpr inferred infer(const extents& x, const extents& w) requires(!Bias)
    {
        inferred result(shape_of_result(x, w));
        if (x.rank != 4)
            return result.expect(false, expects::images_of_four_axes);
        if (w.rank != 4)
            return result.expect(false, expects::filters_of_four_axes);
        return result
            .expect(divides(Options.groups, x[1]) && divides(Options.groups, w[0]),
                    expects::groups_that_divide_the_channels)
            .expect(channels_fit(x[1], w[1]),
                    expects::as_many_channels_in_the_images_as_the_filters_read)
            .expect(w[2] != 0 && w[3] != 0, expects::filters_of_at_least_one_pixel);
    }

    static constexpr inferred infer(const extents& x, const extents& w,
                                    const extents& b) requires(Bias)
    {
        return conv2d_op<Options, false>::infer(x, w).expect(
            b.rank == 1 && may_equal(b[0], w[0]),
            expects::one_element_of_the_bias_for_each_output_channel);
    }

    static constexpr detail::sentence given(const settings*)
    {
        return Options.groups == 1 ? detail::sentence() : detail::text_of(Options);
    }

    template <class T, class X, class W, class... B>
    static std::size_t scratch_bytes(const extents&, const extents& x, const extents& w,
                                     const std::same_as<extents> auto&...)
    {
        if constexpr (is_static<X, W>)
            return sizeof(T) * kernels::convolution_scratch_size<fixed<X, W>, T>(x[0]);
        else
            return sizeof(T) * kernels::convolution_scratch_size<T>(geometry(x, w), x[0]);
    }

    template <class T, class X, class W, class... B>
    static const char* form(const extents&, const extents* operands)
    {
        if constexpr (is_static<X, W>)
            return kernels::convolution_form<fixed<X, W>, T>();
        else
            return kernels::convolution_form<T>(geometry(operands[0], operands[1]));
    }

    static constexpr spread spread_of(const spread_operand* operands, const settings&)
    {
        return rows_of_first(operands, Bias ? 3 : 2);
    }

    static constexpr double flops(const extents& out, const extents* operands)
    {
        return 2.0 * static_cast<double>(out.size()) *
               static_cast<double>(operands[1].product(1, operands[1].rank));
    }

    static void forward(const operation_context& context, auto out, auto x, auto w)
    {
        run_forward(context, out, x, w, static_cast<const value_of<decltype(x)>*>(nullptr));
    }

    static void forward(const operation_context& context, auto out, auto x, auto w, auto b)
    {
        run_forward(context, out, x, w, b.data());
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto x, auto w,
                         auto grad_x, auto grad_w)
    {
        run_backward(context, grad_out, x, w, grad_x, grad_w, no_gradient{});
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto x, auto w,
                         auto, auto grad_x, auto grad_w, auto grad_b)
    {
        run_backward(context, grad_out, x, w, grad_x, grad_w, grad_b);
    }

    static constexpr kernels::convolution_geometry geometry(const extents& x, const extents& w)
    {
        return detail::convolution_of(x, w, Options);
    }

    /// Whether everything but the batch is known when compiling, and then all of it.
    template <class X, class W>
    static constexpr bool is_static =
        X::value.product(1, 4) != 0 && X::value[1] != dynamic&& X::value[2] !=
                                           dynamic&& X::value[3] != dynamic&& W::is_static;
    template <class X, class W>
    static constexpr kernels::convolution_geometry fixed = geometry(X::value, W::value);

private:
    template <class View>
    using value_of = std::remove_const_t<typename View::value_type>;

    static constexpr bool divides(std::size_t groups, std::size_t channels)
    {
        return groups > 0 && (channels == dynamic || channels % groups == 0);
    }

    static constexpr bool channels_fit(std::size_t image, std::size_t filter)
    {
        return image == dynamic || filter == dynamic || image == filter * Options.groups;
    }

    static constexpr extents shape_of_result(const extents& x, const extents& w)
    {
        if (x.rank != 4 || w.rank != 4)
            return x;
        const auto g = geometry(x, w);
        const bool rows_known = x[2] != dynamic && w[2] != dynamic && w[2] > 0;
        const bool columns_known = x[3] != dynamic && w[3] != dynamic && w[3] > 0;
        return extents(x[0], w[0], rows_known ? g.out_height() : dynamic,
                       columns_known ? g.out_width() : dynamic);
    }

    static void run_forward(const operation_context& context, auto out, auto x, auto w,
                            const auto* bias)
    {
        using T = value_of<decltype(x)>;
        using X = typename decltype(x)::shape_type;
        using W = typename decltype(w)::shape_type;
        T* const scratch = context.template scratch<T>();
        if constexpr (is_static<X, W>)
            kernels::convolution_forward<fixed<X, W>>(x.extent(0), x.data(), w.data(), bias,
                                                      out.data(), false, scratch);
        else
            kernels::convolution_forward(geometry(x.shape(), w.shape()), x.extent(0), x.data(),
                                         w.data(), bias, out.data(), false, scratch);
    }

    static void run_backward(const operation_context& context, auto grad_out, auto x, auto w,
                             auto grad_x, auto grad_w, auto grad_b)
    {
        using T = value_of<decltype(x)>;
        using X = typename decltype(x)::shape_type;
        using W = typename decltype(w)::shape_type;
        const auto g = geometry(x.shape(), w.shape());
        const std::size_t batch = x.extent(0);
        const T* const gradient = grad_out.data();
        T* const scratch = context.template scratch<T>();
        if constexpr (is_wanted<decltype(grad_x)>)
        {
            if constexpr (is_static<X, W>)
                kernels::convolution_input_gradient<fixed<X, W>>(
                    batch, gradient, w.data(), grad_x.data(), grad_x.accumulate, scratch);
            else
                kernels::convolution_input_gradient(g, batch, gradient, w.data(), grad_x.data(),
                                                    grad_x.accumulate, scratch);
        }
        if constexpr (is_wanted<decltype(grad_w)>)
        {
            T* const bias = nullptr;
            if constexpr (is_static<X, W>)
                kernels::convolution_weight_gradient<fixed<X, W>>(
                    batch, x.data(), gradient, grad_w.data(), bias, grad_w.accumulate, scratch);
            else
                kernels::convolution_weight_gradient(g, batch, x.data(), gradient, grad_w.data(),
                                                     bias, grad_w.accumulate, scratch);
        }
        if constexpr (is_wanted<decltype(grad_b)>)
            kernels::convolution_bias_gradient(batch, g.out_channels, g.out_pixels(), gradient,
                                               grad_b.data(), grad_b.accumulate);
    }
};

/// Convolves the images @p x with the filters @p weight; see conv2d_op for the shapes and
/// window.hpp for the words: `conv2d(x, weight, same, stride<2>)`.
template <expression_like X, expression_like Weight, window_word... Words>
[[nodiscard]] auto conv2d(const X& x, const Weight& weight, const Words&...)
{
    return apply<conv2d_op<detail::options_of<Words...>(), false>>(x, weight);
}

/// The same with a bias added to each output channel.
template <expression_like X, expression_like Weight, expression_like Bias, window_word... Words>
[[nodiscard]] auto conv2d(const X& x, const Weight& weight, const Bias& bias, const Words&...)
{
    return apply<conv2d_op<detail::options_of<Words...>(), true>>(x, weight, bias);
}

} // namespace xgrad::inline XGRAD_ABI
