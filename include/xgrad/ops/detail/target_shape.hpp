// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Shapes that a user asks an operation for: `shape<dynamic, 10>{}`, with numbers for the dynamic
// extents or without.

#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <tuple>

namespace xgrad::inline XGRAD_ABI::detail
{

template <class>
inline constexpr bool is_shape = false;
template <std::size_t... Extents>
inline constexpr bool is_shape<shape<Extents...>> = true;

template <class S>
concept shape_like = is_shape<S>;

/// The numbers of a run-time shape as the settings of an operation.
template <class Shape, std::integral... N>
settings shape_settings(N... numbers)
{
    static_assert(
        sizeof...(N) == 0 || sizeof...(N) == Shape::dynamic_rank,
        "xgrad: expected one number for each dynamic extent of the new shape or none, found "
        "another count");
    static_assert(
        sizeof...(N) <= std::tuple_size_v<settings>,
        "xgrad: expected at most four extents of the new shape given at run time, found more");
    return settings{static_cast<std::ptrdiff_t>(numbers)...};
}

/// @p target with its dynamic extents replaced, in order, by what was given.
constexpr extents fill_from(extents target, const settings& numbers)
{
    std::size_t next = 0;
    for (std::size_t k = 0; k < target.rank; ++k)
        if (target[k] == dynamic)
            target[k] = static_cast<std::size_t>(numbers[next++]);
    return target;
}

/// "the shape (dynamic, 10)", with the numbers that were given for its dynamic extents.
constexpr sentence text_of_target(const extents& target, bool given, const settings* numbers)
{
    return sentence("the shape ")
        .append(given && numbers ? detail::fill_from(target, *numbers) : target);
}

} // namespace xgrad::inline XGRAD_ABI::detail
