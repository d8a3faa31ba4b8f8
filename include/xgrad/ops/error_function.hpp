// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/error_function.hpp>

#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// The error function.
///   x: any shape S   out: S
///   forward    out     = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x
///   backward   grad_x += grad_out 2 / sqrt(pi) e^(-x^2)
struct erf_op : elementwise<1>
{
    using companion = void; // e^(-x^2), which is no operation of its own
    static constexpr const char* name = "erf";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::erf(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        backward_with_companion(grad_out, simd::erf_and_exponential(x).second, grad_x);
    }

    template <class V>
    static std::pair<V, V> forward_with_companion(const V& x)
    {
        return simd::erf_and_exponential(x);
    }

    template <class V>
    static void backward_with_companion(const V& grad_out, const V& exponential, V& grad_x)
    {
        const V two_over_root_pi = simd::number<V>(1.12837916709551257390);
        grad_x = grad_out * (two_over_root_pi * exponential);
    }
};

/// The complement of the error function, without cancellation for large x.
///   x: any shape S   out: S
///   forward    out     = 1 - erf(x)
///   backward   grad_x -= grad_out 2 / sqrt(pi) e^(-x^2)
struct erfc_op : elementwise<1>
{
    using companion = void; // e^(-x^2)
    static constexpr const char* name = "erfc";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::erfc(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        backward_with_companion(grad_out, simd::erfc_and_exponential(x).second, grad_x);
    }

    template <class V>
    static std::pair<V, V> forward_with_companion(const V& x)
    {
        return simd::erfc_and_exponential(x);
    }

    template <class V>
    static void backward_with_companion(const V& grad_out, const V& exponential, V& grad_x)
    {
        const V minus_two_over_root_pi = simd::number<V>(-1.12837916709551257390);
        grad_x = grad_out * (minus_two_over_root_pi * exponential);
    }
};

/// The distribution function of the standard normal distribution, without cancellation for
/// negative x. Its relative error grows like x^2 there, as that of its argument does.
///   x: any shape S   out: S
///   forward    out     = erfc(-x / sqrt(2)) / 2
///   backward   grad_x += grad_out e^(-x^2 / 2) / sqrt(2 pi)
struct normal_cdf_op : elementwise<1>
{
    using companion = void; // the density, which is no operation of its own
    static constexpr const char* name = "normal_cdf";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::normal_cdf(x);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = grad_out * simd::normal_cdf_and_density(x).second;
    }

    template <class V>
    static std::pair<V, V> forward_with_companion(const V& x)
    {
        return simd::normal_cdf_and_density(x);
    }

    template <class V>
    static void backward_with_companion(const V& grad_out, const V& density, V& grad_x)
    {
        grad_x = grad_out * density;
    }
};

/// The error function, element by element.
template <expression_like X>
[[nodiscard]] auto erf(const X& x)
{
    return apply<erf_op>(x);
}

/// 1 - erf(x), element by element.
template <expression_like X>
[[nodiscard]] auto erfc(const X& x)
{
    return apply<erfc_op>(x);
}

/// The probability that a standard normal variable is at most x, element by element.
template <expression_like X>
[[nodiscard]] auto normal_cdf(const X& x)
{
    return apply<normal_cdf_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
