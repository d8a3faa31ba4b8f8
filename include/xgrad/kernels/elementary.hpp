// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Elementary functions of one V: a vector, a scalar, or a number-like type of a user, whose own
// functions are found by argument-dependent lookup. Vectors come within a few ulp of the standard
// library (pow: tens; erfc: 1e-11 in double), except where the result is subnormal, which may be 0.

#include <xgrad/kernels/simd.hpp>

#include <cmath>
#include <limits>

namespace xgrad::simd
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

template <class V>
[[nodiscard]] inline V erfc(const V& v)
{
    using std::erfc;
    return erfc(v);
}

/// base to the power of exponent. xsimd gives 0 for every power of 0, hence the selects.
template <class V>
[[nodiscard]] inline V pow(const V& base, const V& exponent)
{
    using std::pow;
    const V zero = simd::number<V>(0);
    const V one = simd::number<V>(1);
    const V infinity = simd::number<V>(std::numeric_limits<double>::infinity());
    const V at_zero = simd::select(exponent < zero, infinity, zero);
    const V general = simd::select(base == zero, at_zero, V(pow(base, exponent)));
    return simd::select(exponent == zero, one, general);
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

/// 1 / (1 + exp(-v)), right for every v: exp may overflow, its reciprocal is then the limit.
template <class V>
[[nodiscard]] inline V sigmoid(const V& v)
{
    const V one = simd::number<V>(1);
    return one / (one + simd::exp(V(-v)));
}

/// log(1 + exp(v)) without overflow or cancellation.
template <class V>
[[nodiscard]] inline V softplus(const V& v)
{
    const V zero = simd::number<V>(0);
    return simd::select(v < zero, zero, v) + simd::log1p(simd::exp(V(-simd::abs(v))));
}

} // namespace xgrad::simd
