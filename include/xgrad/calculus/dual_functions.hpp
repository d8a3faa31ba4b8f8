// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The functions of <cmath> for dual numbers, found by argument-dependent lookup: a template that
// says `using std::exp; exp(x)`, or just `exp(x)` of its argument, runs on dual numbers as it is.

#include <xgrad/calculus/dual.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/error_function.hpp>
#include <xgrad/kernels/gamma.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

// ---- exponentials and logarithms ----------------------------------------------------------------

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> exp(const dual<T, N>& x)
{
    const T value = simd::exp(x.value);
    return x.chain(value, value);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> exp2(const dual<T, N>& x)
{
    return exp(x * std::numbers::ln2);
}

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> expm1(const dual<T, N>& x)
{
    return x.chain(simd::expm1(x.value), simd::exp(x.value));
}

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> log(const dual<T, N>& x)
{
    return x.careful_chain(simd::log(x.value), T(1) / x.value);
}

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> log1p(const dual<T, N>& x)
{
    return x.careful_chain(simd::log1p(x.value), T(1) / (T(1) + x.value));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> log2(const dual<T, N>& x)
{
    return log(x) * std::numbers::log2e;
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> log10(const dual<T, N>& x)
{
    return log(x) * std::numbers::log10e;
}

// ---- roots and powers ---------------------------------------------------------------------------

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> sqrt(const dual<T, N>& x)
{
    const T root = simd::sqrt(x.value);
    return x.careful_chain(root, simd::number<T>(0.5) / root);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> cbrt(const dual<T, N>& x)
{
    using std::cbrt;
    const T root = cbrt(x.value);
    return x.careful_chain(root, T(1) / (simd::number<T>(3) * root * root));
}

/// x^y. d/dx = y x^(y-1), d/dy = x^y log(x); a number that does not change brings no derivative.
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> pow(const dual<T, N>& x, const dual<T, N>& y)
{
    const T value = simd::pow(x.value, y.value);
    const dual<T, N> by_x = x.careful_chain(value, y.value * simd::pow(x.value, T(y.value - T(1))));
    const dual<T, N> by_y = y.careful_chain(value, value * simd::log(x.value));
    dual<T, N> result(value);
    for (std::size_t i = 0; i < N; ++i)
        result.tangent[i] = by_x.tangent[i] + by_y.tangent[i];
    return result;
}

template <class T, std::size_t N, class U>
    requires std::is_arithmetic_v<U>
[[nodiscard]] dual<T, N> pow(const dual<T, N>& x, U y)
{
    if constexpr (std::is_integral_v<U>)
    {
        const auto power = static_cast<int>(y);
        const T derivative =
            power == 0 ? T(0) : T(simd::number<T>(power) * simd::whole_power(x.value, power - 1));
        return x.careful_chain(simd::whole_power(x.value, power), derivative);
    }
    else
    {
        const auto power = static_cast<double>(y);
        const T derivative =
            power == 0 ? T(0)
                       : T(simd::number<T>(power) * simd::pow(x.value, simd::number<T>(power - 1)));
        return x.careful_chain(simd::pow(x.value, simd::number<T>(power)), derivative);
    }
}

template <class T, std::size_t N, class U>
    requires std::is_arithmetic_v<U>
[[nodiscard]] dual<T, N> pow(U x, const dual<T, N>& y) { return pow(dual<T, N>(x), y); }

/// sqrt(x^2 + y^2); the derivative at 0 is taken to be 0.
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> hypot(const dual<T, N>& x, const dual<T, N>& y)
{
    dual<T, N> result(simd::hypot(x.value, y.value));
    const T inverse = simd::select(result.value == T(0), T(0), T(T(1) / result.value));
    for (std::size_t i = 0; i < N; ++i)
        result.tangent[i] = (x.value * x.tangent[i] + y.value * y.tangent[i]) * inverse;
    return result;
}

// ---- circular functions -------------------------------------------------------------------------

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> sin(const dual<T, N>& x)
{
    return x.chain(simd::sin(x.value), simd::cos(x.value));
}

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> cos(const dual<T, N>& x)
{
    return x.chain(simd::cos(x.value), -simd::sin(x.value));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> tan(const dual<T, N>& x)
{
    const T value = simd::tan(x.value);
    return x.chain(value, T(1) + value * value);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> asin(const dual<T, N>& x)
{
    return x.careful_chain(simd::asin(x.value), T(1) / simd::sqrt(T(T(1) - x.value * x.value)));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> acos(const dual<T, N>& x)
{
    return x.careful_chain(simd::acos(x.value), T(-1) / simd::sqrt(T(T(1) - x.value * x.value)));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> atan(const dual<T, N>& x)
{
    return x.chain(simd::atan(x.value), T(1) / (T(1) + x.value * x.value));
}

/// The angle of the point (x, y). d/dy = x / (x^2 + y^2), d/dx = -y / (x^2 + y^2).
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> atan2(const dual<T, N>& y, const dual<T, N>& x)
{
    const T inverse = T(1) / (x.value * x.value + y.value * y.value);
    const dual<T, N> by_y = y.careful_chain(simd::atan2(y.value, x.value), x.value * inverse);
    const dual<T, N> by_x = x.careful_chain(by_y.value, -y.value * inverse);
    dual<T, N> result(by_y.value);
    for (std::size_t i = 0; i < N; ++i)
        result.tangent[i] = by_x.tangent[i] + by_y.tangent[i];
    return result;
}

// ---- hyperbolic functions -----------------------------------------------------------------------

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> sinh(const dual<T, N>& x)
{
    return x.chain(simd::sinh(x.value), simd::cosh(x.value));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> cosh(const dual<T, N>& x)
{
    return x.chain(simd::cosh(x.value), simd::sinh(x.value));
}

template <class T, std::size_t N>
[[nodiscard, gnu::always_inline]] inline dual<T, N> tanh(const dual<T, N>& x)
{
    const T value = simd::tanh(x.value);
    return x.chain(value, T(1) - value * value);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> asinh(const dual<T, N>& x)
{
    using std::asinh;
    return x.chain(asinh(x.value), T(1) / simd::sqrt(T(x.value * x.value + T(1))));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> acosh(const dual<T, N>& x)
{
    using std::acosh;
    return x.careful_chain(acosh(x.value), T(1) / simd::sqrt(T(x.value * x.value - T(1))));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> atanh(const dual<T, N>& x)
{
    using std::atanh;
    return x.careful_chain(atanh(x.value), T(1) / (T(1) - x.value * x.value));
}

// ---- special functions --------------------------------------------------------------------------

/// d/dx erf(x) = 2 / sqrt(pi) exp(-x^2)
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> erf(const dual<T, N>& x)
{
    const T slope =
        simd::number<T>(2 * std::numbers::inv_sqrtpi) * simd::exp(T(-(x.value * x.value)));
    return x.chain(simd::erf(x.value), slope);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> erfc(const dual<T, N>& x)
{
    const T slope =
        simd::number<T>(-2 * std::numbers::inv_sqrtpi) * simd::exp(T(-(x.value * x.value)));
    return x.chain(simd::erfc(x.value), slope);
}

/// d/dx log(|gamma(x)|) = digamma(x)
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> lgamma(const dual<T, N>& x)
{
    return x.chain(simd::lgamma(x.value), simd::digamma(x.value));
}

// ---- piecewise functions ------------------------------------------------------------------------

/// |x|; the derivative at 0 is taken to be 0.
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> abs(const dual<T, N>& x)
{
    const T zero(0);
    const T one(1);
    const T sign =
        simd::select(x.value < zero, T(-one), T(simd::select(x.value == zero, zero, one)));
    return x.chain(simd::abs(x.value), sign);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> fabs(const dual<T, N>& x)
{
    return abs(x);
}

/// The larger one with its derivatives; the first of equal ones.
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> max(const dual<T, N>& a, const dual<T, N>& b)
{
    return simd::select(a.value < b.value, b, a);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> min(const dual<T, N>& a, const dual<T, N>& b)
{
    return simd::select(b.value < a.value, b, a);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> fmax(const dual<T, N>& a, const dual<T, N>& b)
{
    return max(a, b);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> fmin(const dual<T, N>& a, const dual<T, N>& b)
{
    return min(a, b);
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> floor(const dual<T, N>& x)
{
    return dual<T, N>(simd::floor(x.value));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> ceil(const dual<T, N>& x)
{
    using std::ceil;
    return dual<T, N>(ceil(x.value));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> trunc(const dual<T, N>& x)
{
    using std::trunc;
    return dual<T, N>(trunc(x.value));
}

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> round(const dual<T, N>& x)
{
    using std::round;
    return dual<T, N>(round(x.value));
}

/// The rest of x / y, truncated. d/dx = 1, d/dy = -trunc(x / y).
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> fmod(const dual<T, N>& x, const dual<T, N>& y)
{
    using std::trunc;
    dual<T, N> result(simd::fmod(x.value, y.value));
    const T times = trunc(x.value / y.value);
    for (std::size_t i = 0; i < N; ++i)
        result.tangent[i] = x.tangent[i] - times * y.tangent[i];
    return result;
}

template <class T, std::size_t N>
[[nodiscard]] auto isnan(const dual<T, N>& x)
{
    using std::isnan;
    return isnan(x.value);
}

template <class T, std::size_t N>
[[nodiscard]] auto isinf(const dual<T, N>& x)
{
    using std::isinf;
    return isinf(x.value);
}

template <class T, std::size_t N>
[[nodiscard]] auto isfinite(const dual<T, N>& x)
{
    using std::isfinite;
    return isfinite(x.value);
}

// ---- functions of a dual number and a plain one
// ---------------------------------------------------

/// A plain number in a function of two, beside a dual number.
template <class A>
concept number_beside = std::is_arithmetic_v<A>;

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> max(const dual<T, N>& a, U b)
{
    return max(a, dual<T, N>(b));
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> max(U a, const dual<T, N>& b)
{
    return max(dual<T, N>(a), b);
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> min(const dual<T, N>& a, U b)
{
    return min(a, dual<T, N>(b));
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> min(U a, const dual<T, N>& b)
{
    return min(dual<T, N>(a), b);
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> hypot(const dual<T, N>& x, U y)
{
    return hypot(x, dual<T, N>(y));
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> hypot(U x, const dual<T, N>& y)
{
    return hypot(dual<T, N>(x), y);
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> atan2(const dual<T, N>& y, U x)
{
    return atan2(y, dual<T, N>(x));
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> atan2(U y, const dual<T, N>& x)
{
    return atan2(dual<T, N>(y), x);
}

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> fmod(const dual<T, N>& x, U y)
{
    return fmod(x, dual<T, N>(y));
}

} // namespace xgrad::inline XGRAD_ABI
