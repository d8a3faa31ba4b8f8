// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The error function and its complement, to a few ulp in float and double, and the normal
// distribution.
//
// Near 0, erf by its Maclaurin series (DLMF 7.6.1). Elsewhere erfc(x) = exp(-x^2) erfcx(x), where
// (1 + 2x) erfcx(x) is smooth in t = (x - a) / (x + a), after M. M. Shepherd, J. G. Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Math. Comp. 36
// (1981). The coefficients interpolate at the Chebyshev nodes of 0.5 <= x <= 27.5 with a = 3.5,
// computed with 60 digits; relative error of the approximation 8e-17.

#include <xgrad/kernels/elementary.hpp>

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::simd
{

namespace detail
{

/// erf where |v| <= 0.5.
template <class V>
[[nodiscard]] inline V erf_near_zero(const V& v)
{
    // 2 / sqrt(pi) (-1)^k / (k! (2k + 1))
    static constexpr double coefficient[] = {
        1.1283791670955125739,     -0.37612638903183752463,     0.11283791670955125739,
        -0.026866170645131251759,  0.0052239776254421878421,    -0.00085483270234508528325,
        0.00012055332981789664251, -0.000014925650358406250977, 1.6462114365889247402e-6,
        -1.6365844691234924317e-7, 1.480719281587921724e-8,     -1.2290555301717927353e-9,
        9.4227590646504109706e-11};
    return v * simd::polynomial(V(v * v), coefficient);
}

/// e^(-v^2) where |v| <= 0.5.
template <class V>
[[nodiscard]] inline V exp_of_minus_square_near_zero(const V& v)
{
    // (-1)^k / k!
    static constexpr double coefficient[] = {1,
                                             -1,
                                             1.0 / 2,
                                             -1.0 / 6,
                                             1.0 / 24,
                                             -1.0 / 120,
                                             1.0 / 720,
                                             -1.0 / 5040,
                                             1.0 / 40320,
                                             -1.0 / 362880,
                                             1.0 / 3628800,
                                             -1.0 / 39916800,
                                             1.0 / 479001600};
    return simd::polynomial(V(v * v), coefficient);
}

/// v^2 - square: what the rounding of the square lost.
template <class V>
[[nodiscard]] inline V error_of_square(const V& v, const V& square)
{
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    if constexpr (std::is_floating_point_v<V>)
        return std::fma(v, v, -square);
    else
        return simd::fma(v, v, V(-square));
#else
    // T. J. Dekker, "A floating-point technique for extending the available precision", 1971: the
    // products of the halves of v are exact.
    if constexpr (std::is_floating_point_v<lane<V>>)
    {
        constexpr int digits = std::numeric_limits<lane<V>>::digits;
        const V large = simd::number<V>((1 << (digits + 1) / 2) + 1) * v;
        const V high = large - (large - v);
        const V low = v - high;
        return ((high * high - square) + (high + high) * low) + low * low;
    }
    else
        return simd::number<V>(0);
#endif
}

/// e^(-v^2).
template <class V>
[[nodiscard]] inline V exp_of_minus_square(const V& v)
{
    // The exponential would magnify the rounding error of the square.
    const V square = v * v;
    const V error = detail::error_of_square(v, square);
    return simd::exp(V(-square)) * (simd::number<V>(1) - error);
}

/// erfc where 0.5 <= x <= 27.5, from e^(-x^2).
template <class V>
[[nodiscard]] inline V erfc_beyond_half(const V& x, const V& exponential)
{
    static constexpr double coefficient[] = {
        1.2423492448711543553,       -0.14000918013761968731,    -0.010555596332210698765,
        0.097519095153308447621,     -0.11508959816058264526,    0.087983153822531891816,
        -0.048823325820166836083,    0.019099330988917320384,    -0.0042150199847922757285,
        -0.00030226836609283739107,  0.00056438485274205941974,  -0.00012150941570226421148,
        -0.000042783704647264217382, 0.000024249552835073768651, 2.331332481364150782e-6,
        -3.7875327101434797874e-6,   -4.7871468606100200503e-8,  5.6168037428778451267e-7,
        -5.6256939555221355979e-9,   -6.2382473723915964168e-8};
    const V a = simd::number<V>(3.5);
    const V series = simd::polynomial(V((x - a) / (x + a)), coefficient);
    return exponential * series / (simd::number<V>(1) + x + x);
}

/// Joins the two forms of a function: @p near where |v| < 0.5, else @p beyond, which gets |v| and
/// e^(-v^2). The exponential comes with the result. A single number is looked at on one side only.
template <class V, class Near, class Beyond>
[[nodiscard]] inline std::pair<V, V> join_at_half(const V& v, Near near, Beyond beyond)
{
    if constexpr (std::is_floating_point_v<V>)
        if (std::abs(v) < V(0.5))
            return {near(v), detail::exp_of_minus_square_near_zero(v)};
    const V largest = simd::number<V>(27.5); // e^(-v^2) is 0 there in double
    const V bounded = simd::select(simd::abs(v) > largest, largest, v); // NaN stays NaN
    const V size = simd::abs(bounded);
    const V exponential = detail::exp_of_minus_square(bounded);
    const V far = beyond(size, exponential);
    if constexpr (std::is_floating_point_v<V>)
        return {far, exponential};
    else
        return {simd::select(size < simd::number<V>(0.5), near(v), far), exponential};
}

} // namespace detail

/// erf(v), and e^(-v^2) along with it, which its derivative is a multiple of.
template <class V>
[[nodiscard]] inline std::pair<V, V> erf_and_exponential(const V& v)
{
    return detail::join_at_half(
        v, [](const V& x) { return detail::erf_near_zero(x); },
        [&](const V& size, const V& exponential)
        {
            const V far = simd::number<V>(1) - detail::erfc_beyond_half(size, exponential);
            return V(simd::select(v < simd::number<V>(0), V(-far), far));
        });
}

/// erfc(v), and e^(-v^2) along with it.
template <class V>
[[nodiscard]] inline std::pair<V, V> erfc_and_exponential(const V& v)
{
    return detail::join_at_half(
        v, [](const V& x) { return V(simd::number<V>(1) - detail::erf_near_zero(x)); },
        [&](const V& size, const V& exponential)
        {
            const V far = detail::erfc_beyond_half(size, exponential);
            return V(simd::select(v < simd::number<V>(0), V(simd::number<V>(2) - far), far));
        });
}

template <class V>
[[nodiscard]] inline V erf(const V& v)
{
    return simd::erf_and_exponential(v).first;
}

template <class V>
[[nodiscard]] inline V erfc(const V& v)
{
    return simd::erfc_and_exponential(v).first;
}

/// The distribution function of the standard normal distribution, and its density.
template <class V>
[[nodiscard]] inline std::pair<V, V> normal_cdf_and_density(const V& v)
{
    const V minus_root_half = simd::number<V>(-0.70710678118654752440);
    const V inverse_root_two_pi = simd::number<V>(0.39894228040143267794);
    const auto [complement, exponential] = simd::erfc_and_exponential(V(minus_root_half * v));
    return {simd::number<V>(0.5) * complement, inverse_root_two_pi * exponential};
}

/// The distribution function alone.
template <class V>
[[nodiscard]] inline V normal_cdf(const V& v)
{
    return simd::normal_cdf_and_density(v).first;
}

} // namespace xgrad::inline XGRAD_ABI::simd
