// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// relu(conv2d(...)) and max_pool2d(relu(conv2d(...))) as one operation each, used by plans in their
// place where the geometry is known when compiling: the convolution's own result is never stored.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/fusion.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/convolution_pool.hpp>
#include <xgrad/kernels/convolution_relu.hpp>
#include <xgrad/ops/activations.hpp>
#include <xgrad/ops/conv2d.hpp>
#include <xgrad/ops/pooling.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// Whether a pooling takes tiles of 2x2, side by side.
constexpr bool halves(const window_options& o)
{
    return o.height == 2 && o.width == 2 && (o.stride_height == 0 || o.stride_height == 2) &&
           (o.stride_width == 0 || o.stride_width == 2) && o.pad_top == 0 && o.pad_bottom == 0 &&
           o.pad_left == 0 && o.pad_right == 0;
}

/// What the fused convolutions have in common.
template <window_options Options>
struct fused_convolution
{
    using convolution = conv2d_op<Options, true>;

    static constexpr spread spread_of(const spread_operand* operands, const settings& options)
    {
        return convolution::spread_of(operands, options);
    }

    /// Everything but the batch is known, and there is something to do.
    static constexpr bool suits(const extents* operands)
    {
        extents image = operands[0];
        image[0] = 1;
        return image.dynamic_rank() == 0 && operands[1].dynamic_rank() == 0 && image.size() > 0 &&
               operands[1].size() > 0 &&
               convolution::infer(image, operands[1], operands[2]).shape.size() > 0;
    }

    template <class X, class W>
    static constexpr auto geometry = convolution::template fixed<X, W>;
    template <class X, class W>
    static constexpr auto geometry_of = geometry<typename X::shape_type, typename W::shape_type>;

    /// Where the kernels put a gradient; null where nobody asks for it.
    template <class T, class G>
    static T* target(const G& gradient)
    {
        if constexpr (is_wanted<G>)
            return gradient.data();
        else
            return nullptr;
    }

    template <class G>
    static bool accumulates(const G& gradient)
    {
        if constexpr (is_wanted<G>)
            return gradient.accumulate;
        else
            return false;
    }

    /// The kernels treat the gradients of weight and bias alike: where one is to be added to what
    /// is there and the other is not, that other is cleared. Returns whether both are to be added.
    template <class W, class B>
    static bool accumulates_both(const W& grad_w, const B& grad_b)
    {
        if constexpr (is_wanted<W> && is_wanted<B>)
            if (grad_w.accumulate != grad_b.accumulate)
            {
                if (grad_w.accumulate)
                    std::fill_n(grad_b.data(), grad_b.size(), typename B::value_type{});
                else
                    std::fill_n(grad_w.data(), grad_w.size(), typename W::value_type{});
                return true;
            }
        return accumulates(grad_w) || accumulates(grad_b);
    }
};

} // namespace detail

/// Convolution with bias, followed by the positive part.
///   x, weight, bias, out: as those of conv2d_op
///   forward    out = max(conv2d(x, weight, bias), 0)
///   backward   that of conv2d_op with the gradient where out > 0 and 0 elsewhere
template <window_options Options>
struct conv2d_relu_op : detail::fused_convolution<Options>
{
    using base = detail::fused_convolution<Options>;
    static constexpr const char* name = "conv2d + relu";
    static constexpr saved reads = saved::both;
    static constexpr bool begins_fusion = true;

    static constexpr inferred infer(const extents& x, const extents& w, const extents& b)
    {
        return base::convolution::infer(x, w, b);
    }

    static constexpr double flops(const extents& out, const extents* operands)
    {
        return base::convolution::flops(out, operands);
    }

    /// Room for a gradient of the weight that nobody asks for, behind that of the kernels.
    template <class T, class X, class W, class B>
    static std::size_t scratch_bytes(const extents&, const extents& x, const extents& w,
                                     const extents&)
    {
        constexpr auto g = base::template geometry<X, W>;
        return sizeof(T) * (kernels::convolution_relu_scratch_size<g, T>(x[0]) + w.size());
    }

