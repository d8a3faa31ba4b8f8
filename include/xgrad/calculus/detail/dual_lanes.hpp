// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Dual numbers of vectors: how they stand for several dual numbers of plain numbers, and how they
// are loaded from these and stored.

#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_strides.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

template <class T, std::size_t N>
struct dual;

namespace simd
{

namespace detail
{

template <class T, std::size_t N>
struct pack_of<dual<T, N>>
{
    using type = dual<pack<T>, N>;
};

template <class V, std::size_t N>
struct lane_of<dual<V, N>>
{
    using type = dual<lane<V>, N>;
};

} // namespace detail

template <class V, std::size_t N>
inline constexpr bool is_compound<dual<V, N>> = is_vector<V>;

} // namespace simd

namespace detail
{

/// The vector that a number consists of in the end: of dual numbers, those of their parts.
template <class V>
struct plain_part
{
    using type = V;
    static constexpr std::size_t count = 1;
};

template <class V, std::size_t N>
struct plain_part<dual<V, N>>
{
    using type = typename plain_part<V>::type;
    static constexpr std::size_t count = (N + 1) * plain_part<V>::count;
};

template <class V>
[[gnu::always_inline]] inline void take_parts(V& number, const V*& part)
{
    number = *part++;
}

template <class V, std::size_t N, class P>
[[gnu::always_inline]] inline void take_parts(dual<V, N>& number, const P*& part)
{
    detail::take_parts(number.value, part);
    for (V& t : number.tangent)
        detail::take_parts(t, part);
}

template <class V>
[[gnu::always_inline]] inline void give_parts(const V& number, V*& part)
{
    *part++ = number;
}

template <class V, std::size_t N, class P>
[[gnu::always_inline]] inline void give_parts(const dual<V, N>& number, P*& part)
{
    detail::give_parts(number.value, part);
    for (const V& t : number.tangent)
        detail::give_parts(t, part);
}

/// A dual number of vectors from dual numbers that lie one after the other.
template <class D>
[[nodiscard, gnu::always_inline]] inline D load_dual(const simd::lane<D>* source)
{
    using V = typename plain_part<D>::type;
    using strides = simd::strided_run<V, plain_part<D>::count>;
    const auto* elements = reinterpret_cast<const simd::lane<V>*>(source);
    typename strides::run parts;
    for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i] = simd::load<V>(elements + i * simd::lanes<V>);
    parts = strides::take_apart(parts);
    D result;
    const V* part = parts.data();
    detail::take_parts(result, part);
    return result;
}

template <class D>
[[gnu::always_inline]] inline void store_dual(simd::lane<D>* target, const D& number)
{
    using V = typename plain_part<D>::type;
    using strides = simd::strided_run<V, plain_part<D>::count>;
    auto* elements = reinterpret_cast<simd::lane<V>*>(target);
    typename strides::run parts;
    V* part = parts.data();
    detail::give_parts(number, part);
    parts = strides::put_together(parts);
    for (std::size_t i = 0; i < parts.size(); ++i)
        simd::store<V>(elements + i * simd::lanes<V>, parts[i]);
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
