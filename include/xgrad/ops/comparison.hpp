// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Comparisons of two tensors, element by element: 1 where they hold and 0 elsewhere, in the element
// type of the operands. Piecewise constant, so no gradient passes through them. With a NaN only
// not_equal holds. There is no operator== between expressions: use equal.

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/ops/scalar_operands.hpp>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// What all comparisons have in common.
///   a, b: shapes that broadcast together   out: the broadcast shape
struct comparison : elementwise<2>
{
    static constexpr saved reads = saved::nothing;
    static constexpr bool differentiable = false;

    template <class V>
    static void backward(const V&, const V&, const V&, const V&, V& grad_a, V& grad_b)
    {
        grad_a = simd::number<V>(0);
        grad_b = simd::number<V>(0);
    }
};

} // namespace detail

/// forward    out = 1 where a < b, else 0
struct less_op : detail::comparison
{
    static constexpr const char* name = "less";

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::zero_or_one<V>(a < b);
    }
};

/// forward    out = 1 where a <= b, else 0
struct less_equal_op : detail::comparison
{
    static constexpr const char* name = "less_equal";

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::zero_or_one<V>(a <= b);
    }
};

/// forward    out = 1 where a > b, else 0
struct greater_op : detail::comparison
{
    static constexpr const char* name = "greater";

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::zero_or_one<V>(a > b);
    }
};

/// forward    out = 1 where a >= b, else 0
struct greater_equal_op : detail::comparison
{
    static constexpr const char* name = "greater_equal";

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::zero_or_one<V>(a >= b);
    }
};

/// forward    out = 1 where a = b, else 0
struct equal_op : detail::comparison
{
    static constexpr const char* name = "equal";

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::zero_or_one<V>(a == b);
    }
};

/// forward    out = 1 where a != b, else 0
struct not_equal_op : detail::comparison
{
    static constexpr const char* name = "not_equal";

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return simd::select(a == b, simd::number<V>(0), simd::number<V>(1));
    }
};

/// 1 where a < b, else 0; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto less(const A& a, const B& b)
{
    return detail::apply_operands<less_op, Tag>(a, b);
}

/// 1 where a <= b, else 0; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto less_equal(const A& a, const B& b)
{
    return detail::apply_operands<less_equal_op, Tag>(a, b);
}

/// 1 where a > b, else 0; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto greater(const A& a, const B& b)
{
    return detail::apply_operands<greater_op, Tag>(a, b);
}

/// 1 where a >= b, else 0; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto greater_equal(const A& a, const B& b)
{
    return detail::apply_operands<greater_equal_op, Tag>(a, b);
}

/// 1 where a = b, else 0; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto equal(const A& a, const B& b)
{
    return detail::apply_operands<equal_op, Tag>(a, b);
}

/// 1 where a != b, else 0; either may be a number.
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto not_equal(const A& a, const B& b)
{
    return detail::apply_operands<not_equal_op, Tag>(a, b);
}

/// The same as less(a, b).
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator<(const A& a, const B& b)
{
    return detail::apply_operands<less_op, Tag>(a, b);
}

/// The same as less_equal(a, b).
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator<=(const A& a, const B& b)
{
    return detail::apply_operands<less_equal_op, Tag>(a, b);
}

/// The same as greater(a, b).
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator>(const A& a, const B& b)
{
    return detail::apply_operands<greater_op, Tag>(a, b);
}

/// The same as greater_equal(a, b).
template <class A, class B, class Tag = decltype([] {})>
    requires operands_like<A, B>
[[nodiscard]] auto operator>=(const A& a, const B& b)
{
    return detail::apply_operands<greater_equal_op, Tag>(a, b);
}

} // namespace xgrad::inline XGRAD_ABI
