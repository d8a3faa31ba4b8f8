// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

// The numbers of the lanes, conditions on them as bits of an integer, loads and stores of some.
// xsimd 8 has none of these; where it matters they are spelt for x86, with one form for all others.
namespace xgrad::inline XGRAD_ABI::simd
{

/// What comparing two V gives.
template <class V>
using condition = decltype(V() < V());

/// 0, 1, 2, ...: in each lane its own number.
template <class V>
[[nodiscard]] inline V lane_numbers()
{
    static constexpr auto numbers = []
    {
        std::array<lane<V>, lanes<V>> result{};
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] = static_cast<lane<V>>(static_cast<int>(i));
        return result;
    }();
    return load<V>(numbers.data());
}

/// The last Count elements of @p before, and behind them the first ones of @p v.
template <std::size_t Count, class V>
[[nodiscard]] inline V slide([[maybe_unused]] const V& before, const V& v)
{
    constexpr std::size_t width = lanes<V>;
    static_assert(Count <= width);
    if constexpr (Count == 0)
        return v;
    else if constexpr (Count == width)
        return before;
    else if constexpr (is_compound<V>)
        return V::template slide<Count>(before, v);
    else
    {
#if defined(XGRAD_HAS_SIMD) && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
        if constexpr (is_vector<V>)
        {
            using native = typename V::register_type;
            return [&]<std::size_t... I>(std::index_sequence<I...>)
            {
                return V(__builtin_shufflevector(static_cast<native>(before),
                                                 static_cast<native>(v),
                                                 static_cast<int>(width - Count + I)...));
            }
            (std::make_index_sequence<width>{});
        }
        else
#endif
#endif
        {
            lane<V> run[2 * width];
            store<V>(run, before);
            store<V>(run + width, v);
            return load<V>(run + width - Count);
        }
    }
}

/// One bit a lane, the first lane lowest: whether @p c holds there.
template <class V>
[[nodiscard]] inline std::uint32_t to_bits(const condition<V>& c)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (is_vector<V> && sizeof(V) == 64)
        return static_cast<std::uint32_t>(static_cast<typename condition<V>::register_type>(c));
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 32)
        return static_cast<std::uint32_t>(_mm256_movemask_ps(c));
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 32)
        return static_cast<std::uint32_t>(_mm256_movemask_pd(c));
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__SSE2__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 16)
        return static_cast<std::uint32_t>(_mm_movemask_ps(c));
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 16)
        return static_cast<std::uint32_t>(_mm_movemask_pd(c));
    else
#endif
    {
        alignas(V) lane<V> numbers[lanes<V>];
        store<V>(numbers, select(c, broadcast<V>(lane<V>(1)), broadcast<V>(lane<V>(0))));
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < lanes<V>; ++i)
            bits |= static_cast<std::uint32_t>(numbers[i] == lane<V>(1)) << i;
        return bits;
    }
}

/// The condition that holds in the lanes whose bit is set.
template <class V>
[[nodiscard]] inline condition<V> from_bits(std::uint32_t bits)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (is_vector<V> && sizeof(V) == 64)
        return condition<V>(static_cast<typename condition<V>::register_type>(bits));
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 32)
    {
        const __m256i lane_bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const __m256i all = _mm256_set1_epi32(static_cast<int>(bits));
        return condition<V>(
            _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(all, lane_bits), lane_bits)));
    }
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 32)
    {
        const __m256i lane_bits = _mm256_setr_epi64x(1, 2, 4, 8);
        const __m256i all = _mm256_set1_epi64x(static_cast<long long>(bits));
        return condition<V>(
            _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_and_si256(all, lane_bits), lane_bits)));
    }
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__SSE2__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 16)
    {
        const __m128i lane_bits = _mm_setr_epi32(1, 2, 4, 8);
        const __m128i all = _mm_set1_epi32(static_cast<int>(bits));
        return condition<V>(
            _mm_castsi128_ps(_mm_cmpeq_epi32(_mm_and_si128(all, lane_bits), lane_bits)));
    }
    else
#endif
    {
        alignas(V) lane<V> numbers[lanes<V>];
        for (std::size_t i = 0; i < lanes<V>; ++i)
            numbers[i] = static_cast<lane<V>>(bits >> i & 1U);
        return load<V>(numbers) > broadcast<V>(lane<V>(0));
    }
}

/// @p v, but in the @p Count lanes from lane @p First on the elements at @p source. Reads nothing
/// else.
template <std::size_t First, std::size_t Count, class V>
[[nodiscard]] inline V load_lanes(const lane<V>* source, const V& v)
{
    static_assert(First + Count <= lanes<V>);
    if constexpr (First == 0 && Count == lanes<V>)
        return load<V>(source);
    else
    {
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
        if constexpr (is_vector<V> && sizeof(V) == 64)
        {
            constexpr auto mask =
                static_cast<typename condition<V>::register_type>(((1U << Count) - 1U) << First);
            if constexpr (std::is_same_v<lane<V>, float>)
                return V(_mm512_mask_loadu_ps(v, mask, source - First));
            else if constexpr (std::is_same_v<lane<V>, double>)
                return V(_mm512_mask_loadu_pd(v, mask, source - First));
        }
#endif
        alignas(V) lane<V> buffer[lanes<V>];
        store<V>(buffer, v);
        std::copy_n(source, Count, buffer + First);
        return load<V>(buffer);
    }
}

/// Stores the @p Count lanes of @p v from lane @p First on at @p target. Writes nothing else.
template <std::size_t First, std::size_t Count, class V>
inline void store_lanes(lane<V>* target, const V& v)
{
    static_assert(First + Count <= lanes<V>);
    if constexpr (First == 0 && Count == lanes<V>)
        store<V>(target, v);
    else
    {
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
        if constexpr (is_vector<V> && sizeof(V) == 64)
        {
            constexpr auto mask =
                static_cast<typename condition<V>::register_type>(((1U << Count) - 1U) << First);
            if constexpr (std::is_same_v<lane<V>, float>)
                return _mm512_mask_storeu_ps(target - First, mask, v);
            else if constexpr (std::is_same_v<lane<V>, double>)
                return _mm512_mask_storeu_pd(target - First, mask, v);
        }
#endif
        alignas(V) lane<V> buffer[lanes<V>];
        store<V>(buffer, v);
        std::copy_n(buffer + First, Count, target);
    }
}

} // namespace xgrad::inline XGRAD_ABI::simd
