// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/chain.hpp>
#include <xgrad/ops/scalar_operands.hpp>

#include <concepts>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// Powers of positive numbers, and of any number where the exponent is whole.
///   a, b: shapes that broadcast together   out: the broadcast shape
///   forward    out     = a^b
///   backward   grad_a += grad_out b a^(b - 1), computed as b out / a
///              grad_b += grad_out out log(a)
/// At a = 0 the derivative by a is its value where it exists (0 for b = 0 and b > 1, 1 for b = 1)
/// and infinite for other b < 1; the derivative by b is its limit from above, 0, for b >= 0 and
/// -inf for b < 0. For a < 0 the derivative by b is NaN.
struct pow_op : elementwise<2>
{
    static constexpr const char* name = "pow";
    static constexpr saved reads = saved::both;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::pow(a, b);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V& a, const V& b, V& grad_a,
                         V& grad_b)
    {
        const V zero = simd::number<V>(0);
        const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
        const V lower = simd::select(a == zero, lower_at_zero(a, b), V(out / a));
        grad_a = detail::chain(grad_out, V(simd::select(b == zero, zero, V(b * lower))));
        const V by_b_at_zero = simd::select(b < zero, V(-infinity), zero);
        const V by_b = simd::select(a == zero, by_b_at_zero, V(out * simd::log(a)));
        grad_b = detail::chain(grad_out, by_b);
    }

private:
    /// a^(b - 1) at a = 0; by pow itself where a may carry derivatives.
    template <class V>
    static V lower_at_zero(const V& a, const V& b)
    {
        const V zero = simd::number<V>(0);
        const V one = simd::number<V>(1);
        const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
        if constexpr (std::is_arithmetic_v<simd::lane<V>>)
            return simd::select(b > one, zero, V(simd::select(b == one, one, infinity)));
        else
            return simd::pow(a, V(b - one));
    }
};

namespace detail
{

/// n x^(n - 1), 0 for n = 0.
template <class V>
[[nodiscard]] V grad_whole_power(const V& x, int n)
{
    return n == 0 ? simd::number<V>(0) : V(simd::number<V>(n) * simd::whole_power(x, n - 1));
}

/// Beyond this a whole number is none in float.
inline constexpr int largest_whole_exponent = 1 << 24;

} // namespace detail

/// Powers with a whole number known to the compiler.
///   x: any shape S   out: S
///   forward    out     = x^N, by repeated multiplication
///   backward   grad_x += grad_out N x^(N - 1)
/// At x = 0 the derivative is 0 for N = 0 and N > 1, 1 for N = 1, infinite for N < 0.
template <int N>
struct fixed_power_op : elementwise<1>
{
    static constexpr const char* name = "pow";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return simd::whole_power(x, N);
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = detail::chain(grad_out, detail::grad_whole_power(x, N));
    }
};

/// Powers with a whole number that is known when the program runs: the same for all elements, and
/// not differentiated.
///   forward    out     = x^n, by repeated multiplication
///   backward   grad_x += grad_out n x^(n - 1), at x = 0 as in fixed_power_op
struct whole_power_op : elementwise<2>
{
    static constexpr const char* name = "pow";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x, const V& n)
    {
        return simd::whole_power(x, static_cast<int>(simd::first_lane(n)));
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, const V& n, V& grad_x, V& grad_n)
    {
        const V derivative = detail::grad_whole_power(x, static_cast<int>(simd::first_lane(n)));
        grad_x = detail::chain(grad_out, derivative);
        grad_n = simd::number<V>(0);
    }
};

/// a^b, element by element; either may be a number. An exponent of integer type means repeated
/// multiplication; it must lie within +-2^24, else domain_error is thrown.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto pow(const A& a, const B& b)
{
    if constexpr (std::integral<B>)
    {
        if (std::cmp_greater(b, detail::largest_whole_exponent) ||
            std::cmp_less(b, -detail::largest_whole_exponent))
            throw domain_error("xgrad::pow: expected a whole exponent within +-16777216, found " +
                               std::to_string(b) + "; give it as floating-point number");
        return detail::apply_operands<whole_power_op, Tag>(a, b);
    }
    else
        return detail::apply_operands<pow_op, Tag>(a, b);
}

/// x^N, element by element, for a whole number that the compiler knows: `pow<3>(x)`.
template <int N, expression_like X>
[[nodiscard]] auto pow(const X& x)
{
    return apply<fixed_power_op<N>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
