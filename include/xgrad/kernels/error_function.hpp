// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The error function and its complement, to a few ulp in float and double.
//
// Near 0, erf by its Maclaurin series (DLMF 7.6.1). Elsewhere erfc(x) = exp(-x^2) erfcx(x), where
// (1 + 2x) erfcx(x) is smooth in t = (x - a) / (x + a), after M. M. Shepherd, J. G. Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Math. Comp. 36
// (1981). The coefficients interpolate at the Chebyshev nodes of 0.5 <= x <= 27.5 with a = 3.5,
// computed with 60 digits; relative error of the approximation 8e-17.

#include <xgrad/kernels/elementary.hpp>

#include <cmath>
#include <type_traits>

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

/// v^2 - square, exactly where there is a fused multiply-add, else 0.
template <class V>
[[nodiscard]] inline V error_of_square(const V& v, const V& square)
{
    if constexpr (std::is_floating_point_v<V>)
        return std::fma(v, v, -square);
    else
        return simd::fma(v, v, V(-square));
}

/// erfc where v >= 0.5; NaN stays NaN.
template <class V>
[[nodiscard]] inline V erfc_beyond_half(const V& v)
{
    static constexpr double coefficient[] = {
        1.2423492448711543553,       -0.14000918013761968731,    -0.010555596332210698765,
        0.097519095153308447621,     -0.11508959816058264526,    0.087983153822531891816,
        -0.048823325820166836083,    0.019099330988917320384,    -0.0042150199847922757285,
        -0.00030226836609283739107,  0.00056438485274205941974,  -0.00012150941570226421148,
        -0.000042783704647264217382, 0.000024249552835073768651, 2.331332481364150782e-6,
        -3.7875327101434797874e-6,   -4.7871468600106200503e-8,  5.6168037428778451267e-7,
        -5.6256939555221355979e-9,   -6.2382473723915964168e-8};
    const V one = simd::number<V>(1);
    const V a = simd::number<V>(3.5);
    const V largest = simd::number<V>(27.5); // exp(-x^2) is 0 there in double
    const V x = simd::select(v > largest, largest, v);
    const V series = simd::polynomial(V((x - a) / (x + a)), coefficient);
    // The exponential would magnify the rounding error of the square.
    const V square = x * x;
    const V error = detail::error_of_square(x, square);
    return simd::exp(V(-square)) * (one - error) * series / (one + x + x);
}

} // namespace detail

template <class V>
[[nodiscard]] inline V erf(const V& v)
{
    if constexpr (std::is_floating_point_v<V>)
        return std::erf(v);
    const V size = simd::abs(v);
    const V far = simd::number<V>(1) - detail::erfc_beyond_half(size);
    const V signed_far = simd::select(v < simd::number<V>(0), V(-far), far);
    return simd::select(size < simd::number<V>(0.5), detail::erf_near_zero(v), signed_far);
}

template <class V>
[[nodiscard]] inline V erfc(const V& v)
{
    if constexpr (std::is_floating_point_v<V>)
        return std::erfc(v); // looks at one side only, as vectors cannot
    const V one = simd::number<V>(1);
    const V size = simd::abs(v);
    const V far = detail::erfc_beyond_half(size);
    const V signed_far = simd::select(v < simd::number<V>(0), V(simd::number<V>(2) - far), far);
    return simd::select(size < simd::number<V>(0.5), V(one - detail::erf_near_zero(v)), signed_far);
}

} // namespace xgrad::inline XGRAD_ABI::simd
