// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the numbers of a tensor lie in memory. Numbers that carry derivatives need not lie together,
// one after the other: their parts may lie apart, the values in one array and the derivatives in
// another, where a caller has them. Loops over regions read and write them there.

#include <xgrad/kernels/simd.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A number that carries derivatives, such as a dual number.
template <class T>
concept has_parts = requires(T& number)
{
    number.value;
    number.tangent[0];
    number.still();
};

/// The type of each part of a number.
template <has_parts T>
using part_of = std::remove_reference_t<decltype(std::declval<T&>().value)>;

/// The bytes between neighbours in an array of one part of the numbers T.
template <class T>
constexpr std::size_t part_bytes()
{
    if constexpr (has_parts<T>)
        return sizeof(part_of<T>);
    else
        return sizeof(T);
}

enum class storage : unsigned char
{
    together, ///< whole numbers
    values,   ///< values alone: the derivatives are 0
    apart     ///< values and derivatives along one direction, in two arrays
};

/// Where the numbers of a tensor lie; with Apart their derivatives may lie elsewhere.
template <bool Apart>
struct place
{
    std::byte* elements = nullptr;

    void advance(std::ptrdiff_t bytes) { elements += bytes; }
};

template <>
struct place<true>
{
    std::byte* elements = nullptr;
    std::byte* tangents = nullptr; ///< null: there are none

    void advance(std::ptrdiff_t bytes)
    {
        elements += bytes;
        if (tangents)
            tangents += bytes;
    }
};

/// The number, or vector of numbers, @p offset numbers behind @p from.
template <storage Storage, class V, class Place>
[[nodiscard, gnu::always_inline]] inline V load_from(const Place& from, std::size_t offset)
{
    if constexpr (Storage == storage::together)
        return simd::load<V>(reinterpret_cast<const simd::lane<V>*>(from.elements) + offset);
    else
    {
        using P = part_of<V>;
        using element = const simd::lane<P>;
        V result(simd::load<P>(reinterpret_cast<element*>(from.elements) + offset));
        if constexpr (Storage == storage::apart)
            result.tangent[0] = simd::load<P>(reinterpret_cast<element*>(from.tangents) + offset);
        return result;
    }
}

template <storage Storage, class V, class Place>
[[gnu::always_inline]] inline void store_to(const Place& to, std::size_t offset, const V& v)
{
    static_assert(Storage != storage::values);
    if constexpr (Storage == storage::together)
        simd::store<V>(reinterpret_cast<simd::lane<V>*>(to.elements) + offset, v);
    else
    {
        using P = part_of<V>;
        using element = simd::lane<P>;
        simd::store<P>(reinterpret_cast<element*>(to.elements) + offset, v.value);
        simd::store<P>(reinterpret_cast<element*>(to.tangents) + offset, v.tangent[0]);
    }
}

/// The same for one number, where it is known at run time only how it lies.
template <class T, class Place>
[[nodiscard]] T number_at(const Place& from, [[maybe_unused]] bool apart, std::size_t offset)
{
    if constexpr (requires { from.tangents; })
        if (apart)
            return from.tangents ? detail::load_from<storage::apart, T>(from, offset)
                                 : detail::load_from<storage::values, T>(from, offset);
    return detail::load_from<storage::together, T>(from, offset);
}

template <class T, class Place>
void set_number(const Place& to, [[maybe_unused]] bool apart, std::size_t offset, const T& number)
{
    if constexpr (requires { to.tangents; })
        if (apart)
            return detail::store_to<storage::apart, T>(to, offset, number);
    detail::store_to<storage::together, T>(to, offset, number);
}

} // namespace xgrad::inline XGRAD_ABI::detail
