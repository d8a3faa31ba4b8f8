// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation at_most_eight_axes_in_the_result{"at most eight axes in the result"};
inline constexpr expectation places_in_the_result_each_named_once{
    "places in the result, each named once"};
inline constexpr expectation axes_of_extent_1_to_leave_out{"axes of extent 1 to leave out"};

} // namespace expects

/// New axes of extent 1; Axes are their places in the result. No copy.
///   x: (a, b)   out: (1, a, b), (a, 1, b), (a, b, 1), ...
template <class Axes>
struct expand_dimensions_op;

template <int... Axis>
struct expand_dimensions_op<axes_t<Axis...>>
{
    static constexpr const char* name = "expand_dimensions";
    static constexpr saved reads = saved::nothing;
    static constexpr bool alias = true;

    static constexpr inferred infer(const extents& a)
    {
        const std::size_t rank = a.rank + sizeof...(Axis);
        if (rank > max_rank)
            return {a, expects::at_most_eight_axes_in_the_result};
        const detail::axis_set added = detail::make_axis_set(axes_t<Axis...>{}, rank);
        if (!added.valid)
            return {a, expects::places_in_the_result_each_named_once};
        extents result = extents::filled(rank, 1);
        std::size_t from = 0;
        for (std::size_t k = 0; k < rank; ++k)
            if (!added.has[k])
                result[k] = a[from++];
        return result;
    }

    static constexpr detail::sentence given(const settings*)
    {
        return detail::text_of(axes_t<Axis...>{});
    }
};

/// Without the named axes, which have the extent 1. No copy.
///   x: (a, 1, b)   out: (a, b)
template <class Axes>
struct squeeze_op
{
    static constexpr const char* name = "squeeze";
    static constexpr saved reads = saved::nothing;
    static constexpr bool alias = true;

    static constexpr inferred infer(const extents& a)
    {
        const detail::axis_set removed = detail::make_axis_set(Axes{}, a.rank);
        if (!removed.valid)
            return {a, expects::axes_of_the_operand_each_named_once};
        inferred result;
        for (std::size_t k = 0; k < a.rank; ++k)
            if (!removed.has[k])
                result.shape[result.shape.rank++] = a[k];
            else
                result.expect(may_equal(a[k], 1), expects::axes_of_extent_1_to_leave_out);
        return result;
    }

    static constexpr detail::sentence given(const settings*) { return detail::text_of(Axes{}); }
};

namespace detail
{

/// The axes that are known to have the extent 1.
template <class Shape>
struct unit_axes
{
    static constexpr auto list = []
    {
        std::pair<std::array<int, max_rank>, std::size_t> result{};
        for (std::size_t k = 0; k < Shape::rank; ++k)
            if (Shape::value[k] == 1)
                result.first[result.second++] = static_cast<int>(k);
        return result;
    }();

    template <std::size_t... I>
    static axes_t<list.first[I]...> axes_of(std::index_sequence<I...>);

    using type = decltype(unit_axes::axes_of(std::make_index_sequence<list.second>{}));
};

} // namespace detail

/// @p x with new axes of extent 1 at the given places of the result, without a copy.
template <expression_like X, int... Axis>
[[nodiscard]] auto expand_dimensions(const X& x, axes_t<Axis...>)
{
    return apply<expand_dimensions_op<axes_t<Axis...>>>(x);
}

/// @p x without the given axes, which have the extent 1; no copy.
template <expression_like X, axes_like Axes>
[[nodiscard]] auto squeeze(const X& x, Axes)
{
    return apply<squeeze_op<Axes>>(x);
}

/// @p x without all axes that its type knows to have the extent 1; no copy. Dynamic extents stay.
template <expression_like X>
[[nodiscard]] auto squeeze(const X& x)
{
    return apply<squeeze_op<typename detail::unit_axes<shape_of<X>>::type>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
