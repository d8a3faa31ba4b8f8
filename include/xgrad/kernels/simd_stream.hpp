// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <type_traits>

// Stores that pass the caches. xsimd has none, so they are spelt for x86, with one form for all
// others.
namespace xgrad::inline XGRAD_ABI::simd
{

/// Stores past the caches where the target can: to memory that other cores read next. Lines that
/// they share need not be fetched and taken away from them first, which costs more than the data.
/// @p target is aligned to the vector. Call publish() before another thread may read.
template <class V>
inline void stream(lane<V>* target, const V& v)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 64)
        _mm512_stream_ps(target, v);
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 64)
        _mm512_stream_pd(target, v);
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX__)
    if constexpr (is_vector<V> && std::is_same_v<lane<V>, float> && sizeof(V) == 32)
        _mm256_stream_ps(target, v);
    else if constexpr (is_vector<V> && std::is_same_v<lane<V>, double> && sizeof(V) == 32)
        _mm256_stream_pd(target, v);
    else
#endif
        store(target, v);
}

/// Lets what was streamed be seen before anything that this thread stores later.
inline void publish()
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX__)
    _mm_sfence();
#endif
}

} // namespace xgrad::inline XGRAD_ABI::simd
