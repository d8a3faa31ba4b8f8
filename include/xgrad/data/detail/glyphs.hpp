// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The digits as people write them, before chance bends them.

#include <xgrad/core/abi.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A place in the box of a digit, 100 high and about as wide: x to the right, y down.
struct grid_point
{
    std::int8_t x = 0;
    std::int8_t y = 0;

    friend constexpr bool operator==(const grid_point&, const grid_point&) = default;
};

/// One movement of the pen: the control points of a quadratic B-spline, which starts at the first
/// and ends at the last. A point named twice in a row is a corner.
struct stroke
{
    static constexpr std::size_t most_points = 16;

    std::array<grid_point, most_points> points{};
    std::size_t count = 0;

    constexpr stroke() = default;

    template <std::size_t N>
        requires(N >= 2 && N <= most_points)
    constexpr stroke(const grid_point (&list)[N]) : count{N}
    {
        std::copy(list, list + N, points.begin());
    }
};

/// A way to write a digit: one stroke or two.
struct glyph
{
    std::uint8_t digit;
    stroke first;
    stroke second = {};
};

inline constexpr std::array<glyph, 24> glyphs{{
    {0,
     {{{55, 0}, {22, -2}, {8, 50}, {20, 102}, {52, 102}, {84, 102}, {94, 50}, {80, -2}, {45, 2}}}},
    {0, {{{60, 4}, {10, -6}, {4, 60}, {24, 108}, {70, 104}, {96, 60}, {88, 8}, {66, -6}, {52, 8}}}},
    {1, {{{52, 0}, {48, 100}}}},
    {1, {{{30, 24}, {52, 0}, {52, 0}, {50, 100}}}},
    {1, {{{30, 22}, {52, 0}, {52, 0}, {52, 98}}}, {{{28, 100}, {76, 99}}}},
    {2,
     {{{18, 24}, {22, -4}, {62, -8}, {88, 18}, {70, 52}, {36, 78}, {14, 98}, {14, 98}, {86, 97}}}},
    {2,
     {{{20, 22},
       {30, -4},
       {74, -6},
       {84, 26},
       {60, 62},
       {30, 98},
       {8, 100},
       {12, 74},
       {40, 86},
       {62, 102},
       {90, 92}}}},
    {3,
     {{{18, 14},
       {36, -6},
       {86, -4},
       {84, 40},
       {42, 47},
       {42, 47},
       {90, 50},
       {94, 92},
       {50, 110},
       {12, 90}}}},
    {3, {{{20, 2}, {82, 2}, {82, 2}, {44, 42}, {44, 42}, {92, 44}, {92, 94}, {50, 108}, {14, 90}}}},
    {4, {{{30, 2}, {16, 58}, {16, 58}, {86, 56}}}, {{{70, 12}, {66, 100}}}},
    {4, {{{62, 0}, {10, 66}, {10, 66}, {90, 65}}}, {{{63, 0}, {61, 100}}}},
    {4, {{{22, 4}, {12, 50}, {40, 62}, {74, 46}}}, {{{76, 0}, {68, 100}}}},
    {5,
     {{{82, 2},
       {28, 2},
       {28, 2},
       {23, 44},
       {23, 44},
       {55, 30},
       {94, 46},
       {88, 92},
       {48, 108},
       {12, 90}}}},
    {5,
     {{{28, 5}, {22, 46}, {22, 46}, {62, 32}, {96, 56}, {84, 98}, {44, 106}, {12, 92}}},
     {{{28, 4}, {86, 0}}}},
    {6,
     {{{74, 0},
       {38, 12},
       {10, 56},
       {14, 100},
       {52, 108},
       {90, 96},
       {88, 58},
       {52, 44},
       {20, 60},
       {16, 84}}}},
    {6,
     {{{60, 0}, {24, 42}, {4, 88}, {34, 106}, {76, 104}, {92, 76}, {66, 50}, {32, 58}, {14, 84}}}},
    {7, {{{15, 5}, {85, 3}, {85, 3}, {60, 50}, {42, 100}}}},
    {7, {{{15, 4}, {86, 2}, {86, 2}, {62, 48}, {40, 100}}}, {{{34, 54}, {80, 50}}}},
    {7, {{{16, 20}, {17, 3}, {17, 3}, {84, 5}, {84, 5}, {46, 100}}}},
    {8,
     {{{76, 12},
       {54, -10},
       {14, 2},
       {16, 38},
       {50, 50},
       {92, 66},
       {90, 102},
       {50, 108},
       {8, 102},
       {12, 66},
       {50, 50},
       {82, 36},
       {86, 12},
       {70, 4}}}},
    {8,
     {{{50, 3}, {14, -4}, {14, 48}, {50, 49}, {86, 48}, {86, -4}, {44, 3}}},
     {{{48, 49}, {6, 46}, {6, 104}, {50, 102}, {94, 104}, {94, 46}, {54, 50}}}},
    {9,
     {{{80, 22},
       {62, -8},
       {16, -4},
       {10, 48},
       {52, 62},
       {82, 40},
       {84, 8},
       {84, 8},
       {80, 56},
       {72, 100}}}},
    {9,
     {{{80, 18},
       {60, -8},
       {16, -2},
       {12, 50},
       {56, 60},
       {84, 36},
       {86, 8},
       {92, 64},
       {76, 108},
       {22, 98}}}},
    {9, {{{78, 6}, {40, -6}, {10, 20}, {24, 58}, {66, 50}, {78, 6}, {78, 6}, {70, 50}, {52, 100}}}},
}};

/// The ways to write @p digit.
constexpr std::span<const glyph> glyphs_of(std::uint8_t digit)
{
    const glyph* end = glyphs.data() + glyphs.size();
    const auto is_wanted = [digit](const glyph& g) { return g.digit == digit; };
    const glyph* first = std::find_if(glyphs.data(), end, is_wanted);
    return {first, std::find_if_not(first, end, is_wanted)};
}

} // namespace xgrad::inline XGRAD_ABI::detail
