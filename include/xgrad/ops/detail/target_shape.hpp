// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Shapes that a user asks an operation for: `shape<dynamic, 10>{}`, with numbers for the dynamic
// extents or without.

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
    static_assert(sizeof...(N) == 0 || sizeof...(N) == Shape::dynamic_rank,
                  "xgrad: give one number for each dynamic extent of the new shape, or none");
    static_assert(sizeof...(N) <= std::tuple_size_v<settings>,
                  "xgrad: at most four extents of the new shape can be given at run time");
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

/// "<beginning> (?, 10)": a sentence about a shape that is part of an operation's type.
template <class Shape>
class shape_sentence
{
public:
    constexpr explicit shape_sentence(const char* beginning)
    {
        for (; *beginning != '\0'; ++beginning)
            put(*beginning);
        put(' ');
        put('(');
        for (std::size_t k = 0; k < Shape::rank; ++k)
        {
            if (k > 0)
            {
                put(',');
                put(' ');
            }
            if (Shape::value[k] == dynamic)
                put('?');
            else
                put_number(Shape::value[k]);
        }
        put(')');
    }

    [[nodiscard]] constexpr const char* text() const { return m_text.data(); }

private:
    constexpr void put(char c) { m_text[m_size++] = c; }

    constexpr void put_number(std::size_t number)
    {
        if (number > 9)
            put_number(number / 10);
        put(static_cast<char>('0' + number % 10));
    }

    std::array<char, 100 + 22 * max_rank> m_text{};
    std::size_t m_size = 0;
};

} // namespace xgrad::inline XGRAD_ABI::detail
