// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The structure of an expression as a flat value that the compiler knows: a list of entries in
// topological order, equal ones merged, the root last. Why a value and not a tree of types is told
// in docs/design/expressions.md.

#include <xgrad/core/abi.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// The largest number of operands of an operation.
inline constexpr std::size_t max_arity = 3;

/// One leaf or one application of an operation: the index of the operation's type in the list that
/// goes with the program, and the entries of the operands (-1: none).
struct entry
{
    short operation = -1;
    short argument[max_arity] = {-1, -1, -1};

    friend constexpr bool operator==(const entry& a, const entry& b)
    {
        return a.operation == b.operation && a.argument[0] == b.argument[0] &&
               a.argument[1] == b.argument[1] && a.argument[2] == b.argument[2];
    }
};

/// A list of N entries; operands come before the entries that use them.
template <std::size_t N>
struct program
{
    entry entries[N];

    static constexpr std::size_t size = N;
};

namespace detail
{

/// A program under construction that adds an entry only once.
template <std::size_t Capacity>
struct program_builder
{
    entry entries[Capacity]{};
    std::size_t size = 0;
    std::size_t next_guess = 0;

    /// The index of @p e, which is appended when it is new.
    constexpr short add(const entry& e)
    {
        // Programs that share a beginning match entry after entry: try the next one first, so that
        // a shared prefix costs linear time.
        if (next_guess < size && entries[next_guess] == e)
            return static_cast<short>(next_guess++);
        for (std::size_t i = 0; i < size; ++i)
            if (entries[i] == e)
            {
                next_guess = i + 1;
                return static_cast<short>(i);
            }
        entries[size] = e;
        return static_cast<short>(size++);
    }

    /// Appends all of @p p, with operation k renamed to operations[k]; the index of its root.
    template <std::size_t N, std::size_t M>
    constexpr short append(const program<N>& p, const std::array<short, M>& operations)
    {
        short renamed[N]{};
        const bool first = size == 0; // the entries of one program differ from each other
        for (std::size_t i = 0; i < N; ++i)
        {
            entry e = p.entries[i];
            e.operation = operations[static_cast<std::size_t>(e.operation)];
            if (first)
            {
                entries[size++] = e;
                continue;
            }
            for (short& argument : e.argument)
                if (argument >= 0)
                    argument = renamed[argument];
            renamed[i] = add(e);
        }
        return first ? static_cast<short>(N - 1) : renamed[N - 1];
    }
};

template <std::size_t N, std::size_t Capacity>
constexpr program<N> finish(const program_builder<Capacity>& builder)
{
    program<N> result{};
    for (std::size_t i = 0; i < N; ++i)
        result.entries[i] = builder.entries[i];
    return result;
}

/// A list of types without their values.
template <class... T>
struct type_list
{
    static constexpr std::size_t size = sizeof...(T);

    template <class U>
    static constexpr bool contains = (std::is_same_v<T, U> || ...);

    /// The position of U, or -1.
    template <class U>
    static constexpr short index_of()
    {
        short index = -1;
        short position = 0;
        ((std::is_same_v<T, U>&& index < 0 ? index = position++ : position++), ...);
        return index;
    }
};

/// The lists one after the other.
template <class... Lists>
struct joined_lists
{
    using type = type_list<>;
};
template <class... T>
struct joined_lists<type_list<T...>>
{
    using type = type_list<T...>;
};
template <class... T, class... U, class... Rest>
struct joined_lists<type_list<T...>, type_list<U...>, Rest...>
    : joined_lists<type_list<T..., U...>, Rest...>
{
};

/// The first list followed by those of U that it lacks.
template <class List, class... U>
struct append_unique
{
    using type = List;
};

template <class... T, class U, class... Rest>
struct append_unique<type_list<T...>, U, Rest...>
    : append_unique<std::conditional_t<type_list<T...>::template contains<U>, type_list<T...>,
                                       type_list<T..., U>>,
                    Rest...>
{
};

/// The union of lists, in order of first appearance.
template <class... Lists>
struct join;

template <class... T>
struct join<type_list<T...>>
{
    using type = type_list<T...>;
};

template <class List, class... U, class... Rest>
struct join<List, type_list<U...>, Rest...>
    : join<typename append_unique<List, U...>::type, Rest...>
{
};

/// Where each type of the second list stands in the first.
template <class... T, class... U>
constexpr std::array<short, sizeof...(U)> positions(type_list<T...>, type_list<U...>)
{
    return {type_list<T...>::template index_of<U>()...};
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
