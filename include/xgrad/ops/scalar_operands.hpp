// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers as operands: `2 * x` is `constant * x` with a constant of x's element type.

#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/record.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// An expression or a plain number.
template <class A>
concept operand_like = expression_like<A> || std::is_arithmetic_v<std::remove_cvref_t<A>>;

/// Operands of one operation: expressions or numbers, at least one of them an expression.
template <class... A>
concept operands_like = (operand_like<A> && ...) && (expression_like<A> || ...);

namespace detail
{

/// The record of a number that was written as an operand. Equal ones of one type are one value in a
/// plan.
template <class T>
[[nodiscard]] handle make_literal(T value)
{
    auto* node = new leaf_record;
    handle owner(node);
    node->allocate(extents{}, sizeof(T));
    ::new (node->value) T(value);
    node->literal = true;
    node->fixed = true;
    return owner;
}

/// The expression that such a number is: what a constant is, less the functions of a leaf, which
/// would cost compile time for every number.
template <class T, class Tag>
using literal =
    expression<T, shape<>, leaf_program, leaf_op<T, shape<>, leaf_kind::constant, false, Tag>>;

/// The place of a literal: the call it was written in and the number of the operand.
template <class Tag, std::size_t Position>
struct literal_tag
{
    static constexpr bool still = true;
};

/// The element type of the first expression among A.
template <class A, class... Rest>
struct first_value_type : first_value_type<Rest...>
{
};

template <expression_like A, class... Rest>
struct first_value_type<A, Rest...>
{
    using type = value_type_of<A>;
};

template <class T, class Tag, class A>
decltype(auto) as_expression(const A& a)
{
    if constexpr (expression_like<A>)
        return (a);
    else
        return literal<T, Tag>(detail::make_literal(static_cast<T>(a)));
}

/// apply<Op>, where some of the operands may be numbers. Call it from a function template with the
/// trailing parameter `class Tag = decltype([] {})`: then literals written at different places
/// differ in type, which lets the compiler tell `2 * x + 3 * y` apart.
template <class Op, class Tag, class... A>
    requires operands_like<A...>
[[nodiscard]] auto apply_operands(const A&... a)
{
    if constexpr ((expression_like<A> && ...))
        return xgrad::apply_with<Op>(no_settings, a...);
    else
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            using T = typename first_value_type<A...>::type;
            return xgrad::apply<Op>(detail::as_expression<T, literal_tag<Tag, I>>(a)...);
        }
    (std::index_sequence_for<A...>{});
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
