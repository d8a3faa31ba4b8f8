// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/ops/detail/target_shape.hpp>

#include <concepts>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation as_many_elements_as_the_new_shape_has{
    "as many elements as the new shape has"};
inline constexpr expectation an_open_extent_that_follows_from_the_size{
    "an open extent that follows from the number of elements"};

} // namespace expects

namespace detail
{

/// Product of the extents that are known.
constexpr std::size_t known_size(const extents& e)
{
    std::size_t size = 1;
    for (std::size_t k = 0; k < e.rank; ++k)
        size *= e[k] == dynamic ? 1 : e[k];
    return size;
}

/// Whether a tensor of extents @p a may have as many elements as one of extents @p target.
constexpr bool sizes_may_equal(const extents& a, const extents& target)
{
    const bool a_open = a.dynamic_rank() > 0;
    const bool target_open = target.dynamic_rank() > 0;
    const std::size_t from = detail::known_size(a);
    const std::size_t to = detail::known_size(target);
    if (a_open && target_open)
        return true;
    if (a_open || target_open)
    {
        const std::size_t part = a_open ? from : to;
        const std::size_t whole = a_open ? to : from;
        return part == 0 ? whole == 0 : whole % part == 0;
    }
    return from == to;
}

} // namespace detail

/// The same elements in another shape. No copy: the result is the operand's memory.
///   x: any shape   out: Shape, whose dynamic extents are given or, a single one, follows from x
///   forward    out[i]     = x[i],           i counting elements row by row
///   backward   grad_x[i] += grad_out[i]
template <class Shape, bool Given>
struct reshape_op
{
    static constexpr const char* name = "reshape";
    static constexpr saved reads = saved::nothing;
    static constexpr bool alias = true;

    static constexpr inferred infer(const extents& a, const settings* numbers)
    {
        extents target = Shape::value;
        if (Given && numbers)
            target = detail::fill_from(target, *numbers);
        if (!detail::sizes_may_equal(a, target))
            return {target, expects::as_many_elements_as_the_new_shape_has};
        if (numbers && target.dynamic_rank() > 1)
            return {target, expects::an_open_extent_that_follows_from_the_size};
        const bool follows = a.dynamic_rank() == 0 && target.dynamic_rank() == 1;
        if (!follows)
            return target;
        const std::size_t rest = detail::known_size(target);
        for (std::size_t k = 0; k < target.rank; ++k)
            if (target[k] == dynamic)
                target[k] = rest == 0 ? 0 : a.size() / rest;
        return inferred(target).expect(rest != 0,
                                       expects::an_open_extent_that_follows_from_the_size);
    }

    static constexpr detail::sentence given(const settings* numbers)
    {
        return detail::text_of_target(Shape::value, Given, numbers);
    }

    /// The rows stay when only axes behind the first change.
    static constexpr spread spread_of(const spread_operand* x, const settings&)
    {
        const extents& from = x[0].shape;
        const extents& to = Shape::value;
        const bool keeps_rows = !Given && from.dynamic_rank() == 1 && to.dynamic_rank() == 1 &&
                                from[0] == dynamic && to[0] == dynamic &&
                                detail::known_size(from) == detail::known_size(to);
        return keeps_rows || x[0].kind == spread::fixed ? rows_of_first(x, 1) : spread::mixed;
    }
};

/// The elements of @p x in the shape @p target, without a copy. One extent may be dynamic, it then
/// follows from the number of elements; or give a number for each dynamic extent.
///     reshape(x, shape<dynamic, 392>{})
///     reshape(x, shape<dynamic, dynamic>{}, rows, columns)
template <expression_like X, detail::shape_like Shape, std::integral... N>
[[nodiscard]] auto reshape(const X& x, Shape, N... extents_at_run_time)
{
    static_assert(
        sizeof...(N) > 0 || Shape::dynamic_rank <= 1,
        "xgrad::reshape: expected at most one open extent of the new shape, found more; give "
        "a number for each");
    return apply_with<reshape_op<Shape, (sizeof...(N) > 0)>>(
        detail::shape_settings<Shape>(extents_at_run_time...), x);
}

/// The axes from First on as one. No copy: the result is the operand's memory.
///   x: (a, b, ..., y, z)   out: (a, b, ..., y z)
template <int First>
struct flatten_op
{
    static constexpr const char* name = "flatten";
    static constexpr saved reads = saved::nothing;
    static constexpr bool alias = true;

    /// Number of axes that stay, or more than there are. One behind the last is a place, too.
    static constexpr std::size_t kept(std::size_t rank)
    {
        return First == static_cast<int>(rank) ? rank : detail::axis_position(First, rank);
    }

    static constexpr inferred infer(const extents& a)
    {
        const std::size_t count = kept(a.rank);
        if (count > a.rank || count == max_rank)
            return {a, expects::an_axis_of_the_operand};
        extents result;
        for (; result.rank < count; ++result.rank)
            result[result.rank] = a[result.rank];
        std::size_t& rest = result[result.rank++];
        rest = 1;
        for (std::size_t k = count; k < a.rank; ++k)
            rest = a[k] == dynamic || rest == dynamic ? dynamic : rest * a[k];
        return result;
    }

    static constexpr detail::sentence given(const settings*)
    {
        return detail::text_of(axes_t<First>{});
    }

    static constexpr spread spread_of(const spread_operand* x, const settings&)
    {
        const std::size_t rank = x[0].shape.rank;
        return kept(rank) > 0 && rank > 0 ? rows_of_first(x, 1) : spread::mixed;
    }
};

/// (batch, everything else): all axes but the first as one, without a copy.
template <expression_like X>
[[nodiscard]] auto flatten(const X& x)
{
    return apply<flatten_op<1>>(x);
}

/// The axes from the given one on as one, without a copy: `flatten(x, axis<0>)` is a vector.
template <expression_like X, int First>
[[nodiscard]] auto flatten(const X& x, axes_t<First>)
{
    return apply<flatten_op<First>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
