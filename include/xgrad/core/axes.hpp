// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Axes as values whose type says which: `sum(x, axis<1>)`, `sum(x, axes<0, -1>, keep_dimensions)`.

#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace xgrad::inline XGRAD_ABI
{

/// The type of `axes<...>` and `axis<...>`.
template <int... Axis>
struct axes_t
{
};

/// Several axes of a tensor; negative ones count from the last, which is -1.
template <int... Axis>
inline constexpr axes_t<Axis...> axes{};

/// One axis of a tensor; negative ones count from the last, which is -1.
template <int Axis>
inline constexpr axes_t<Axis> axis{};

struct keep_dimensions_t
{
};

/// Keeps the axes that a reduction reduces, each with the extent 1.
inline constexpr keep_dimensions_t keep_dimensions{};

namespace detail
{

/// Every axis of a tensor, however many it has.
struct all_axes
{
};

/// The axis counted from the first, or max_rank when the tensor has no such axis.
constexpr std::size_t axis_position(int axis_number, std::size_t rank)
{
    const int count = static_cast<int>(rank);
    const int position = axis_number < 0 ? axis_number + count : axis_number;
    return position >= 0 && position < count ? static_cast<std::size_t>(position) : max_rank;
}

/// For each axis of a tensor whether it is one of the chosen.
struct axis_set
{
    std::array<bool, max_rank> has{};
    std::size_t count = 0;
    bool valid = true; ///< no axis is out of range, none is named twice

    constexpr void insert(std::size_t position)
    {
        valid = valid && position < max_rank && !has[position];
        if (!valid)
            return;
        has[position] = true;
        ++count;
    }
};

template <int... Axis>
constexpr axis_set make_axis_set(axes_t<Axis...>, [[maybe_unused]] std::size_t rank)
{
    axis_set result;
    (result.insert(detail::axis_position(Axis, rank)), ...);
    return result;
}

constexpr axis_set make_axis_set(all_axes, std::size_t rank)
{
    axis_set result;
    for (std::size_t position = 0; position < rank; ++position)
        result.insert(position);
    return result;
}

/// Whether Axes are distinct axes of a tensor of @p rank axes.
template <class Axes>
constexpr bool axes_fit(std::size_t rank)
{
    return detail::make_axis_set(Axes{}, rank).valid;
}

/// As a user writes it: "axis<2>", "axes<0, -1>", or nothing for every axis.
template <int... Axis>
constexpr sentence text_of(axes_t<Axis...>)
{
    sentence text(sizeof...(Axis) == 1 ? "axis<" : "axes<");
    [[maybe_unused]] const char* between = "";
    ((text.append(between).append(std::ptrdiff_t{Axis}), between = ", "), ...);
    return text.append(">");
}

constexpr sentence text_of(all_axes) { return {}; }

template <class>
inline constexpr bool is_axes = false;
template <int... Axis>
inline constexpr bool is_axes<axes_t<Axis...>> = true;

} // namespace detail

/// The type of `axis<...>` or `axes<...>`.
template <class Axes>
concept axes_like = detail::is_axes<Axes>;

} // namespace xgrad::inline XGRAD_ABI
