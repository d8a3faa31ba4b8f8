// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Activation functions of networks. All are finite with finite gradients for every finite x, gelu
// with tanh_approximation up to where x^3 overflows.

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/error_function.hpp>
#include <xgrad/ops/scalar_operands.hpp>

#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// The logistic function.
///   x: any shape S   out: S
///   forward    out     = 1 / (1 + e^-x)
///   backward   grad_x += grad_out out (1 - out)
struct sigmoid_op : elementwise<1>
{
    static constexpr const char* name = "sigmoid";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return simd::sigmoid(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        grad_x = grad_out * (out * (simd::number<V>(1) - out));
    }
};

/// A smooth relu.
///   x: any shape S   out: S
///   forward    out     = log(1 + e^x), computed as max(x, 0) + log(1 + e^-|x|)
///   backward   grad_x += grad_out / (1 + e^-x), from the same e^-|x|
struct softplus_op : elementwise<1>
{
    static constexpr const char* name = "softplus";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::softplus(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V one = simd::number<V>(1);
        const V e = simd::exp_of_minus_size(x);
        grad_x = grad_out * simd::select(x < simd::number<V>(0), e, one) / (one + e);
    }
};

/// The positive part; NaN stays NaN.
///   x: any shape S   out: S
///   forward    out     = max(x, 0)
///   backward   grad_x += grad_out where out > 0; nothing at x = 0
struct relu_op : elementwise<1>
{
    static constexpr const char* name = "relu";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& x)
    {
        const V zero = simd::number<V>(0);
        return simd::select(x < zero, zero, x);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        const V zero = simd::number<V>(0);
        grad_x = simd::select(out > zero, grad_out, zero);
    }
};

/// relu that lets a part of the negative numbers through.
///   x, slope: shapes that broadcast together, slope a number as a rule   out: the broadcast shape
///   forward    out         = x where x > 0, else slope x
///   backward   grad_x     += grad_out where x > 0, else slope grad_out (also at x = 0)
///              grad_slope += 0 where x > 0, else grad_out x
struct leaky_relu_op : elementwise<2>
{
    static constexpr const char* name = "leaky_relu";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x, const V& slope)
    {
        return simd::select(x > simd::number<V>(0), x, V(slope * x));
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, const V& slope, V& grad_x,
                         V& grad_slope)
    {
        const V zero = simd::number<V>(0);
        grad_x = simd::select(x > zero, grad_out, V(slope * grad_out));
        grad_slope = simd::select(x > zero, zero, V(grad_out * x));
    }
};

/// The exponential linear unit.
///   x, alpha: shapes that broadcast together, alpha a number as a rule   out: the broadcast shape
///   forward    out         = x where x > 0, else alpha (e^x - 1)
///   backward   grad_x     += grad_out where x > 0, else grad_out alpha e^x (also at x = 0)
///              grad_alpha += 0 where x > 0, else grad_out (e^x - 1)
/// D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by
/// exponential linear units (ELUs)", ICLR 2016.
struct elu_op : elementwise<2>
{
    static constexpr const char* name = "elu";
    static constexpr saved reads = saved::both;

    template <class V>
    static V forward(const V& x, const V& alpha)
    {
        return simd::select(x > simd::number<V>(0), x, V(alpha * below_zero(x)));
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V& x, const V& alpha, V& grad_x,
                         V& grad_alpha)
    {
        const V zero = simd::number<V>(0);
        grad_x = simd::select(x > zero, grad_out, V(grad_out * (out + alpha)));
        grad_alpha = grad_out * below_zero(x);
    }

private:
    /// e^x - 1 where x < 0, else 0.
    template <class V>
    static V below_zero(const V& x)
    {
        const V zero = simd::number<V>(0);
        return simd::expm1(V(simd::select(x > zero, zero, x)));
    }
};

/// The sigmoid linear unit, also called swish.
///   x: any shape S   out: S
///   forward    out     = x s,  s = 1 / (1 + e^-x)
///   backward   grad_x += grad_out s (1 + x (1 - s))
struct silu_op : elementwise<1>
{
    static constexpr const char* name = "silu";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return x * simd::sigmoid(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V one = simd::number<V>(1);
        const V s = simd::sigmoid(x);
        grad_x = grad_out * (s * (one + x * (one - s)));
    }
};