    static void forward(const operation_context& context, auto out, auto x, auto w, auto b)
    {
        using T = typename decltype(out)::value_type;
        kernels::convolution_relu_forward<base::template geometry_of<decltype(x), decltype(w)>>(
            x.extent(0), x.data(), w.data(), b.data(), out.data(), context.template scratch<T>());
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto x, auto w,
                         auto, auto grad_x, auto grad_w, auto grad_b)
    {
        using T = std::remove_const_t<typename decltype(x)::value_type>;
        constexpr auto g = base::template geometry_of<decltype(x), decltype(w)>;
        const std::size_t batch = x.extent(0);
        T* const scratch = context.template scratch<T>();
        if constexpr (is_wanted<decltype(grad_x)>)
            kernels::convolution_relu_input_gradient<g>(batch, grad_out.data(), out.data(),
                                                        w.data(), grad_x.data(), grad_x.accumulate,
                                                        scratch);
        if constexpr (is_wanted<decltype(grad_w)> || is_wanted<decltype(grad_b)>)
        {
            T* weight = base::template target<T>(grad_w);
            if (weight == nullptr)
                weight = scratch + kernels::convolution_relu_scratch_size<g, T>(batch);
            kernels::convolution_relu_weight_gradient<g>(
                batch, x.data(), grad_out.data(), out.data(), weight,
                base::template target<T>(grad_b), base::accumulates_both(grad_w, grad_b), scratch);
        }
    }
};

/// Convolution with bias, the positive part, and the largest pixel of each tile of 2x2.
///   x, weight, bias: as those of conv2d_op   out: (N, K, H' / 2, W' / 2)
///   forward    out = max_pool2d(max(conv2d(x, weight, bias), 0), window<2>)
///   backward   that of conv2d_op with the gradient at the winner of a tile, if it is positive
/// Keeps where the winners are.
template <window_options Options>
struct conv2d_relu_max_pool2d_op : detail::fused_convolution<Options>
{
    using base = detail::fused_convolution<Options>;
    static constexpr const char* name = "conv2d + relu + max_pool2d";
    static constexpr saved reads = saved::arguments;

    static constexpr inferred infer(const extents& x, const extents& w, const extents& b)
    {
        inferred result = base::convolution::infer(x, w, b);
        result.shape[2] /= 2;
        result.shape[3] /= 2;
        return result;
    }

    /// Nothing to pool would be nothing to do.
    static constexpr bool suits(const extents* operands)
    {
        if (!base::suits(operands))
            return false;
        const extents out = infer(operands[0], operands[1], operands[2]).shape;
        return out[2] > 0 && out[3] > 0;
    }

    template <class T, class X, class W, class B>
    static const char* form(const extents&, const extents*)
    {
        return kernels::is_fused_pool<base::template geometry<X, W>, T> ? "tiles in registers"
                                                                        : "image by image";
    }

    static constexpr double flops(const extents& out, const extents* operands)
    {
        return 4 * base::convolution::flops(out, operands);
    }

    template <class T, class X, class W, class B>
    static std::size_t scratch_bytes(const extents&, const extents& x, const extents&,
                                     const extents&)
    {
        return sizeof(T) *
               kernels::convolution_pool_scratch_size<base::template geometry<X, W>, T>(x[0]);
    }

    template <class T, class X, class W, class B>
    static std::size_t saved_bytes(const extents&, const extents& x, const extents&, const extents&)
    {
        return x[0] * kernels::convolution_pool_mask_size<base::template geometry<X, W>, T>();
    }

    static void forward(const operation_context& context, auto out, auto x, auto w, auto b)
    {
        using T = typename decltype(out)::value_type;
        kernels::convolution_relu_max_pool_forward<
            base::template geometry_of<decltype(x), decltype(w)>>(
            x.extent(0), x.data(), w.data(), b.data(), out.data(), context.saved<std::uint8_t>(),
            context.template scratch<T>());
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto x, auto w,
                         auto, auto grad_x, auto grad_w, auto grad_b)
    {
        using T = std::remove_const_t<typename decltype(x)::value_type>;
        kernels::convolution_relu_max_pool_backward<
            base::template geometry_of<decltype(x), decltype(w)>>(
            x.extent(0), x.data(), w.data(), grad_out.data(),
            static_cast<const std::uint8_t*>(context.saved<std::uint8_t>()),
            base::template target<T>(grad_x), base::accumulates(grad_x),
            base::template target<T>(grad_w), base::template target<T>(grad_b),
            base::accumulates_both(grad_w, grad_b), context.template scratch<T>());
    }
};

template <window_options Options>
struct fusion<relu_op, conv2d_op<Options, true>>
{
    using type = conv2d_relu_op<Options>;
};

template <window_options Pooling, window_options Options>
    requires(detail::halves(Pooling))
struct fusion<max_pool2d_op<Pooling>, conv2d_relu_op<Options>>
{
    using type = conv2d_relu_max_pool2d_op<Options>;
};

} // namespace xgrad::inline XGRAD_ABI
