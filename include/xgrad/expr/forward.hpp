// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Declares leaves and plans for headers that only mention them.

#include <xgrad/core/shape.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// The text of a name given as template argument.
template <std::size_t N>
struct name_text
{
    char text[N]{};

    consteval name_text(const char (&source)[N]) { std::copy_n(source, N, text); }
};

} // namespace detail

/// A name for a leaf: `parameter<float, shape<3>, named<"bias">>`. Give one to members of classes
/// that are defined in headers; a leaf without a name gets a type of its own where it is declared.
template <detail::name_text Name>
struct named
{
    static constexpr const char* text = Name.text;
};

template <class T, class Shape = shape<>, class Tag = decltype([]() -> void {})>
class parameter;

template <class T, class Shape = shape<>, class Tag = decltype([]() -> void {})>
class input;

template <class T, class Shape = shape<>, class Tag = decltype([]() -> void {})>
class constant;

template <class T>
class parameter_set;

template <class E>
class plan;

template <class E>
class evaluation;

template <class E, class... Inputs>
class inference;

} // namespace xgrad::inline XGRAD_ABI
