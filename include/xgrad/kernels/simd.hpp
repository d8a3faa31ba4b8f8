// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Vectors of the processor. Bridges xsimd 8.1 to 14 and offers every function for the plain scalar
// as well, so that code written against `V` runs on vectors, on scalars (where xsimd supports no
// architecture, or XGRAD_NO_SIMD is defined) and on number-like types of a user.

#include <xgrad/core/abi.hpp>
#include <xgrad/kernels/xsimd.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::simd
{

namespace detail
{

template <class T>
struct pack_of
{
    using type = T;
};

template <class V>
struct lane_of
{
    using type = V;
};

#if defined(XGRAD_HAS_SIMD)
template <class T>
    requires(
        std::is_arithmetic_v<T>&& xsimd::types::has_simd_register<T, xsimd::default_arch>::value)
struct pack_of<T>
{
    using type = xsimd::batch<T>;
};

template <class T, class A>
struct lane_of<xsimd::batch<T, A>>
{
    using type = T;
};
#endif

} // namespace detail

/// The widest vector of T of the target, or T itself where there is none.
template <class T>
using pack = typename detail::pack_of<T>::type;

/// The element type of a vector or scalar V.
template <class V>
using lane = typename detail::lane_of<V>::type;

/// Whether V is a vector (and not a scalar standing in for one).
template <class V>
inline constexpr bool is_vector = !std::is_same_v<V, lane<V>>;

/// Whether V is a number that consists of several vectors, such as a dual number of vectors. It
/// does its own loads, stores, selections, sums and slides, by functions of these names.
template <class V>
inline constexpr bool is_compound = false;

/// Number of elements that V holds.
template <class V>
inline constexpr std::size_t lanes = sizeof(V) / sizeof(lane<V>);

/// Number of elements of the widest vector of T.
template <class T>
inline constexpr std::size_t width = lanes<pack<T>>;

/// Number of vector registers of the target.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t registers = 32;
#else
inline constexpr std::size_t registers = 16;
#endif

/// The alignment in bytes of xgrad's own buffers: one cache line, which is also the widest vector.
inline constexpr std::size_t alignment = 64;

// ---- memory ---------------------------------------------------------------------------------

template <class V>
[[nodiscard]] inline V broadcast(lane<V> value)
{
    return V(value);
}

/// The elements at @p source, which needs no alignment.
template <class V>
    requires(!is_compound<V>)
[[nodiscard]] inline V load(const lane<V>* source)
{
    if constexpr (is_vector<V>)
        return V::load_unaligned(source);
    else
        return *source;
}

template <class V>
    requires(!is_compound<V>)
inline void store(lane<V>* target, const V& v)
{
    if constexpr (is_vector<V>)
        v.store_unaligned(target);
    else
        *target = v;
}

// Several vectors as a result or an argument of a call would pass through memory.
template <class V>
    requires(is_compound<V>)
[[nodiscard, gnu::always_inline]] inline V load(const lane<V>* source) { return V::load(source); }

template <class V>
    requires(is_compound<V>)
[[gnu::always_inline]] inline void store(lane<V>* target, const V& v) { v.store(target); }

/// Whether a part of V is loaded and stored as fast as the whole.
template <class V>
inline constexpr bool has_masks =
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    is_vector<V>&& std::is_floating_point_v<lane<V>> && sizeof(V) == 64;
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
    is_vector<V>&& std::is_floating_point_v<lane<V>> && sizeof(V) == 32;
#else
    false;
#endif

#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
namespace detail
{

[[nodiscard]] inline __mmask16 mask_of(std::size_t count)
{
    return static_cast<__mmask16>((1U << count) - 1U);
}

} // namespace detail
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
namespace detail
{

/// Eight times -1, then eight times 0: a mask of any length begins somewhere here.
inline constexpr int mask_bits[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

template <class T>
[[nodiscard]] inline __m256i mask_of(std::size_t count)
{
    return _mm256_loadu_si256(
        reinterpret_cast<const __m256i*>(mask_bits + 8 - count * (sizeof(T) / sizeof(int))));
}

} // namespace detail
#endif

/// The first @p count elements at @p source, the others @p fill. Reads nothing past them.
template <class V>
[[nodiscard]] inline V load_partial(const lane<V>* source, std::size_t count, lane<V> fill = {})
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (has_masks<V> && std::is_same_v<lane<V>, float>)
        return V(_mm512_mask_loadu_ps(_mm512_set1_ps(fill), detail::mask_of(count), source));
    else if constexpr (has_masks<V>)
        return V(_mm512_mask_loadu_pd(_mm512_set1_pd(fill),
                                      static_cast<__mmask8>(detail::mask_of(count)), source));
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
    if constexpr (has_masks<V>)
    {
        const __m256i mask = detail::mask_of<lane<V>>(count);
        if constexpr (std::is_same_v<lane<V>, float>)
            return V(_mm256_blendv_ps(_mm256_set1_ps(fill), _mm256_maskload_ps(source, mask),
                                      _mm256_castsi256_ps(mask)));
        else
            return V(_mm256_blendv_pd(_mm256_set1_pd(fill), _mm256_maskload_pd(source, mask),
                                      _mm256_castsi256_pd(mask)));
    }
    else
#endif
    {
        alignas(V) lane<V> buffer[lanes<V>];
        for (std::size_t i = 0; i < lanes<V>; ++i)
            buffer[i] = i < count ? source[i] : fill;
        return load<V>(buffer);
    }
}

/// Stores the first @p count elements of @p v. Writes nothing past them.
template <class V>
inline void store_partial(lane<V>* target, const V& v, std::size_t count)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (has_masks<V> && std::is_same_v<lane<V>, float>)
        _mm512_mask_storeu_ps(target, detail::mask_of(count), v);
    else if constexpr (has_masks<V>)
        _mm512_mask_storeu_pd(target, static_cast<__mmask8>(detail::mask_of(count)), v);
    else
#elif defined(XGRAD_HAS_SIMD) && defined(__AVX2__)
    if constexpr (has_masks<V> && std::is_same_v<lane<V>, float>)
        _mm256_maskstore_ps(target, detail::mask_of<lane<V>>(count), v);
    else if constexpr (has_masks<V>)
        _mm256_maskstore_pd(target, detail::mask_of<lane<V>>(count), v);
    else
#endif
    {
        alignas(V) lane<V> buffer[lanes<V>];
        store(buffer, v);
        for (std::size_t i = 0; i < count; ++i)
            target[i] = buffer[i];
    }
}

