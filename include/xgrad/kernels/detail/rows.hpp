// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

// Copies and sums of short runs of elements. Image rows are a few vectors long, where the call of
// memmove costs more than the copy.
namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// @p size elements rounded up to whole cache lines, so that what follows them is aligned too.
template <class T>
constexpr std::size_t aligned_size(std::size_t size)
{
    constexpr std::size_t line = std::max<std::size_t>(1, simd::alignment / sizeof(T));
    return (size + line - 1) / line * line;
}

/// Asks the second-level cache for the line of @p source, which is read soon.
inline void prefetch([[maybe_unused]] const void* source)
{
#if defined(__GNUC__)
    __builtin_prefetch(source, 0, 2);
#endif
}

template <class T>
inline void fill_row(T* target, std::size_t count, T value)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    const V v = simd::broadcast<V>(value);
    std::size_t i = 0;
    for (; count - i >= width; i += width)
        simd::store<V>(target + i, v);
    for (std::size_t left = count % width; left > 0; --left)
        target[i++] = value;
}

/// target = source; the two do not overlap.
template <class T>
inline void copy_row(const T* source, T* target, std::size_t count)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    std::size_t i = 0;
    for (; count - i >= width; i += width)
        simd::store<V>(target + i, simd::load<V>(source + i));
    if (i == count)
        return;
    if (count >= width)
        simd::store<V>(target + count - width, simd::load<V>(source + count - width));
    else
        for (; i < count; ++i)
            target[i] = source[i];
}

/// target += source
template <class T>
inline void add_row(const T* source, T* target, std::size_t count)
{
    using V = simd::pack<T>;
    std::size_t i = 0;
    for (; count - i >= simd::lanes<V>; i += simd::lanes<V>)
        simd::store<V>(target + i, simd::load<V>(target + i) + simd::load<V>(source + i));
    for (std::size_t left = count % simd::lanes<V>; left > 0; --left, ++i)
        target[i] += source[i];
}

/// target = max(target, 0); NaN stays NaN.
template <class T>
inline void relu_row(T* target, std::size_t count)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    const V zero = simd::broadcast<V>(T{});
    std::size_t i = 0;
    for (; count - i >= width; i += width)
    {
        const V v = simd::load<V>(target + i);
        simd::store<V>(target + i, simd::select(v < zero, zero, v));
    }
    for (std::size_t left = count % width; left > 0; --left, ++i)
        target[i] = target[i] < T{} ? T{} : target[i];
}

/// target = source where sign > 0, else 0; none of them overlap.
template <class T>
inline void mask_row(const T* source, const T* sign, T* target, std::size_t count)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    const V zero = simd::broadcast<V>(T{});
    std::size_t i = 0;
    for (; count - i >= width; i += width)
        simd::store<V>(target + i, simd::select(simd::load<V>(sign + i) > zero,
                                                simd::load<V>(source + i), zero));
    for (std::size_t left = count % width; left > 0; --left, ++i)
        target[i] = sign[i] > T{} ? source[i] : T{};
}

/// The sum of @p count elements. The order of the additions depends on the count alone.
template <class T>
[[nodiscard]] inline T sum_row(const T* source, std::size_t count)
{
    using V = simd::pack<T>;
    constexpr std::size_t width = simd::lanes<V>;
    const V zero = simd::broadcast<V>(T{});
    V a = zero, b = zero, c = zero, d = zero;
    for (std::size_t left = count / (4 * width); left > 0; --left, source += 4 * width)
    {
        a += simd::load<V>(source);
        b += simd::load<V>(source + width);
        c += simd::load<V>(source + 2 * width);
        d += simd::load<V>(source + 3 * width);
    }
    for (std::size_t left = count / width % 4; left > 0; --left, source += width)
        a += simd::load<V>(source);
    T sum = simd::reduce_add((a + b) + (c + d));
    for (std::size_t left = count % width; left > 0; --left)
        sum += *source++;
    return sum;
}

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
