// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

// Even and odd elements of a run, taken apart and put together again. xsimd 8 has no such
// permutation for every target, so it is spelt per instruction set, with one form for all others.
namespace xgrad::inline XGRAD_ABI::simd
{

namespace detail
{

/// Whether V is the vector of T in registers of @p Bytes bytes.
template <class V, class T, std::size_t Bytes>
inline constexpr bool is_pack = is_vector<V>&& std::is_same_v<lane<V>, T> && sizeof(V) == Bytes;

template <class V>
std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    constexpr std::size_t width = lanes<V>;
    lane<V> run[2 * width], even[width], odd[width];
    store<V>(run, first);
    store<V>(run + width, second);
    for (std::size_t i = 0; i < width; ++i)
    {
        even[i] = run[2 * i];
        odd[i] = run[2 * i + 1];
    }
    return {load<V>(even), load<V>(odd)};
}

template <class V>
std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    constexpr std::size_t width = lanes<V>;
    lane<V> run[2 * width], first[width], second[width];
    store<V>(first, even);
    store<V>(second, odd);
    for (std::size_t i = 0; i < width; ++i)
    {
        run[2 * i] = first[i];
        run[2 * i + 1] = second[i];
    }
    return {load<V>(run), load<V>(run + width)};
}

#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
template <class V>
    requires is_pack<V, float, 64>
inline std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    return {V(_mm512_permutex2var_ps(first, even, second)),
            V(_mm512_permutex2var_ps(first, odd, second))};
}

template <class V>
    requires is_pack<V, double, 64>
inline std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    const __m512i odd = _mm512_add_epi64(even, _mm512_set1_epi64(1));
    return {V(_mm512_permutex2var_pd(first, even, second)),
            V(_mm512_permutex2var_pd(first, odd, second))};
}

template <class V>
    requires is_pack<V, float, 64>
inline std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    const __m512i first = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
    return {V(_mm512_permutex2var_ps(even, first, odd)),
            V(_mm512_permutex2var_ps(even, second, odd))};
}

template <class V>
    requires is_pack<V, double, 64>
inline std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    const __m512i first = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i second = _mm512_add_epi64(first, _mm512_set1_epi64(4));
    return {V(_mm512_permutex2var_pd(even, first, odd)),
            V(_mm512_permutex2var_pd(even, second, odd))};
}
#endif

#if defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
/// Undoes the halving of lanes: quarters 0 2 1 3 become 0 1 2 3.
inline __m256d swap_inner_quarters(__m256d v) { return _mm256_permute4x64_pd(v, 0xD8); }

template <class V>
    requires is_pack<V, float, 32>
inline std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    const __m256d even = _mm256_castps_pd(_mm256_shuffle_ps(first, second, 0x88));
    const __m256d odd = _mm256_castps_pd(_mm256_shuffle_ps(first, second, 0xDD));
    return {V(_mm256_castpd_ps(swap_inner_quarters(even))),
            V(_mm256_castpd_ps(swap_inner_quarters(odd)))};
}

template <class V>
    requires is_pack<V, double, 32>
inline std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    return {V(swap_inner_quarters(_mm256_unpacklo_pd(first, second))),
            V(swap_inner_quarters(_mm256_unpackhi_pd(first, second)))};
}

template <class V>
    requires is_pack<V, float, 32>
inline std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    const __m256 low = _mm256_unpacklo_ps(even, odd);
    const __m256 high = _mm256_unpackhi_ps(even, odd);
    return {V(_mm256_permute2f128_ps(low, high, 0x20)), V(_mm256_permute2f128_ps(low, high, 0x31))};
}

template <class V>
    requires is_pack<V, double, 32>
inline std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    const __m256d low = _mm256_unpacklo_pd(even, odd);
    const __m256d high = _mm256_unpackhi_pd(even, odd);
    return {V(_mm256_permute2f128_pd(low, high, 0x20)), V(_mm256_permute2f128_pd(low, high, 0x31))};
}
#endif

