// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace xgrad::inline XGRAD_ABI
{

/// An extent that is known only when the program runs, as in std::mdspan.
inline constexpr std::size_t dynamic = std::dynamic_extent;

/// The largest number of axes of a tensor.
inline constexpr std::size_t max_rank = 8;

/// The extents of a tensor as a value: when compiling, an entry may be `dynamic` (not known yet);
/// when running, every entry is a number.
struct extents
{
    std::size_t rank = 0;
    std::array<std::size_t, max_rank> extent{};

    constexpr extents() = default;

    template <class... N>
        requires(sizeof...(N) > 0 && sizeof...(N) <= max_rank)
    constexpr explicit extents(N... n) : rank{sizeof...(N)}, extent{static_cast<std::size_t>(n)...}
    {
    }

    /// Extents of @p rank axes, each of them @p value.
    static constexpr extents filled(std::size_t rank, std::size_t value)
    {
        extents result;
        result.rank = rank;
        for (std::size_t axis = 0; axis < rank; ++axis)
            result.extent[axis] = value;
        return result;
    }

    constexpr std::size_t operator[](std::size_t axis) const { return extent[axis]; }
    constexpr std::size_t& operator[](std::size_t axis) { return extent[axis]; }

    /// Product of the extents of the axes [first, last).
    constexpr std::size_t product(std::size_t first, std::size_t last) const
    {
        std::size_t count = 1;
        // The second condition keeps the compiler from multiplying this handful in vectors.
        for (std::size_t axis = first; axis < last && count > 0; ++axis)
            count *= extent[axis];
        return count;
    }

    /// Number of elements; meaningful when no extent is dynamic.
    constexpr std::size_t size() const { return product(0, rank); }

    /// Number of axes whose extent is dynamic.
    constexpr std::size_t dynamic_rank() const
    {
        std::size_t count = 0;
        for (std::size_t axis = 0; axis < rank; ++axis)
            count += extent[axis] == dynamic;
        return count;
    }

    /// Whether rank and extents are the same.
    friend constexpr bool operator==(const extents& a, const extents& b)
    {
        bool same = a.rank == b.rank;
        for (std::size_t axis = 0; axis < a.rank && same; ++axis)
            same = a.extent[axis] == b.extent[axis];
        return same;
    }
};

/// The extents as text, "(100, 784)"; a dynamic extent is written "dynamic".
[[gnu::cold]] inline std::string to_string(const extents& e)
{
    std::string text = "(";
    for (std::size_t axis = 0; axis < e.rank; ++axis)
    {
        if (axis > 0)
            text += ", ";
        text += e[axis] == dynamic ? std::string("dynamic") : std::to_string(e[axis]);
    }
    return text + ")";
}

/// The shape of a tensor as a type: the rank is static, each extent a number or `dynamic`.
template <std::size_t... Extents>
struct shape
{
    static_assert(sizeof...(Extents) <= max_rank,
                  "xgrad::shape: expected at most eight axes, found more");

    static constexpr std::size_t rank = sizeof...(Extents);
    static constexpr extents value = []
    {
        if constexpr (sizeof...(Extents) == 0)
            return extents{};
        else
            return extents(Extents...);
    }();
    static constexpr std::size_t dynamic_rank = value.dynamic_rank();
    static constexpr bool is_static = dynamic_rank == 0;
};

/// Whether two extents can be the same number: equal, or one of them not known yet.
constexpr bool may_equal(std::size_t a, std::size_t b)
{
    return a == b || a == dynamic || b == dynamic;
}

/// Whether a tensor of the extents @p actual may stand where @p expected is declared.
constexpr bool may_equal(const extents& expected, const extents& actual)
{
    if (expected.rank != actual.rank)
        return false;
    for (std::size_t axis = 0; axis < expected.rank; ++axis)
        if (!may_equal(expected[axis], actual[axis]))
            return false;
    return true;
}

} // namespace xgrad::inline XGRAD_ABI
