// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The part of dual_functions.hpp with the functions of two numbers. Most of them take a plain
// number beside a dual one. Of dual numbers of dual numbers they call the functions of one number.

#include <xgrad/calculus/dual.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cmath>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// A plain number in a function of two, beside a dual number.
template <class A>
concept number_beside = std::is_arithmetic_v<A>;

// ---- powers -------------------------------------------------------------------------------------

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

template <class T, std::size_t N, number_beside U>
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

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> pow(U x, const dual<T, N>& y)
{
    return pow(dual<T, N>(x), y);
}

// ---- lengths and angles -------------------------------------------------------------------------

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

// ---- the larger and the smaller one -------------------------------------------------------------

/// The larger one with its derivatives; the first of equal ones.
template <class T, std::size_t N>
[[nodiscard]] dual<T, N> max(const dual<T, N>& a, const dual<T, N>& b)
{
    return simd::select(a.value < b.value, b, a);
}

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

template <class T, std::size_t N>
[[nodiscard]] dual<T, N> min(const dual<T, N>& a, const dual<T, N>& b)
{
    return simd::select(b.value < a.value, b, a);
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

// ---- remainders ---------------------------------------------------------------------------------

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

template <class T, std::size_t N, number_beside U>
[[nodiscard]] dual<T, N> fmod(const dual<T, N>& x, U y)
{
    return fmod(x, dual<T, N>(y));
}

} // namespace xgrad::inline XGRAD_ABI
