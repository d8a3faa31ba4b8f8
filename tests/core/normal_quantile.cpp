// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/normal_quantile.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace
{

double relative_error(double actual, double expected)
{
    return expected == 0.0 ? std::fabs(actual) : std::fabs(actual / expected - 1.0);
}

// Lower tail probability, accurate far out in the tail as well.
double normal_probability(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

} // namespace

TEST_CASE("portable_log: agrees with the C library to two units in the last place")
{
    double worst = 0.0;
    for (double x = 1e-300; x < 1e300; x *= 1.37)
        worst = std::fmax(worst, relative_error(xgrad::detail::portable_log(x), std::log(x)));
    for (double x = 0.5; x < 2.0; x += 0x1p-12)
        worst = std::fmax(worst, relative_error(xgrad::detail::portable_log(x), std::log(x)));
    CHECK(worst < 4.5e-16);
    CHECK(xgrad::detail::portable_log(1.0) == 0.0);
    const double tiny = std::numeric_limits<double>::denorm_min();
    CHECK(relative_error(xgrad::detail::portable_log(tiny), std::log(tiny)) < 4.5e-16);
}

TEST_CASE("normal_quantile: known percentage points")
{
    CHECK(xgrad::normal_quantile(0.5) == 0.0);
    CHECK(xgrad::normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-15));
    CHECK(xgrad::normal_quantile(0.25) == doctest::Approx(-0.6744897501960817).epsilon(1e-15));
    CHECK(xgrad::normal_quantile(1e-20) == doctest::Approx(-9.262340089798408).epsilon(1e-15));
}

TEST_CASE("normal_quantile: inverts the normal distribution function")
{
    // d z / z = (density error) p / (phi(z) z): compare in p, where the C library's erfc is exact
    // to a few units in the last place, and allow for its conditioning far out.
    for (double z = -37.0; z < 0.0; z += 0.01)
    {
        CAPTURE(z);
        const double p = normal_probability(z);
        CHECK(relative_error(xgrad::normal_quantile(p), z) < 2e-15 + 1e-15 / std::fabs(z));
        if (z > -5.0)
            CHECK(std::fabs(xgrad::normal_quantile(1.0 - p) + z) < 1e-15 + 1e-15 / p);
    }
}

TEST_CASE("normal_quantile: is odd about one half and rises")
{
    double previous = -std::numeric_limits<double>::infinity();
    for (int k = 1; k < 4096; ++k)
    {
        const double p = k * 0x1p-12;
        const double z = xgrad::normal_quantile(p);
        CHECK(z > previous);
        CHECK(z == -xgrad::normal_quantile(1.0 - p));
        previous = z;
    }
}

TEST_CASE("normal_quantile: ends and outside of the unit interval")
{
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(xgrad::normal_quantile(0.0) == -infinity);
    CHECK(xgrad::normal_quantile(1.0) == infinity);
    CHECK(std::isnan(xgrad::normal_quantile(-0.1)));
    CHECK(std::isnan(xgrad::normal_quantile(1.1)));
    CHECK(std::isnan(xgrad::normal_quantile(std::numeric_limits<double>::quiet_NaN())));
    CHECK(std::isfinite(xgrad::normal_quantile(std::numeric_limits<double>::denorm_min())));
}
