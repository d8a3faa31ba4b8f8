// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The functions of <cmath> for dual numbers, found by argument-dependent lookup: a template that
// says `using std::exp; exp(x)`, or just `exp(x)` of its argument, runs on dual numbers as it is.
// Those of one number are here, those of two in detail/dual_functions_of_two.hpp.

#include <xgrad/calculus/detail/dual_functions_of_two.hpp>
#include <xgrad/calculus/dual.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/error_function.hpp>
#include <xgrad/kernels/gamma.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>

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

// ---- roots --------------------------------------------------------------------------------------

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

} // namespace xgrad::inline XGRAD_ABI