/// @p v, loaded once: the compiler may not read it again from memory wherever it is used, which it
/// likes to do in loops of multiply-adds, at the cost of a load for each.
template <class V>
[[nodiscard]] inline V keep(const V& v)
{
#if defined(XGRAD_HAS_SIMD) && defined(__GNUC__) && defined(__x86_64__)
    if constexpr (is_vector<V> && !is_compound<V>)
    {
        typename V::register_type kept = v;
        __asm__("" : "+v"(kept));
        return V(kept);
    }
    else
#endif
        return v;
}

/// @p pointer, of which the compiler forgets how it came about and what it has loaded there: it
/// would keep both in registers that are needed for other things.
template <class T>
[[nodiscard]] inline const T* opaque(const T* pointer)
{
#if defined(__GNUC__)
    __asm__("" : "+r"(pointer));
#endif
    return pointer;
}

/// Asks for the cache line of @p target, which will be written soon.
inline void prefetch_to_write([[maybe_unused]] const void* target)
{
#if defined(__GNUC__)
    __builtin_prefetch(target, 1);
#endif
}

// ---- arithmetic -----------------------------------------------------------------------------

/// a * b + c, in one instruction where the target has one.
template <class V>
[[nodiscard]] inline V fma(const V& a, const V& b, const V& c)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__) && XSIMD_VERSION_MAJOR < 9
    // xsimd 8 multiplies and adds here.
    if constexpr (std::is_same_v<V, pack<float>> && sizeof(V) == 64)
        return V(_mm512_fmadd_ps(a, b, c));
    else if constexpr (std::is_same_v<V, pack<double>> && sizeof(V) == 64)
        return V(_mm512_fmadd_pd(a, b, c));
    else
#endif
#if defined(XGRAD_HAS_SIMD)
        if constexpr (is_vector<V> && !is_compound<V>)
        return xsimd::fma(a, b, c);
    else
#endif
        return a * b + c;
}

/// -v, and -0 for 0, where xsimd subtracts from 0 with AVX-512. What the compiler knows to be a
/// change of sign costs nothing before an addition.
template <class V>
[[nodiscard]] inline V negate(const V& v)
{
#if defined(XGRAD_HAS_SIMD) && defined(__GNUC__)
    if constexpr (is_vector<V> && std::is_floating_point_v<lane<V>>)
    {
        const typename V::register_type value = v;
        return V(-value);
    }
    else
#endif
        return -v;
}

template <class V>
[[nodiscard]] inline V min(const V& a, const V& b)
{
    using std::min;
    return min(a, b);
}

template <class V>
[[nodiscard]] inline V max(const V& a, const V& b)
{
    using std::max;
    return max(a, b);
}

/// a where @p condition holds, else b. The condition is the result of comparing two V.
template <class M, class V>
[[nodiscard]] inline V select(const M& condition, const V& a, const V& b)
{
#if defined(XGRAD_HAS_SIMD)
    if constexpr (is_compound<V>)
        return V::select(condition, a, b);
    else if constexpr (!std::is_same_v<M, bool>)
        return xsimd::select(condition, a, b);
    else
#endif
        return condition ? a : b;
}

/// Whether a lane is not a number. (With AVX, xsimd 8 finds NaN != NaN to be false.)
template <class V>
[[nodiscard]] inline auto is_nan(const V& v)
{
    return !(v == v);
}

/// Whether the condition holds in any lane.
template <class M>
[[nodiscard]] inline bool any(const M& condition)
{
#if defined(XGRAD_HAS_SIMD)
    if constexpr (!std::is_same_v<M, bool>)
        return xsimd::any(condition);
    else
#endif
        return condition;
}

template <class V>
[[nodiscard]] inline V exp(const V& v)
{
    using std::exp;
    return exp(v);
}

template <class V>
[[nodiscard]] inline V log(const V& v)
{
    using std::log;
    return log(v);
}

// ---- reductions over the lanes ----------------------------------------------------------------

template <class V>
[[nodiscard]] inline lane<V> reduce_add(const V& v)
{
    if constexpr (!is_vector<V>)
        return v;
    else if constexpr (is_compound<V>)
        return v.reduce_add();
    else
#if defined(XGRAD_HAS_SIMD) && XSIMD_VERSION_MAJOR < 9
        return xsimd::hadd(v);
#elif defined(XGRAD_HAS_SIMD)
        return xsimd::reduce_add(v);
#else
        return v;
#endif
}

} // namespace xgrad::inline XGRAD_ABI::simd
