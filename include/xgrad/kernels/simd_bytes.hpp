// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Bytes in memory as numbers in a vector, and back. The conversion of xsimd 8 goes element by
// element, so it is spelt for x86, with one form for all others.
namespace xgrad::inline XGRAD_ABI::simd
{

namespace detail
{

template <class V>
V load_byte_elements(const std::uint8_t* source)
{
    alignas(V) lane<V> buffer[lanes<V>];
    for (std::size_t i = 0; i < lanes<V>; ++i)
        buffer[i] = static_cast<lane<V>>(source[i]);
    return load<V>(buffer);
}

template <class V>
void store_byte_elements(std::uint8_t* target, const V& v)
{
    alignas(V) lane<V> buffer[lanes<V>];
    store<V>(buffer, v);
    for (std::size_t i = 0; i < lanes<V>; ++i)
        target[i] = static_cast<std::uint8_t>(buffer[i]);
}

#if defined(XGRAD_HAS_SIMD) && defined(__SSE2__)
/// Eight 16-bit or four 32-bit integers as bytes in the low half or quarter.
inline __m128i narrow(__m128i low, __m128i high)
{
    const __m128i words = _mm_packs_epi32(low, high);
    return _mm_packus_epi16(words, words);
}

/// Reads or writes the low @p Count bytes of a register.
template <std::size_t Count>
inline __m128i load_low_bytes(const std::uint8_t* source)
{
    __m128i bytes = _mm_setzero_si128();
    std::memcpy(&bytes, source, Count);
    return bytes;
}

template <std::size_t Count>
inline void store_low_bytes(std::uint8_t* target, __m128i bytes)
{
    std::memcpy(target, &bytes, Count);
}

inline __m128i widen(__m128i bytes)
{
    const __m128i zero = _mm_setzero_si128();
    return _mm_unpacklo_epi16(_mm_unpacklo_epi8(bytes, zero), zero);
}
#endif

} // namespace detail

/// The bytes at @p source as numbers, one a lane.
template <class V>
[[nodiscard]] inline V load_bytes(const std::uint8_t* source)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 64)
        return V(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(detail::load_low_bytes<16>(source))));
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 64)
        return V(_mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(detail::load_low_bytes<8>(source))));
    else
#endif
#if defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
        if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 32)
        return V(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(detail::load_low_bytes<8>(source))));
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 32)
        return V(_mm256_cvtepi32_pd(_mm_cvtepu8_epi32(detail::load_low_bytes<4>(source))));
    else
#endif
#if defined(XGRAD_HAS_SIMD) && defined(__SSE2__)
        if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 16)
        return V(_mm_cvtepi32_ps(detail::widen(detail::load_low_bytes<4>(source))));
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 16)
        return V(_mm_cvtepi32_pd(detail::widen(detail::load_low_bytes<2>(source))));
    else
#endif
        return detail::load_byte_elements<V>(source);
}

/// The lanes of @p v, integers from 0 to 255, as bytes at @p target.
template <class V>
inline void store_bytes(std::uint8_t* target, const V& v)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 64)
        detail::store_low_bytes<16>(target, _mm512_cvtepi32_epi8(_mm512_cvttps_epi32(v)));
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 64)
    {
        const __m256i integers = _mm512_cvttpd_epi32(v);
        detail::store_low_bytes<8>(target, detail::narrow(_mm256_castsi256_si128(integers),
                                                          _mm256_extracti128_si256(integers, 1)));
    }
    else
#endif
#if defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
        if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 32)
    {
        const __m256i integers = _mm256_cvttps_epi32(v);
        detail::store_low_bytes<8>(target, detail::narrow(_mm256_castsi256_si128(integers),
                                                          _mm256_extracti128_si256(integers, 1)));
    }
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 32)
    {
        const __m128i integers = _mm256_cvttpd_epi32(v);
        detail::store_low_bytes<4>(target, detail::narrow(integers, integers));
    }
    else
#endif
#if defined(XGRAD_HAS_SIMD) && defined(__SSE2__)
        if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 16)
    {
        const __m128i integers = _mm_cvttps_epi32(v);
        detail::store_low_bytes<4>(target, detail::narrow(integers, integers));
    }
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 16)
    {
        const __m128i integers = _mm_cvttpd_epi32(v);
        detail::store_low_bytes<2>(target, detail::narrow(integers, integers));
    }
    else
#endif
        detail::store_byte_elements<V>(target, v);
}

} // namespace xgrad::inline XGRAD_ABI::simd
