// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/function_accuracy.hpp"

#include <xgrad/kernels/gamma.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace xgrad::test;

namespace
{

const auto log_gamma = [](auto v) { return simd::lgamma(v); };
const auto digamma = [](auto v) { return simd::digamma(v); };
const auto trigamma = [](auto v) { return simd::trigamma(v); };

double reference(double x) { return std::lgamma(x); }

// Independent of the tested code: Euler's constant and differences of rational numbers.
constexpr double euler = 0.57721566490153286061;
constexpr double pi = 3.14159265358979323846;

} // namespace

TEST_CASE("simd::lgamma: agrees with the standard library")
{
    check_accuracy(log_gamma, reference, 1e-8, 12, 8);
    check_accuracy(log_gamma, reference, 12, 1e4);
    CHECK(worst_error<double>(log_gamma, reference, -20.7, -0.3, 1) <= 60);
    for (const double pole : {0.0, -1.0, -7.0, infinity, -infinity})
        CHECK(at<double>(log_gamma, pole) == infinity);
    CHECK(at<double>(log_gamma, 1) == 0);
    CHECK(at<double>(log_gamma, 2) == 0);
    CHECK(at<double>(log_gamma, 1 + 1e-9) == doctest::Approx(-euler * 1e-9).epsilon(1e-6));
    CHECK(at<float>(log_gamma, 1e30) == doctest::Approx(std::lgamma(1e30)).epsilon(1e-6));
    CHECK(std::isnan(at<double>(log_gamma, std::nan(""))));
}

TEST_CASE("simd::digamma: exact values, and the recurrence and reflection formulas")
{
    const auto value = [](double x) { return at<double>(digamma, x); };
    double harmonic = 0;
    for (int n = 1; n < 40; ++n)
    {
        CAPTURE(n);
        CHECK(value(n) == doctest::Approx(harmonic - euler).epsilon(1e-14));
        CHECK(at<float>(digamma, n) == doctest::Approx(harmonic - euler).epsilon(1e-6));
        harmonic += 1.0 / n;
    }
    CHECK(value(0.5) == doctest::Approx(-euler - 2 * std::log(2)).epsilon(1e-14));
    CHECK(value(0.25) == doctest::Approx(-euler - pi / 2 - 3 * std::log(2)).epsilon(1e-14));
    for (const double x : {-12.3, -2.75, -0.4, 1e-6, 0.3, 3.6, 77.25})
    {
        CAPTURE(x);
        CHECK(value(x + 1) - value(x) == doctest::Approx(1 / x).epsilon(1e-13));
        CHECK(value(1 - x) - value(x) == doctest::Approx(pi / std::tan(pi * x)).epsilon(1e-12));
    }
    CHECK(value(1e20) == doctest::Approx(std::log(1e20)).epsilon(1e-15));
    CHECK(value(infinity) == infinity);
    for (const double pole : {0.0, -1.0, -7.0})
        CHECK(value(pole) == -infinity);
    CHECK(std::isnan(value(std::nan(""))));
}

TEST_CASE("simd::trigamma: exact values, and the recurrence and reflection formulas")
{
    const auto value = [](double x) { return at<double>(trigamma, x); };
    double sum = pi * pi / 6;
    for (int n = 1; n < 40; ++n)
    {
        CAPTURE(n);
        CHECK(value(n) == doctest::Approx(sum).epsilon(1e-12));
        CHECK(at<float>(trigamma, n) == doctest::Approx(sum).epsilon(1e-6));
        sum -= 1.0 / n / n;
    }
    CHECK(value(0.5) == doctest::Approx(pi * pi / 2).epsilon(1e-14));
    for (const double x : {-12.3, -2.75, -0.4, 1e-3, 0.3, 3.6, 77.25})
    {
        CAPTURE(x);
        CHECK(value(x) - value(x + 1) == doctest::Approx(1 / (x * x)).epsilon(1e-12));
        const double sine = std::sin(pi * x);
        CHECK(value(1 - x) + value(x) == doctest::Approx(pi * pi / sine / sine).epsilon(1e-12));
    }
    CHECK(value(infinity) == 0);
    CHECK(value(0) == infinity);
    CHECK(value(-3) == infinity);
}
