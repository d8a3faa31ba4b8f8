// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How far functions of vectors are from a reference.

#include <xgrad/kernels/elementary.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace xgrad::test
{

namespace simd = xgrad::simd;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Numbers of every size within [low, high], of both signs, and the ends.
inline std::vector<double> numbers(double low, double high)
{
    std::vector<double> result{low, high};
    for (int i = 1; i < 500; ++i)
        result.push_back(low + (high - low) * i / 500);
    for (int exponent = -30; exponent < 10; ++exponent)
        for (const double size : {std::ldexp(1.37, exponent), -std::ldexp(1.83, exponent)})
            if (low <= size && size <= high)
                result.push_back(size);
    return result;
}

/// The largest error in units of the relative precision of T, relative to the reference or to
/// @p smallest, whichever is larger.
template <class T, class F, class G>
double worst_error(F function, G reference, double low, double high,
                   double smallest = double{std::numeric_limits<T>::min()})
{
    using V = simd::pack<T>;
    double worst = 0;
    for (const double number : numbers(low, high))
    {
        const T x = static_cast<T>(number);
        const double found = static_cast<double>(simd::first_lane(function(V(x))));
        const double expected = reference(static_cast<double>(x));
        const double error = std::abs(found - expected) / std::max(std::abs(expected), smallest);
        worst = std::isnan(error) ? 1e300 : std::max(worst, error);
    }
    return worst / static_cast<double>(std::numeric_limits<T>::epsilon());
}

/// In units of the relative precision of T.
template <class F, class G>
void check_accuracy(F function, G reference, double low, double high, double units = 4)
{
    CHECK(worst_error<float>(function, reference, low, high) <= units);
    CHECK(worst_error<double>(function, reference, low, high) <= units);
}

template <class T, class F>
double at(F function, double x)
{
    return static_cast<double>(simd::first_lane(function(simd::pack<T>(static_cast<T>(x)))));
}

} // namespace xgrad::test
