// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The normal distribution's quantiles, from operations that IEEE 754 defines to the last bit: sums,
// products, quotients, square roots and std::fma, which is written out wherever a compiler might
// otherwise contract a product and a sum on one machine and not on the next.

#include <xgrad/core/abi.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// coefficients[0] + coefficients[1] x + ..., by Horner's rule.
template <std::size_t N>
inline double polynomial(double x, const std::array<double, N>& coefficients)
{
    double sum = coefficients[N - 1];
    for (std::size_t power = N - 1; power-- > 0;)
        sum = std::fma(sum, x, coefficients[power]);
    return sum;
}

/// A positive number as significand * 2^exponent with the significand in [sqrt(1/2), sqrt(2)).
struct scaled_number
{
    double significand;
    double exponent;
};

inline scaled_number scale_to_one(double x)
{
    constexpr double subnormal_scale = 0x1p54;
    const bool subnormal = x < std::numeric_limits<double>::min();
    const auto bits = std::bit_cast<std::uint64_t>(subnormal ? x * subnormal_scale : x);
    const auto biased = static_cast<int>(bits >> 52);
    const auto fraction = bits & 0x000f'ffff'ffff'ffff;
    const auto significand = std::bit_cast<double>(fraction | 0x3ff0'0000'0000'0000);
    const int exponent = biased - 1023 - (subnormal ? 54 : 0);
    if (significand < 0x1.6a09e667f3bcdp0)
        return {significand, static_cast<double>(exponent)};
    return {significand / 2, static_cast<double>(exponent + 1)};
}

/// Natural logarithm of a positive finite number, the same bits everywhere; within 2 ulp.
/// log(m 2^e) = e log 2 + 2 artanh(s), s = (m - 1) / (m + 1), by the series of artanh.
inline double portable_log(double x)
{
    constexpr double log2_high = 0x1.62e42fefa38p-1; // short enough for exponent * log2_high
    constexpr double log2_low = 0x1.ef35793c7673p-45;
    constexpr std::array<double, 10> series{1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11,
                                            1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
    const auto [significand, exponent] = scale_to_one(x);
    const double s = (significand - 1.0) / (significand + 1.0);
    const double square = s * s;
    const double twice = s + s;
    const double correction = twice * square * polynomial(square, series);
    const double low = twice + std::fma(exponent, log2_low, correction);
    return std::fma(exponent, log2_high, low);
}

/// Standard normal quantile at 1/2 + @p centred, where @p tail = 1/2 - |centred| > 0 holds what
/// the sum would have rounded away. Rational approximations of algorithm AS 241 (PPND16).
inline double normal_quantile(double centred, double tail)
{
    static constexpr std::array<double, 8> centre_numerator{
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
        3.3430575583588128105e4, 2.5090809287301226727e3};
    static constexpr std::array<double, 8> centre_denominator{1.0,
                                                              4.2313330701600911252e1,
                                                              6.8718700749205790830e2,
                                                              5.3941960214247511077e3,
                                                              2.1213794301586595867e4,
                                                              3.9307895800092710610e4,
                                                              2.8729085735721942674e4,
                                                              5.2264952788528545610e3};
    static constexpr std::array<double, 8> middle_numerator{
        1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
        3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr std::array<double, 8> middle_denominator{1.0,
                                                              2.05319162663775882187e0,
                                                              1.67638483018380384940e0,
                                                              6.89767334985100004550e-1,
                                                              1.48103976427480074590e-1,
                                                              1.51986665636164571966e-2,
                                                              5.47593808499534494600e-4,
                                                              1.05075007164441684324e-9};
    static constexpr std::array<double, 8> far_numerator{
        6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr std::array<double, 8> far_denominator{1.0,
                                                           5.99832206555887937690e-1,
                                                           1.36929880922735805310e-1,
                                                           1.48753612908506148525e-2,
                                                           7.86869131145613259100e-4,
                                                           1.84631831751005468180e-5,
                                                           1.42151175831644588870e-7,
                                                           2.04426310338993978564e-15};

    if (tail >= 0.075)
    {
        const double r = std::fma(-centred, centred, 0.180625);
        return centred * polynomial(r, centre_numerator) / polynomial(r, centre_denominator);
    }
    const double r = std::sqrt(-portable_log(tail));
    const double size =
        r <= 5.0 ? polynomial(r - 1.6, middle_numerator) / polynomial(r - 1.6, middle_denominator)
                 : polynomial(r - 5.0, far_numerator) / polynomial(r - 5.0, far_denominator);
    return centred < 0.0 ? -size : size;
}

} // namespace detail

/// The number below which a standard normal variable falls with probability @p p; -inf at 0, inf
/// at 1, NaN outside. Relative error about 1e-16 by its source, 1e-15 as tested, and the same bits
/// with every compiler, optimisation level and target.
/// M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
/// Statistics 37 (1988), 477-484.
inline double normal_quantile(double p)
{
    if (!(p > 0.0 && p < 1.0))
    {
        const double infinity = std::numeric_limits<double>::infinity();
        if (p == 0.0 || p == 1.0)
            return p == 0.0 ? -infinity : infinity;
        return std::numeric_limits<double>::quiet_NaN();
    }
    return detail::normal_quantile(p - 0.5, p < 0.5 ? p : 1.0 - p);
}

} // namespace xgrad::inline XGRAD_ABI
