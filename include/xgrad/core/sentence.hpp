// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Sentences that say what an operation expected and what it found. They are put together by
// constant expressions, so that a compiler's message and an exception say the same.

#include <xgrad/core/shape.hpp>

#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// What an operation expects of its operands, as "equal inner extents". An object with a name:
/// clang, which prints no text that was put together or only its beginning, prints the name
/// instead.
struct expectation
{
    const char* text;
};

namespace detail
{

/// Text that can be the argument of a template; what has no room is left out.
struct sentence
{
    char characters[1024]{};

    constexpr sentence() = default;
    constexpr explicit sentence(std::string_view text) { append(text); }

    [[nodiscard]] constexpr std::string_view text() const { return characters; }

    [[gnu::cold]] constexpr sentence& append(std::string_view text)
    {
        std::size_t size = this->text().size();
        for (const char c : text)
            if (size + 1 < std::size(characters))
                characters[size++] = c;
        return *this;
    }

    [[gnu::cold]] constexpr sentence& append(std::size_t number)
    {
        if (number > 9)
            append(number / 10);
        const char digit = static_cast<char>('0' + number % 10);
        return append(std::string_view(&digit, 1));
    }

    constexpr sentence& append(std::ptrdiff_t number)
    {
        if (number < 0)
            append("-");
        const auto size = static_cast<std::size_t>(number);
        return append(number < 0 ? 0 - size : size);
    }

    /// "(100, dynamic)"
    [[gnu::cold]] constexpr sentence& append(const extents& e)
    {
        append("(");
        for (std::size_t axis = 0; axis < e.rank; ++axis)
        {
            append(axis > 0 ? ", " : "");
            e[axis] == dynamic ? append("dynamic") : append(e[axis]);
        }
        return append(")");
    }
};

/// "xgrad::matmul: expected equal inner extents, found (2, 3) and (4, 5)"
[[gnu::cold]] constexpr sentence misfit(std::string_view operation, std::string_view expected,
                                        std::span<const sentence> found)
{
    sentence result("xgrad::");
    result.append(operation).append(": expected ").append(expected).append(", found ");
    const char* between = "";
    for (const sentence& part : found)
        if (!part.text().empty())
        {
            result.append(between).append(part.text());
            between = " and ";
        }
    return result;
}

/// "xgrad::input::bind: expected the shape (dynamic, 3), found (4)"
[[gnu::cold]] constexpr sentence misfit(std::string_view operation, const extents& expected,
                                        const extents& found)
{
    const sentence other = sentence().append(found);
    return detail::misfit(operation, sentence("the shape ").append(expected).text(), {&other, 1});
}

#if defined(__clang__)

enum class unknown
{
    dynamic
};

/// A shape of which some extents are not known, as clang is to print it.
template <auto... Extents>
struct tensor;

template <class Found>
struct printed
{
    using type = Found;
};
template <std::size_t... Extents>
    requires(!shape<Extents...>::is_static)
struct printed<shape<Extents...>>
{
    template <std::size_t Extent>
    static constexpr auto extent = []
    {
        if constexpr (Extent == dynamic)
            return unknown::dynamic;
        else
            return static_cast<int>(Extent);
    }();
    using type = tensor<extent<Extents>...>;
};

/// What clang prints of a misfit, to be read from the left.
template <class Operation>
struct operation
{
    template <const expectation& Expected>
    struct expected
    {
        template <class... Found>
        static constexpr bool found = false;
    };

    template <class Shape>
    struct expected_shape
    {
        template <class Found>
        static constexpr bool found = false;
    };
};

/// Does not compile; the error says what @p Operation expected and found. Returns auto so that the
/// compiler looks into it at once, before anything else can fail.
template <class Operation, const expectation& Expected, class... Found>
auto refuse()
{
    static_assert(operation<Operation>::template expected<Expected>::template found<
                      typename printed<Found>::type...>,
                  "xgrad: found something else than expected");
}

/// Does not compile; the error says which shape @p Operation expected.
template <class Operation, class Expected, class Found>
auto refuse_shape()
{
    static_assert(
        operation<Operation>::template expected_shape<
            typename printed<Expected>::type>::template found<typename printed<Found>::type>,
        "xgrad: found another shape than expected");
}

#else

/// The name of a type, as the compiler writes it in the name of this function.
template <class T>
constexpr sentence name_of(std::type_identity<T>)
{
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    return sentence(text.substr(0, text.find_first_of(";]")));
}

template <std::size_t... Extents>
constexpr sentence name_of(std::type_identity<shape<Extents...>>)
{
    return sentence().append(shape<Extents...>::value);
}

/// The sentence as a type, for the compiler to print.
template <sentence Sentence>
struct refused;

/// Does not compile; the error says what @p Operation expected and found.
template <class Operation, const expectation& Expected, class... Found>
auto refuse()
{
    constexpr sentence says = []
    {
        sentence found[] = {detail::name_of(std::type_identity<Found>{})..., sentence()};
        if constexpr (requires { Operation::given(nullptr); })
            found[sizeof...(Found)] = Operation::given(nullptr);
        return detail::misfit(Operation::name, Expected.text, found);
    }();
    refused<says> call;
}

/// Does not compile; the error says which shape @p Operation expected.
template <class Operation, class Expected, class Found>
auto refuse_shape()
{
    refused<detail::misfit(Operation::name, Expected::value, Found::value)> call;
}

#endif

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
