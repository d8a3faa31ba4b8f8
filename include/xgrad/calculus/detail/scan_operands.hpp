// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The operands of a loop: how states, rows and parameters are taken apart and lie in memory.

#include <xgrad/calculus/custom_gradient.hpp>
#include <xgrad/calculus/nested.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/ops/concatenate.hpp>
#include <xgrad/ops/reshape.hpp>
#include <xgrad/ops/slice.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// Stands for the rows of a loop that has none: only their number.
class steps
{
public:
    explicit steps(std::size_t count) : m_count(count) {}
    [[nodiscard]] std::size_t count() const { return m_count; }

private:
    std::size_t m_count;
};

namespace detail
{

/// grad[first, first + count) += or = values, the rest = 0 where it is assigned.
template <class T, class G>
void give_part(const T* values, std::size_t count, std::size_t first, const G& gradient)
{
    if constexpr (is_wanted<G>)
    {
        if (!gradient.accumulate)
            std::fill_n(gradient.data(), gradient.size(), T(0));
        for (std::size_t i = 0; i < count; ++i)
            gradient.data()[first + i] = gradient.data()[first + i] + values[i];
    }
}

template <class Shape>
struct without_first_axis;
template <std::size_t First, std::size_t... Rest>
struct without_first_axis<shape<First, Rest...>>
{
    using type = shape<Rest...>;
};

template <std::size_t First, class Shape>
struct with_first_axis;
template <std::size_t First, std::size_t... Rest>
struct with_first_axis<First, shape<Rest...>>
{
    using type = shape<First, Rest...>;
};

/// One expression or a tuple of them, as list of their types.
template <class E>
struct parts_list
{
    static constexpr bool single = true;
    using type = type_list<expression_type<E>>;
};
template <class... E>
struct parts_list<std::tuple<E...>>
{
    static constexpr bool single = false;
    using type = type_list<expression_type<E>...>;
};
template <>
struct parts_list<steps>
{
    static constexpr bool single = false;
    using type = type_list<>;
};

template <class List>
inline constexpr bool any_differentiable = false;
template <class... E>
inline constexpr bool
    any_differentiable<type_list<E...>> = (any_differentiable_leaf<typename E::operations> || ...);

/// Part of a loop's operands: the state or the parameters, in one operand. @p Differentiable tells
/// the leaves in the body.
template <class Given, bool Differentiable, class Expressions = typename parts_list<Given>::type>
struct loop_part;

template <class Given, bool Differentiable, class... E>
struct loop_part<Given, Differentiable, type_list<E...>>
{
    static constexpr bool single = parts_list<Given>::single;
    static constexpr std::size_t count = sizeof...(E);
    static_assert(
        single || (shape_of<E>::is_static && ...),
        "xgrad: tensors in a tuple of a loop have static extents; expected numbers, found "
        "a dynamic extent: pass that tensor alone");

    using operands = type_list<nested_operand<value_type_of<E>, shape_of<E>, Differentiable>...>;

    static constexpr std::array<std::size_t, count + 1> offset = []
    {
        std::array<std::size_t, count + 1> at{};
        std::size_t k = 0;
        ((at[k + 1] = at[k] + (single ? 0 : shape_of<E>::value.size()), ++k), ...);
        return at;
    }();

    static auto operand(const Given& given)
    {
        if constexpr (single)
            return expression_type<Given>(given);
        else
            return detail::joined(given);
    }

    /// The expressions that the elements of @p all are, in the form of Given.
    template <class All>
    static auto split(const All& all)
    {
        if constexpr (single)
            return all;
        else
            return [&]<std::size_t... K>(std::index_sequence<K...>)
            {
                return std::tuple(
                    xgrad::reshape(xgrad::slice(all, axis<0>,
                                                range<static_cast<std::ptrdiff_t>(offset[K]),
                                                      static_cast<std::ptrdiff_t>(offset[K + 1])>),
                                   shape_of<E>{})...);
            }
        (std::index_sequence_for<E...>{});
    }

    /// The extents of the parts, of which those of a single one are @p given.
    static constexpr std::array<extents, count> part_extents(const extents& given)
    {
        std::array<extents, count> result{shape_of<E>::value...};
        if constexpr (single)
            result[0] = given;
        return result;
    }
};

/// A leaf of n rows without elements.
struct no_rows_tag
{
};

template <class T>
auto rows_without_elements(std::size_t count)
{
    auto* leaf = new leaf_record;
    handle owner(leaf);
    leaf->allocate(extents(count, 0), 0);
    return argument_expression<T, shape<dynamic, 0>, false, no_rows_tag>(std::move(owner));
}

/// The rows of a loop on elements of T.
template <class T, class Given, class Expressions = typename parts_list<Given>::type>
struct loop_rows;

template <class T, class Given, class... E>
struct loop_rows<T, Given, type_list<E...>>
{
    static constexpr bool single = parts_list<Given>::single;
    static constexpr std::size_t count = sizeof...(E);
    static_assert(
        ((shape_of<E>::rank >= 1) && ...),
        "xgrad::scan: the rows are the first axis of xs; expected a tensor, found a scalar");

    /// Number of rows, or dynamic.
    static constexpr std::size_t length = []
    {
        std::size_t result = dynamic;
        ((result = shape_of<E>::value[0] == dynamic ? result : shape_of<E>::value[0]), ...);
        return result;
    }();

    template <class X>
    using row_shape = typename without_first_axis<shape_of<X>>::type;

    static_assert(single || (row_shape<E>::is_static && ...),
                  "xgrad::scan: tensors in a tuple of xs have static extents behind the first; "
                  "expected numbers, found a dynamic extent: pass that tensor alone");

    using operands = type_list<
        nested_operand<T, row_shape<E>, any_differentiable_leaf<typename E::operations>>...>;

    static constexpr std::array<std::size_t, count + 1> offset = []
    {
        std::array<std::size_t, count + 1> at{};
        std::size_t k = 0;
        ((at[k + 1] = at[k] + (single ? 0 : row_shape<E>::value.size()), ++k), ...);
        return at;
    }();

    template <class X>
    static auto as_matrix(const X& x)
    {
        if constexpr (shape_of<X>::rank == 1)
            return xgrad::expand_dimensions(x, axis<1>);
        else
            return xgrad::flatten(x);
    }

    static auto rows(const Given& given)
    {
        if constexpr (std::is_same_v<Given, steps>)
            return detail::rows_without_elements<T>(given.count());
        else if constexpr (single)
            return expression_type<Given>(given);
        else
            return std::apply([](const auto&... x)
                              { return xgrad::concatenate(axis<1>, as_matrix(x)...); },
                              given);
    }

    static constexpr std::array<extents, count> part_extents(const extents& given)
    {
        std::array<extents, count> result{row_shape<E>::value...};
        if constexpr (single)
        {
            result[0].rank = given.rank - 1;
            for (std::size_t k = 1; k < given.rank; ++k)
                result[0][k - 1] = given[k];
        }
        return result;
    }
};

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
