// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/function_accuracy.hpp"

#include <xgrad/kernels/error_function.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>

using namespace xgrad::test;

namespace
{

const auto error_function = [](auto v) { return xgrad::simd::erf(v); };
const auto complement = [](auto v) { return xgrad::simd::erfc(v); };

} // namespace

TEST_CASE("simd::erf and erfc: agree with the standard library, the tail in relative terms")
{
    const auto reference = [](double x) { return std::erfc(x); };
    check_accuracy(
        error_function, [](double x) { return std::erf(x); }, -7, 7);
    check_accuracy(complement, reference, -7, 1);
    constexpr double units = 6;
    CHECK(worst_error<float>(complement, reference, 1, 9) <= units);
    CHECK(worst_error<double>(complement, reference, 1, 26.5) <= units);
}

TEST_CASE("simd::erf and erfc: of a single number")
{
    const auto check = [](auto one)
    {
        using T = decltype(one);
        constexpr double unit = std::numeric_limits<T>::epsilon();
        for (const double number : numbers(-7, std::is_same_v<T, float> ? 9 : 26))
        {
            const T x = static_cast<T>(number);
            const double wide = static_cast<double>(x);
            CHECK(simd::erf(x) == doctest::Approx(std::erf(wide)).epsilon(3 * unit).scale(0));
            CHECK(simd::erfc(x) == doctest::Approx(std::erfc(wide)).epsilon(6 * unit).scale(0));
        }
    };
    check(float{});
    check(double{});
}

TEST_CASE("simd::normal_cdf_and_density: both of the standard normal distribution")
{
    const auto distribution = [](auto v) { return simd::normal_cdf_and_density(v).first; };
    const auto density = [](auto v) { return simd::normal_cdf_and_density(v).second; };
    check_accuracy(
        distribution, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }, -4, 9, 16);
    check_accuracy(
        density,
        [](double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * 3.14159265358979324); }, -4, 4,
        16);
    CHECK(at<double>(density, 1e30) == 0);
    CHECK(at<float>(density, -infinity) == 0);
    CHECK(std::isnan(at<double>(density, std::nan(""))));
}

TEST_CASE("simd::erf and erfc: at 0 and far from it")
{
    CHECK(at<double>(error_function, 0) == 0);
    CHECK(at<double>(complement, 0) == 1);
    for (const double far : {40.0, 1e30, infinity})
    {
        CHECK(at<float>(error_function, far) == 1);
        CHECK(at<float>(error_function, -far) == -1);
        CHECK(at<double>(error_function, -far) == -1);
        CHECK(at<float>(complement, far) == 0);
        CHECK(at<double>(complement, far) == 0);
        CHECK(at<double>(complement, -far) == 2);
    }
    CHECK(std::isnan(at<double>(error_function, std::nan(""))));
    CHECK(std::isnan(at<float>(complement, std::nan(""))));
}