#if defined(XGRAD_HAS_SIMD) && defined(__SSE2__)
template <class V>
    requires is_pack<V, float, 16>
inline std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    return {V(_mm_shuffle_ps(first, second, 0x88)), V(_mm_shuffle_ps(first, second, 0xDD))};
}

template <class V>
    requires is_pack<V, float, 16>
inline std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    return {V(_mm_unpacklo_ps(even, odd)), V(_mm_unpackhi_ps(even, odd))};
}
#endif

#if defined(XGRAD_HAS_SIMD) && defined(__aarch64__)
template <class V>
    requires is_pack<V, float, 16>
inline std::pair<V, V> deinterleave_elements(const V& first, const V& second)
{
    return {V(vuzp1q_f32(first, second)), V(vuzp2q_f32(first, second))};
}

template <class V>
    requires is_pack<V, float, 16>
inline std::pair<V, V> interleave_elements(const V& even, const V& odd)
{
    return {V(vzip1q_f32(even, odd)), V(vzip2q_f32(even, odd))};
}
#endif

} // namespace detail

/// The even and the odd elements of the run (@p first, @p second).
template <class V>
[[nodiscard]] inline std::pair<V, V> deinterleave(const V& first, const V& second)
{
    return detail::deinterleave_elements(first, second);
}

/// The run even[0], odd[0], even[1], odd[1], ..., in two halves.
template <class V>
[[nodiscard]] inline std::pair<V, V> interleave(const V& even, const V& odd)
{
    return detail::interleave_elements(even, odd);
}

namespace detail
{

/// Halves the number of vectors until the i-th lane of one is the sum of the i-th vector's lanes.
template <std::size_t Count, class V, std::size_t... I>
[[nodiscard]] inline V add_lanes(V* v, std::index_sequence<I...>)
{
    const auto add = [](const std::pair<V, V>& halves) { return V(halves.first + halves.second); };
    ((v[I] = add(interleave(v[I], v[I + Count / 2]))), ...);
    if constexpr (Count > 2)
        return add_lanes<Count / 2>(v, std::make_index_sequence<Count / 4>{});
    else
        return v[0];
}

template <std::size_t First, class V, std::size_t Count, std::size_t... I>
inline void store_sums_from(const V (&v)[Count], lane<V>* sums, std::index_sequence<I...>)
{
    V part[] = {(First + I < Count ? v[std::min(First + I, Count - 1)] : V(lane<V>(0)))...};
    simd::store<V>(sums + First,
                   add_lanes<sizeof...(I)>(part, std::make_index_sequence<sizeof...(I) / 2>{}));
    if constexpr (First + sizeof...(I) < Count)
        store_sums_from<First + sizeof...(I)>(v, sums, std::index_sequence<I...>{});
}

} // namespace detail

/// The sum of the lanes of each of @p v to @p sums, where there is room for whole vectors.
template <class V, std::size_t Count>
inline void store_sums(const V (&v)[Count], lane<V>* sums)
{
    if constexpr (Count < lanes<V> / 2)
        for (std::size_t i = 0; i < Count; ++i)
            sums[i] = reduce_add(v[i]);
    else
        detail::store_sums_from<0>(v, sums, std::make_index_sequence<lanes<V>>{});
}

/// Combines all lanes of @p v with @p combine, which takes vectors: both halves of the lanes at a
/// time, each result standing in two lanes.
template <class V, class F>
[[nodiscard]] inline lane<V> reduce(const V& v, F combine)
{
    if constexpr (!is_vector<V>)
        return v;
    else
    {
        V result = v;
        for (std::size_t left = lanes<V>; left > 1; left /= 2)
        {
            const std::pair<V, V> halves = interleave(result, result);
            result = combine(halves.first, halves.second);
        }
        alignas(V) lane<V> buffer[lanes<V>];
        store<V>(buffer, result);
        return buffer[0];
    }
}

} // namespace xgrad::inline XGRAD_ABI::simd
