// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The logarithm of the gamma function and its first two derivatives, of vectors, scalars and
// number-like types. Errors are a few ulp of the larger of the result and 1: relative accuracy is
// lost near the roots of lgamma and digamma (except the roots 1 and 2 of lgamma) and of the
// argument near a pole.
//
// Formula numbers are those of the NIST Digital Library of Mathematical Functions (DLMF).

#include <xgrad/kernels/elementary.hpp>

#include <limits>

namespace xgrad::inline XGRAD_ABI::simd
{

namespace detail
{

inline constexpr double pi = 3.14159265358979323846;

/// The distance of v from the nearest whole number, signed: sin(pi v) is +-sin of pi times it.
template <class V>
[[nodiscard]] inline V from_whole(const V& v)
{
    return v - simd::floor(V(v + simd::number<V>(0.5)));
}

/// log(gamma(v)) for v > 0. By its Taylor series about 2 (DLMF 5.7.3), to whose interval [1.5, 2.5]
/// the recurrence 5.5.1 leads from up to 7.5; beyond by Stirling's series (5.11.1).
template <class V>
[[nodiscard]] inline V lgamma_of_positive(const V& v)
{
    // 1 - Euler's constant, then (-1)^k (zeta(k) - 1) / k
    static constexpr double taylor[] = {
        0.42278433509846713939,     0.32246703342411321824,    -0.067352301053198095133,
        0.020580808427784547879,    -0.0073855510286739852663, 0.0028905103307415232858,
        -0.0011927539117032609771,  0.00050966952474304242234, -0.00022315475845357937976,
        0.000099457512781808533715, -0.0000449262367381331417, 0.000020507212775670691553,
        -9.439488275268395904e-6,   4.3748667899074878042e-6,  -2.0392157538013662368e-6,
        9.5514121304074198329e-7,   -4.4924691987645660433e-7, 2.1207184805554665869e-7,
        -1.0043224823968099609e-7,  4.7698101693639805658e-8,  -2.271109460894316491e-8,
        1.0838659214896954091e-8,   -5.1834750419700466551e-9, 2.4836745438024783172e-9,
        -1.1921401405860912074e-9,  5.7313672416788620133e-10};
    // B(2k) / (2k (2k - 1)), with Bernoulli's numbers B
    static constexpr double stirling[] = {
        1.0 / 12,        -1.0 / 360, 1.0 / 1260,       -1.0 / 1680,      1.0 / 1188,
        -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400, 43867.0 / 244188, -174611.0 / 125400};
    const V one = simd::number<V>(1);
    const V half = simd::number<V>(0.5);
    const V top = simd::number<V>(2.5);

    V distance = v - simd::number<V>(2);
    V factor = one;
    for (int i = 0; i < 5; ++i)
    {
        const auto above = distance > half;
        factor = simd::select(above, V(factor * (distance + one)), factor);
        distance = simd::select(above, V(distance - one), distance);
    }
    // Below 1.5 the recurrence goes upwards; v - 1 is exact there, unlike v + 1 - 2.
    const auto small = v < simd::number<V>(1.5);
    const auto tiny = v < half;
    factor = simd::select(small, V(simd::select(tiny, V(v * (v + one)), v)), factor);
    distance = simd::select(small, V(simd::select(tiny, v, V(v - one))), distance);

    const auto large = v > simd::number<V>(5) + top;
    const V logarithm = simd::log(V(simd::select(large, v, factor)));
    const V below = distance * simd::polynomial(distance, taylor);
    const V near = simd::select(small, V(below - logarithm), V(below + logarithm));
    const V inverse = one / v;
    const V series = inverse * simd::polynomial(V(inverse * inverse), stirling);
    // (v - 1/2) log(v) - v + log(2 pi) / 2, in an order that infinity survives
    const V constant = simd::number<V>(0.91893853320467274178 - 0.5);
    return simd::select(large, V((v - half) * (logarithm - one) + constant + series), near);
}

/// The derivative of log(gamma(v)) for v > 0: up to 8 by the recurrence (DLMF 5.5.2), from there by
/// the asymptotic series (5.11.2).
template <class V>
[[nodiscard]] inline V digamma_of_positive(const V& v)
{
    // B(2k) / 2k
    static constexpr double coefficient[] = {1.0 / 12,   -1.0 / 120,     1.0 / 252,
                                             -1.0 / 240, 1.0 / 132,      -691.0 / 32760,
                                             1.0 / 12,   -3617.0 / 8160, 43867.0 / 14364};
    const V zero = simd::number<V>(0);
    const V one = simd::number<V>(1);
    const V enough = simd::number<V>(8);
    V x = v;
    V skipped = zero;
    for (int i = 0; i < 8; ++i)
    {
        const auto small = x < enough;
        skipped = skipped + simd::select(small, V(one / x), zero);
        x = simd::select(small, V(x + one), x);
    }
    const V inverse = one / x;
    const V square = inverse * inverse;
    return simd::log(x) - simd::number<V>(0.5) * inverse -
           square * simd::polynomial(square, coefficient) - skipped;
}

/// The derivative of digamma for v > 0, in the same way (DLMF 5.15.5, 5.15.8).
template <class V>
[[nodiscard]] inline V trigamma_of_positive(const V& v)
{
    // Bernoulli's numbers B(2k)
    static constexpr double coefficient[] = {
        1.0 / 6, -1.0 / 30,     1.0 / 42,      -1.0 / 30,       5.0 / 66,      -691.0 / 2730,
        7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330, 854513.0 / 138};
    const V zero = simd::number<V>(0);
    const V one = simd::number<V>(1);
    const V enough = simd::number<V>(8);
    V x = v;
    V skipped = zero;
    for (int i = 0; i < 8; ++i)
    {
        const auto small = x < enough;
        skipped = skipped + simd::select(small, V(one / (x * x)), zero);
        x = simd::select(small, V(x + one), x);
    }
    const V inverse = one / x;
    const V square = inverse * inverse;
    return inverse * (one + simd::number<V>(0.5) * inverse +
                      square * simd::polynomial(square, coefficient)) +
           skipped;
}

} // namespace detail

/// log(|gamma(v)|); +infinity at 0, -1, -2, ... and at both infinities.
template <class V>
[[nodiscard]] inline V lgamma(const V& v)
{
    const V zero = simd::number<V>(0);
    const V one = simd::number<V>(1);
    const auto negative = v < zero;
    const V result = detail::lgamma_of_positive(V(simd::select(negative, V(one - v), v)));
    if (!simd::any(negative))
        return result;
    // |gamma(v) gamma(1 - v)| = pi / |sin(pi v)| (DLMF 5.5.3)
    const V sine = simd::sin(V(simd::number<V>(detail::pi) * detail::from_whole(v)));
    const V log_pi = simd::number<V>(1.1447298858494001741);
    const V reflected = log_pi - simd::log(simd::abs(sine)) - result;
    const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
    return simd::select(negative, V(simd::select(v == -infinity, infinity, reflected)), result);
}

/// The derivative of lgamma; its limit from the right, -infinity, at the poles 0, -1, -2, ...
template <class V>
[[nodiscard]] inline V digamma(const V& v)
{
    const V zero = simd::number<V>(0);
    const V one = simd::number<V>(1);
    const auto negative = v < zero;
    const V result = detail::digamma_of_positive(V(simd::select(negative, V(one - v), v)));
    if (!simd::any(negative))
        return result;
    // digamma(v) = digamma(1 - v) - pi cot(pi v) (DLMF 5.5.4)
    const V pi = simd::number<V>(detail::pi);
    const V angle = pi * detail::from_whole(v);
    return simd::select(negative, V(result - pi * simd::cos(angle) / simd::sin(angle)), result);
}

/// The derivative of digamma; +infinity at the poles 0, -1, -2, ...
template <class V>
[[nodiscard]] inline V trigamma(const V& v)
{
    const V zero = simd::number<V>(0);
    const V one = simd::number<V>(1);
    const auto negative = v < zero;
    const V result = detail::trigamma_of_positive(V(simd::select(negative, V(one - v), v)));
    if (!simd::any(negative))
        return result;
    // trigamma(v) = (pi / sin(pi v))^2 - trigamma(1 - v) (DLMF 5.15.6)
    const V pi = simd::number<V>(detail::pi);
    const V ratio = pi / simd::sin(V(pi * detail::from_whole(v)));
    return simd::select(negative, V(ratio * ratio - result), result);
}

} // namespace xgrad::inline XGRAD_ABI::simd
