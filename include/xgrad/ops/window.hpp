// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the windows of a convolution or a pooling lie, as values that read like words:
//     conv2d(x, weight, same, stride<2>)        max_pool2d(x, window<3>, stride<2>, padding<1>)
// One number stands for both axes, two for height and width, four for top, bottom, left, right.

#include <xgrad/core/sentence.hpp>

#include <cstddef>
#include <string_view>

namespace xgrad::inline XGRAD_ABI
{

/// All that the words can say. A structural type; strides of 0 stand for the default.
struct window_options
{
    std::size_t height = 1;
    std::size_t width = 1;
    std::size_t stride_height = 0;
    std::size_t stride_width = 0;
    std::size_t pad_top = 0;
    std::size_t pad_bottom = 0;
    std::size_t pad_left = 0;
    std::size_t pad_right = 0;
    std::size_t dilation_height = 1;
    std::size_t dilation_width = 1;
    std::size_t groups = 1;
    bool same = false;
    bool count_padding = true;
};

namespace detail
{

/// What differs from the defaults, in the words of a user.
constexpr sentence text_of(const window_options& o)
{
    sentence text;
    const auto say = [&](std::string_view word, auto... numbers)
    {
        text.append(text.text().empty() ? "" : ", ").append(word);
        if constexpr (sizeof...(numbers) > 0)
        {
            const char* before = "<";
            ((text.append(before).append(numbers), before = ", "), ...);
            text.append(">");
        }
    };
    if (o.height != 1 || o.width != 1)
        say("window", o.height, o.width);
    if (o.stride_height != 0 || o.stride_width != 0)
        say("stride", o.stride_height, o.stride_width);
    if (o.pad_top + o.pad_bottom + o.pad_left + o.pad_right > 0)
        say("padding", o.pad_top, o.pad_bottom, o.pad_left, o.pad_right);
    if (o.dilation_height != 1 || o.dilation_width != 1)
        say("dilation", o.dilation_height, o.dilation_width);
    if (o.groups != 1)
        say("groups", o.groups);
    if (o.same)
        say("same");
    return text;
}

} // namespace detail

template <std::size_t Height, std::size_t Width = Height>
struct window_t
{
    static constexpr void set(window_options& o)
    {
        o.height = Height;
        o.width = Width;
    }
};

template <std::size_t Height, std::size_t Width = Height>
struct stride_t
{
    static_assert(Height > 0 && Width > 0, "xgrad::stride: expected at least 1, found 0");

    static constexpr void set(window_options& o)
    {
        o.stride_height = Height;
        o.stride_width = Width;
    }
};

template <std::size_t Top, std::size_t Bottom, std::size_t Left, std::size_t Right>
struct padding_t
{
    static constexpr void set(window_options& o)
    {
        o.same = false;
        o.pad_top = Top;
        o.pad_bottom = Bottom;
        o.pad_left = Left;
        o.pad_right = Right;
    }
};

template <std::size_t Height, std::size_t Width = Height>
struct dilation_t
{
    static constexpr void set(window_options& o)
    {
        o.dilation_height = Height;
        o.dilation_width = Width;
    }
};

template <std::size_t Count>
struct groups_t
{
    static constexpr void set(window_options& o) { o.groups = Count; }
};

struct same_t
{
    static constexpr void set(window_options& o) { o.same = true; }
};

struct exclude_padding_t
{
    static constexpr void set(window_options& o) { o.count_padding = false; }
};

namespace detail
{

template <std::size_t... P>
struct padding_of;
template <std::size_t All>
struct padding_of<All>
{
    using type = padding_t<All, All, All, All>;
};
template <std::size_t Height, std::size_t Width>
struct padding_of<Height, Width>
{
    using type = padding_t<Height, Height, Width, Width>;
};
template <std::size_t Top, std::size_t Bottom, std::size_t Left, std::size_t Right>
struct padding_of<Top, Bottom, Left, Right>
{
    using type = padding_t<Top, Bottom, Left, Right>;
};

} // namespace detail

/// The extent of a pooling's window.
template <std::size_t... N>
inline constexpr window_t<N...> window{};

/// The distance of neighbouring windows; 1 by default, for poolings the window's extent.
template <std::size_t... N>
inline constexpr stride_t<N...> stride{};

/// Rows and columns of zeros (poolings: of nothing) around the image.
template <std::size_t... N>
inline constexpr typename detail::padding_of<N...>::type padding{};

/// The distance of neighbouring pixels within a window.
template <std::size_t... N>
inline constexpr dilation_t<N...> dilation{};

/// The number of groups of channels that do not see each other.
template <std::size_t N>
inline constexpr groups_t<N> groups{};

/// Padding that gives ceil(extent / stride) windows along each axis; an odd total is larger at the
/// bottom and at the right.
inline constexpr same_t same{};

/// No padding, the default.
inline constexpr padding_t<0, 0, 0, 0> valid{};

/// An average counts the pixels of the image only, not the padding.
inline constexpr exclude_padding_t exclude_padding{};

/// A word of the list above.
template <class W>
concept window_word = requires(window_options& o)
{
    W::set(o);
};

namespace detail
{

template <window_word... W>
constexpr window_options options_of()
{
    window_options options;
    (W::set(options), ...);
    return options;
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
