// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Elementary functions of one V: a vector, a scalar, or a number-like type of a user, whose own
// functions are found by argument-dependent lookup. Vectors come within a few ulp of the standard
// library (pow: tens), except where the result is subnormal, which may be 0.

#include <xgrad/kernels/simd.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::simd
{

/// @p value as a V, whatever the element type: `number<V>(0.5)`.
template <class V>
[[nodiscard]] inline V number(double value)
{
    return V(static_cast<lane<V>>(value));
}

/// The first element of @p v.
template <class V>
[[nodiscard]] inline lane<V> first_lane(const V& v)
{
    alignas(V) lane<V> buffer[lanes<V>];
    simd::store<V>(buffer, v);
    return buffer[0];
}

/// Whether v is 0; a number-like type that carries derivatives says by a member is_zero() whether
/// those are 0 as well.
template <class V>
[[nodiscard]] inline auto is_zero(const V& v)
{
    if constexpr (requires { v.is_zero(); })
        return v.is_zero();
    else
        return v == simd::number<V>(0);
}

/// a b, but 0 where a is 0, whatever b is.
template <class V>
[[nodiscard]] inline V product_or_zero(const V& a, const V& b)
{
#if defined(XGRAD_HAS_SIMD) && defined(__AVX512F__)
    if constexpr (has_masks<V> && std::is_same_v<lane<V>, float>)
        return V(
            _mm512_maskz_mul_ps(_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_NEQ_UQ), a, b));
    else if constexpr (has_masks<V>)
        return V(
            _mm512_maskz_mul_pd(_mm512_cmp_pd_mask(a, _mm512_setzero_pd(), _CMP_NEQ_UQ), a, b));
    else
#endif
        return simd::select(simd::is_zero(a), simd::number<V>(0), V(a * b));
}

/// 1 where @p condition holds, else 0.
template <class V, class M>
[[nodiscard]] inline V zero_or_one(const M& condition)
{
    return simd::select(condition, simd::number<V>(1), simd::number<V>(0));
}

template <class V>
[[nodiscard]] inline V expm1(const V& v)
{
    using std::expm1;
    return expm1(v);
}

template <class V>
[[nodiscard]] inline V log1p(const V& v)
{
    using std::log1p;
    return log1p(v);
}

template <class V>
[[nodiscard]] inline V sqrt(const V& v)
{
    using std::sqrt;
    return sqrt(v);
}

template <class V>
[[nodiscard]] inline V abs(const V& v)
{
    using std::abs;
    return abs(v);
}

template <class V>
[[nodiscard]] inline V sin(const V& v)
{
    using std::sin;
    return sin(v);
}

template <class V>
[[nodiscard]] inline V cos(const V& v)
{
    using std::cos;
    return cos(v);
}

/// The sine and the cosine, for little more than one of them.
template <class V>
[[nodiscard]] inline std::pair<V, V> sine_and_cosine(const V& v)
{
    if constexpr (is_vector<V> && std::is_arithmetic_v<lane<V>>)
        return sincos(v);
    else
        return {simd::sin(v), simd::cos(v)};
}

template <class V>
[[nodiscard]] inline V tan(const V& v)
{
    using std::tan;
    return tan(v);
}

template <class V>
[[nodiscard]] inline V asin(const V& v)
{
    using std::asin;
    return asin(v);
}

template <class V>
[[nodiscard]] inline V acos(const V& v)
{
    using std::acos;
    return acos(v);
}

template <class V>
[[nodiscard]] inline V atan(const V& v)
{
    using std::atan;
    return atan(v);
}

template <class V>
[[nodiscard]] inline V sinh(const V& v)
{
    using std::sinh;
    return sinh(v);
}

template <class V>
[[nodiscard]] inline V cosh(const V& v)
{
    using std::cosh;
    return cosh(v);
}

template <class V>
[[nodiscard]] inline V tanh(const V& v)
{
    using std::tanh;
    return tanh(v);
}

/// The largest whole number that is not above v.
template <class V>
[[nodiscard]] inline V floor(const V& v)
{
    using std::floor;
    return floor(v);
}

/// sum of coefficient[k] v^k.
template <class V, std::size_t N>
[[nodiscard]] inline V polynomial(const V& v, const double (&coefficient)[N])
{
    V result = simd::number<V>(coefficient[N - 1]);
    for (std::size_t k = N - 1; k-- > 0;)
        result = simd::fma(result, v, simd::number<V>(coefficient[k]));
    return result;
}

/// A function of two scalars, lane by lane: for those that have no good form in vectors.
template <class V, class F>
[[nodiscard]] inline V for_each_lane(const V& a, const V& b, F function)
{
    alignas(V) lane<V> first[lanes<V>];
    alignas(V) lane<V> second[lanes<V>];
    simd::store<V>(first, a);
    simd::store<V>(second, b);
    for (std::size_t i = 0; i < lanes<V>; ++i)
        first[i] = function(first[i], second[i]);
    return simd::load<V>(first);
}

