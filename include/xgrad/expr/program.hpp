// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The structure of an expression as a flat value that the compiler knows: a list of entries in
// topological order, equal ones merged, the root last. Why a value and not a tree of types is told
// in docs/design/expressions.md.

#include <xgrad/core/abi.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
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

/// A program as types name it. The compiler hashes, compares and writes out what types name number
/// by number, for every operation that a user writes: an entry is one number, from its lowest 16
/// bits up the operation and, counted from 1, the operands.
template <std::size_t N>
struct packed_program
{
    std::uint64_t codes[N];

    static constexpr std::size_t size = N;
};

/// The program of every leaf.
inline constexpr packed_program<1> leaf_program{{0}};

static_assert(max_arity == 3 && sizeof(short) == 2, "an entry fits into 64 bits");

constexpr std::uint64_t packed(const entry& e)
{
    const auto part = [](int number, int place)
    { return static_cast<std::uint64_t>(number) << (16 * place); };
    return part(e.operation, 0) | part(e.argument[0] + 1, 1) | part(e.argument[1] + 1, 2) |
           part(e.argument[2] + 1, 3);
}

template <std::size_t N>
constexpr program<N> unpacked(const packed_program<N>& p)
{
    program<N> result{};
    for (std::size_t i = 0; i < N; ++i)
    {
        entry& e = result.entries[i];
        e.operation = static_cast<short>(p.codes[i] & 0xFFFF);
        for (std::size_t k = 0; k < max_arity; ++k)
            e.argument[k] = static_cast<short>(((p.codes[i] >> (16 * (k + 1))) & 0xFFFF) - 1);
    }
    return result;
}

/// A program under construction that adds an entry only once.
template <std::size_t Capacity>
struct program_builder
{
    std::uint64_t codes[Capacity]{};
    std::size_t size = 0;
    std::size_t next_guess = 0;

    /// The index of @p e, which is appended when it is new.
    constexpr short add(const entry& e) { return add(detail::packed(e)); }

    constexpr short add(std::uint64_t e)
    {
        // Programs that share a beginning match entry after entry: try the next one first, so that
        // a shared prefix costs linear time.
        if (next_guess < size && codes[next_guess] == e)
            return static_cast<short>(next_guess++);
        for (std::size_t i = 0; i < size; ++i)
            if (codes[i] == e)
            {
                next_guess = i + 1;
                return static_cast<short>(i);
            }
        codes[size] = e;
        return static_cast<short>(size++);
    }

    /// Appends all of @p p, with operation k renamed to operations[k]; the index of its root.
    template <std::size_t N, std::size_t M>
    constexpr short append(const packed_program<N>& p, const std::array<short, M>& operations)
    {
        constexpr std::uint64_t part = 0xFFFF;
        if (size == 0) // the entries of one program differ from each other
        {
            for (; size < N; ++size)
                codes[size] = (p.codes[size] & ~part) |
                              static_cast<std::uint64_t>(operations[p.codes[size] & part]);
            return static_cast<short>(N - 1);
        }
        std::uint64_t renamed[N + 1]{}; // counted from 1, as operands are
        for (std::size_t i = 0; i < N; ++i)
        {
            const std::uint64_t e = p.codes[i];
            const short place = add(static_cast<std::uint64_t>(operations[e & part]) |
                                    renamed[e >> 16 & part] << 16 | renamed[e >> 32 & part] << 32 |
                                    renamed[e >> 48] << 48);
            renamed[i + 1] = static_cast<std::uint64_t>(place + 1);
        }
        return static_cast<short>(renamed[N] - 1);
    }
};

template <std::size_t N, std::size_t Capacity>
constexpr packed_program<N> finish(const program_builder<Capacity>& builder)
{
    packed_program<N> result{};
    for (std::size_t i = 0; i < N; ++i)
        result.codes[i] = builder.codes[i];
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
