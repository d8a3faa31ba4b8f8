// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Small operations for the tests of the core, one of each kind, so that these tests depend on no
// operation of the library. Here is how they are written in an expression.

#include "elementwise_operations.hpp"
#include "tensor_operations.hpp"

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/operation.hpp>

#include <cstddef>

namespace tiny
{

using xgrad::expression_like;
using xgrad::settings;

struct literal_tag
{
};

/// A number written in an expression.
template <class T>
class literal : public xgrad::constant<T, xgrad::shape<>, literal_tag>
{
public:
    explicit literal(T value) : xgrad::constant<T, xgrad::shape<>, literal_tag>(value)
    {
        this->record().literal = true;
    }
};

template <expression_like A, expression_like B>
[[nodiscard]] auto operator+(const A& a, const B& b)
{
    return xgrad::apply<add_op>(a, b);
}

template <expression_like A, expression_like B>
[[nodiscard]] auto operator*(const A& a, const B& b)
{
    return xgrad::apply<multiply_op>(a, b);
}

template <expression_like A>
[[nodiscard]] auto operator*(xgrad::value_type_of<A> number, const A& a)
{
    return xgrad::apply<multiply_op>(literal<xgrad::value_type_of<A>>(number), a);
}

template <expression_like A, expression_like B, expression_like C>
[[nodiscard]] auto multiply_add(const A& a, const B& b, const C& c)
{
    return xgrad::apply<multiply_add_op>(a, b, c);
}

template <expression_like A>
[[nodiscard]] auto exp(const A& a)
{
    return xgrad::apply<exp_op>(a);
}

template <expression_like A>
[[nodiscard]] auto frozen(const A& a)
{
    return xgrad::apply<frozen_op>(a);
}

template <expression_like A>
[[nodiscard]] auto counted(const A& a)
{
    return xgrad::apply<counted_op>(a);
}

template <expression_like A>
[[nodiscard]] auto sum(const A& a)
{
    return xgrad::apply<sum_op>(a);
}

template <expression_like A>
[[nodiscard]] auto mean(const A& a)
{
    return xgrad::apply<mean_op>(a);
}

template <expression_like A, expression_like B>
[[nodiscard]] auto product(const A& a, const B& b)
{
    return xgrad::apply<product_op>(a, b);
}

template <expression_like A>
[[nodiscard]] auto reversed(const A& a)
{
    return xgrad::apply<reversed_op>(a);
}

template <expression_like A>
[[nodiscard]] auto share(const A& a)
{
    return xgrad::apply<share_op>(a);
}

template <expression_like A>
[[nodiscard]] auto detached(const A& a)
{
    return xgrad::apply<detached_op>(a);
}

template <expression_like A>
[[nodiscard]] auto flatten(const A& a)
{
    return xgrad::apply<flatten_op>(a);
}

template <expression_like A>
[[nodiscard]] auto column(const A& a)
{
    return xgrad::apply<column_op>(a);
}

template <expression_like A>
[[nodiscard]] auto scaled(std::ptrdiff_t factor, const A& a)
{
    return xgrad::apply_with<scaled_op>(settings{factor}, a);
}

} // namespace tiny