/// The angle in [-pi, pi] of the point (x, y), as std::atan2 also for signed zeros and infinities.
template <class V>
[[nodiscard]] inline V atan2(const V& y, const V& x)
{
    using std::atan2;
    if constexpr (is_vector<V>)
        return simd::for_each_lane(y, x, [](auto b, auto a) { return atan2(b, a); });
    else
        return atan2(y, x);
}

/// What is left of a after the division by b, truncated; exact, with the sign of a, as std::fmod.
template <class V>
[[nodiscard]] inline V fmod(const V& a, const V& b)
{
    using std::fmod;
    if constexpr (is_vector<V>)
        return simd::for_each_lane(a, b, [](auto x, auto y) { return fmod(x, y); });
    else
        return fmod(a, b);
}

/// sqrt(a^2 + b^2) without overflow on the way.
template <class V>
[[nodiscard]] inline V hypot(const V& a, const V& b)
{
    const V zero = simd::number<V>(0);
    const V first = simd::abs(a);
    const V second = simd::abs(b);
    const auto swapped = first < second;
    const V large = simd::select(swapped, second, first);
    const V small = simd::select(swapped, first, second);
    const V ratio = simd::select(large == zero, small, V(small / large));
    const V length = large * simd::sqrt(V(simd::number<V>(1) + ratio * ratio));
    // Infinite if one of them is, even if the other is NaN.
    const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
    const V result = simd::select(second == infinity, second, length);
    return simd::select(first == infinity, first, result);
}

/// base to the power of exponent. xsimd gives 0 for every power of 0, hence the selects.
template <class V>
[[nodiscard]] inline V pow(const V& base, const V& exponent)
{
    using std::pow;
    if constexpr (!is_vector<V> || !std::is_arithmetic_v<lane<V>>)
        return pow(base, exponent);
    else
    {
        const V zero = simd::number<V>(0);
        const V one = simd::number<V>(1);
        const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
        const V at_zero = simd::select(exponent < zero, infinity, zero);
        const V general = simd::select(base == zero, at_zero, V(pow(base, exponent)));
        return simd::select(exponent == zero, one, general);
    }
}

/// @p base to the power of a whole number, by repeated multiplication.
template <class V>
[[nodiscard]] inline V whole_power(const V& base, int exponent)
{
    V result = simd::number<V>(1);
    V square = base;
    auto rest =
        exponent < 0 ? 0u - static_cast<unsigned>(exponent) : static_cast<unsigned>(exponent);
    for (; rest != 0; rest >>= 1)
    {
        if (rest & 1u)
            result = result * square;
        if (rest > 1u)
            square = square * square;
    }
    return exponent < 0 ? V(simd::number<V>(1) / result) : result;
}

/// exp(-|v|), whose derivative at 0 is that for positive v.
template <class V>
[[nodiscard]] inline V exp_of_minus_size(const V& v)
{
    if constexpr (std::is_arithmetic_v<lane<V>>)
        return simd::exp(V(-simd::abs(v)));
    else
        return simd::exp(V(simd::select(v < simd::number<V>(0), v, V(-v))));
}

/// 1 / (1 + exp(-v)), right for every v: exp may overflow, its reciprocal is then the limit. Not so
/// that of a derivative along with it.
template <class V>
[[nodiscard]] inline V sigmoid(const V& v)
{
    const V one = simd::number<V>(1);
    if constexpr (std::is_arithmetic_v<lane<V>>)
        return one / (one + simd::exp(V(-v)));
    else
    {
        const V e = simd::exp_of_minus_size(v);
        return simd::select(v < simd::number<V>(0), e, one) / (one + e);
    }
}

/// log(1 + exp(v)) without overflow or cancellation.
template <class V>
[[nodiscard]] inline V softplus(const V& v)
{
    const V zero = simd::number<V>(0);
    return simd::select(v < zero, zero, v) + simd::log1p(simd::exp_of_minus_size(v));
}

/// log(1 - exp(-v)) for v > 0, without cancellation; -infinity at 0.
/// M. Mächler, "Accurately computing log(1 - exp(-|a|))", 2012.
template <class V>
[[nodiscard]] inline V log1mexp(const V& v)
{
    const V log_two = simd::number<V>(0.69314718055994530942);
    const V near = simd::log(V(-simd::expm1(V(-v))));
    const V far = simd::log1p(V(-simd::exp(V(-v))));
    return simd::select(v < log_two, near, far);
}

/// x log(y), and 0 where x = 0 unless y is NaN.
template <class V>
[[nodiscard]] inline V xlogy(const V& x, const V& y)
{
    const V zero = simd::number<V>(0);
    const V logarithm = simd::log(y);
    const V outside = simd::select(x == zero, zero, V(x * logarithm));
    const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
    // A comparison that NaN fails, and the cases in which 0 log(y) would be NaN.
    return simd::select(y <= zero, outside,
                        V(simd::select(y == infinity, outside, V(x * logarithm))));
}

} // namespace xgrad::inline XGRAD_ABI::simd
