// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The four operations of arithmetic. The operands broadcast against each other; one of them may be
// a plain number, which is taken in the element type of the other.

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/chain.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

/// The sum of two tensors.
///   a: any shape   b: any shape that broadcasts with it   out: the broadcast shape
///   forward    out     = a + b
///   backward   grad_a += grad_out
///              grad_b += grad_out
struct add_op : elementwise<2>
{
    static constexpr const char* name = "add";
    static constexpr saved reads = saved::nothing;
    static constexpr linearity linear = linearity::sum;

    template <class A, class B>
    static auto forward(const A& a, const B& b)
    {
        return a + b;
    }

    template <class V>
    static void backward(const auto& grad_out, const auto&, const auto&, const auto&, V& grad_a,
                         V& grad_b)
    {
        grad_a = grad_out;
        grad_b = grad_out;
    }
};

/// The difference of two tensors; shapes as for add.
///   forward    out     = a - b
///   backward   grad_a += grad_out
///              grad_b -= grad_out
struct subtract_op : elementwise<2>
{
    static constexpr const char* name = "subtract";
    static constexpr saved reads = saved::nothing;
    static constexpr linearity linear = linearity::sum;

    template <class A, class B>
    static auto forward(const A& a, const B& b)
    {
        return a - b;
    }

    template <class V>
    static void backward(const auto& grad_out, const auto&, const auto&, const auto&, V& grad_a,
                         V& grad_b)
    {
        grad_a = grad_out;
        grad_b = simd::negate(grad_out);
    }
};

/// The product of two tensors, element by element; shapes as for add.
///   forward    out     = a b
///   backward   grad_a += grad_out b
///              grad_b += grad_out a
struct multiply_op : elementwise<2>
{
    static constexpr const char* name = "multiply";
    static constexpr saved reads = saved::arguments;
    static constexpr linearity linear = linearity::scaled;

    template <class A, class B>
    static auto forward(const A& a, const B& b)
    {
        return a * b;
    }

    template <class V>
    static void backward(const auto& grad_out, const auto&, const auto& a, const auto& b, V& grad_a,
                         V& grad_b)
    {
        grad_a = grad_out * b;
        grad_b = grad_out * a;
    }
};

/// The quotient of two tensors, element by element; shapes as for add. Dividing by 0 gives what
/// IEEE arithmetic gives, forward and backward, except that no gradient stays no gradient.
///   forward    out     = a / b
///   backward   grad_a += grad_out / b
///              grad_b -= grad_out a / b^2
struct divide_op : elementwise<2>
{
    static constexpr const char* name = "divide";
    static constexpr saved reads = saved::arguments;
    static constexpr linearity linear = linearity::divided;

    template <class A, class B>
    static auto forward(const A& a, const B& b)
    {
        return a / b;
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& a, const V& b, V& grad_a, V& grad_b)
    {
        const V reciprocal = simd::number<V>(1) / b;
        grad_a = detail::chain(grad_out, reciprocal);
        grad_b = detail::chain(grad_out, V(-(a / b) * reciprocal));
    }
};

/// The negative of every element.
///   x: any shape S   out: S
///   forward    out     = -x
///   backward   grad_x -= grad_out
struct negate_op : elementwise<1>
{
    static constexpr const char* name = "negate";
    static constexpr saved reads = saved::nothing;
    static constexpr linearity linear = linearity::sum;

    template <class V>
    static V forward(const V& x)
    {
        return simd::negate(x);
    }

    template <class V>
    static void backward(const auto& grad_out, const auto&, const auto&, V& grad_x)
    {
        grad_x = simd::negate(grad_out);
    }
};

/// The square of every element.
///   x: any shape S   out: S
///   forward    out     = x^2
///   backward   grad_x += 2 grad_out x
struct square_op : elementwise<1>
{
    static constexpr const char* name = "square";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& x)
    {
        return x * x;
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, V& grad_x)
    {
        grad_x = grad_out * (x + x);
    }
};

/// a + b, element by element.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator+(const A& a, const B& b)
{
    return detail::apply_operands<add_op, Tag>(a, b);
}

/// a - b, element by element.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator-(const A& a, const B& b)
{
    return detail::apply_operands<subtract_op, Tag>(a, b);
}

/// a b, element by element.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator*(const A& a, const B& b)
{
    return detail::apply_operands<multiply_op, Tag>(a, b);
}

/// a / b, element by element.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator/(const A& a, const B& b)
{
    return detail::apply_operands<divide_op, Tag>(a, b);
}

/// -x, element by element.
template <expression_like X>
[[nodiscard]] auto operator-(const X& x)
{
    return apply<negate_op>(x);
}

/// x itself.
template <expression_like X>
[[nodiscard]] detail::expression_type<X> operator+(const X& x)
{
    return x;
}

/// x^2, element by element.
template <expression_like X>
[[nodiscard]] auto square(const X& x)
{
    return apply<square_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