/// The Gaussian error linear unit.
///   x: any shape S   out: S
///   forward    out     = x P(x),  P(x) = erfc(-x / sqrt(2)) / 2, the normal distribution function
///   backward   grad_x += grad_out (P(x) + x p(x)),  p(x) = e^(-x^2 / 2) / sqrt(2 pi)
/// D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415.
struct gelu_op : elementwise<1>
{
    using companion = void; // the derivative
    static constexpr const char* name = "gelu";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return x * simd::normal_cdf(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = grad_out * forward_with_companion(x).second;
    }

    template <class V>
    static std::pair<V, V> forward_with_companion(const V& x)
    {
        const auto [distribution, density] = simd::normal_cdf_and_density(x);
        return {x * distribution, distribution + x * density};
    }

    template <class V>
    static void backward_with_companion(const V& grad_out, const V& derivative, V& grad_x)
    {
        grad_x = grad_out * derivative;
    }
};

/// The approximation of gelu by a hyperbolic tangent, from the same paper.
///   x: any shape S   out: S
///   forward    out     = x s,  s = (1 + tanh(u)) / 2 = sigmoid(2 u),
///                        u = sqrt(2 / pi) (x + 0.044715 x^3)
///   backward   grad_x += grad_out s (1 + 2 x (1 - s) u'),  u' = sqrt(2 / pi) (1 + 0.134145 x^2)
struct gelu_tanh_op : elementwise<1>
{
    static constexpr const char* name = "gelu";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return x * gate(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        const V one = simd::number<V>(1);
        const V s = gate(x);
        const V slope = simd::number<V>(twice_root) * (one + simd::number<V>(3 * cubic) * x * x);
        grad_x = grad_out * (s * (one + (one - s) * (x * slope)));
    }

private:
    static constexpr double twice_root = 1.59576912160573071176; ///< 2 sqrt(2 / pi)
    static constexpr double cubic = 0.044715;

    template <class V>
    static V gate(const V& x)
    {
        const V inner = simd::number<V>(1) + simd::number<V>(cubic) * x * x;
        return simd::sigmoid(V(simd::number<V>(twice_root) * (x * inner)));
    }
};

/// Asks gelu for the approximation by tanh.
struct tanh_approximation_t
{
};
inline constexpr tanh_approximation_t tanh_approximation{};

/// 1 / (1 + e^-x), element by element.
template <expression_like X>
[[nodiscard]] auto sigmoid(const X& x)
{
    return apply<sigmoid_op>(x);
}

/// log(1 + e^x), element by element.
template <expression_like X>
[[nodiscard]] auto softplus(const X& x)
{
    return apply<softplus_op>(x);
}

/// max(x, 0), element by element.
template <expression_like X>
[[nodiscard]] auto relu(const X& x)
{
    return apply<relu_op>(x);
}

/// x where x > 0, else slope x. The slope is a number or an expression that broadcasts with x.
template <expression_like X, operand_like Slope = double, class Tag = decltype([] {})>
[[nodiscard]] auto leaky_relu(const X& x, const Slope& slope = 0.01)
{
    return detail::apply_operands<leaky_relu_op, Tag>(x, slope);
}

/// x where x > 0, else alpha (e^x - 1). alpha is a number or an expression that broadcasts with x.
template <expression_like X, operand_like Alpha = double, class Tag = decltype([] {})>
[[nodiscard]] auto elu(const X& x, const Alpha& alpha = 1.0)
{
    return detail::apply_operands<elu_op, Tag>(x, alpha);
}

/// x / (1 + e^-x), element by element.
template <expression_like X>
[[nodiscard]] auto silu(const X& x)
{
    return apply<silu_op>(x);
}

/// x times the normal distribution function of x, element by element.
template <expression_like X>
[[nodiscard]] auto gelu(const X& x)
{
    return apply<gelu_op>(x);
}

/// The approximation of gelu(x) that many published networks were trained with.
template <expression_like X>
[[nodiscard]] auto gelu(const X& x, tanh_approximation_t)
{
    return apply<gelu_tanh_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
