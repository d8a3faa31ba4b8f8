// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/function_accuracy.hpp"

#include <xgrad/kernels/elementary.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace xgrad::test;

TEST_CASE("elementary functions: agree with the standard library")
{
    check_accuracy([](auto v) { return simd::expm1(v); }, [](double x) { return std::expm1(x); },
                   -80, 80);
    check_accuracy([](auto v) { return simd::log1p(v); }, [](double x) { return std::log1p(x); },
                   -0.99, 1000);
    check_accuracy([](auto v) { return simd::sqrt(v); }, [](double x) { return std::sqrt(x); }, 0,
                   1e6);
    check_accuracy([](auto v) { return simd::abs(v); }, [](double x) { return std::abs(x); }, -9,
                   9);
    check_accuracy([](auto v) { return simd::sin(v); }, [](double x) { return std::sin(x); }, -50,
                   50);
    check_accuracy([](auto v) { return simd::cos(v); }, [](double x) { return std::cos(x); }, -50,
                   50);
    check_accuracy([](auto v) { return simd::tan(v); }, [](double x) { return std::tan(x); }, -50,
                   50);
    check_accuracy([](auto v) { return simd::asin(v); }, [](double x) { return std::asin(x); }, -1,
                   1);
    check_accuracy([](auto v) { return simd::acos(v); }, [](double x) { return std::acos(x); }, -1,
                   1);
    check_accuracy([](auto v) { return simd::atan(v); }, [](double x) { return std::atan(x); },
                   -900, 900);
    check_accuracy([](auto v) { return simd::sinh(v); }, [](double x) { return std::sinh(x); }, -80,
                   80);
    check_accuracy([](auto v) { return simd::cosh(v); }, [](double x) { return std::cosh(x); }, -80,
                   80);
    check_accuracy([](auto v) { return simd::tanh(v); }, [](double x) { return std::tanh(x); },
                   -900, 900);
}

TEST_CASE("simd::pow: agrees with the standard library, at 0 and for whole exponents as well")
{
    for (const double exponent : {-2.5, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 2.5})
    {
        const auto power = [&](auto v)
        { return simd::pow(v, simd::number<decltype(v)>(exponent)); };
        check_accuracy(
            power, [&](double x) { return std::pow(x, exponent); }, 0.001, 300, 60);
        for (const double base : {0.0, -3.0, infinity})
        {
            CAPTURE(base);
            CAPTURE(exponent);
            const double expected = std::pow(base, exponent);
            const double found = at<double>(power, base);
            if (std::isnan(expected))
                CHECK(std::isnan(found));
            else if (std::isinf(expected))
                CHECK(found == expected);
            else
                CHECK(found == doctest::Approx(expected));
        }
    }
}

TEST_CASE("simd::whole_power: multiplies")
{
    for (const int exponent : {-3, -1, 0, 1, 2, 3, 7, 10})
        check_accuracy([&](auto v) { return simd::whole_power(v, exponent); },
                       [&](double x) { return std::pow(x, exponent); }, 0.1, 9, 10);
    const auto power_of = [](int exponent)
    { return [exponent](auto v) { return simd::whole_power(v, exponent); }; };
    CHECK(at<double>(power_of(3), -2) == -8);
    CHECK(at<double>(power_of(0), 0) == 1);
    CHECK(at<double>(power_of(-2), 0) == infinity);
    CHECK(at<float>(power_of(std::numeric_limits<int>::min()), 2) == 0);
    CHECK(at<float>(power_of(1 << 24), 1) == 1);
}

TEST_CASE("simd::sigmoid and simd::softplus: are right far from 0")
{
    const auto sigmoid = [](auto v) { return simd::sigmoid(v); };
    const auto softplus = [](auto v) { return simd::softplus(v); };
    check_accuracy(
        sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, -80, 80);
    check_accuracy(
        softplus, [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); },
        -80, 80);
    for (const double far : {1e3, 1e30, infinity})
    {
        CHECK(at<float>(sigmoid, far) == 1);
        CHECK(at<float>(sigmoid, -far) == 0);
        CHECK(at<double>(sigmoid, -far) == 0);
        CHECK(at<float>(softplus, far) == static_cast<double>(static_cast<float>(far)));
        CHECK(at<double>(softplus, far) == far);
        CHECK(at<double>(softplus, -far) == 0);
    }
}

TEST_CASE("simd::number, first_lane and zero_or_one: give what they say")
{
    using V = simd::pack<float>;
    CHECK(simd::first_lane(simd::number<V>(0.1)) == 0.1F);
    alignas(V) float elements[simd::lanes<V>];
    for (std::size_t i = 0; i < simd::lanes<V>; ++i)
        elements[i] = static_cast<float>(i) - 1;
    const V v = simd::load<V>(elements);
    CHECK(simd::first_lane(v) == -1);
    const auto condition = v < simd::number<V>(0);
    CHECK(simd::reduce_add(simd::zero_or_one<V>(condition)) == 1);
}

TEST_CASE("simd::negate: changes the sign of zeros too")
{
    const auto negate = [](auto v) { return simd::negate(v); };
    for (const double x : {0.0, 1.5, infinity, std::nan("")})
    {
        CAPTURE(x);
        CHECK(std::signbit(at<double>(negate, x)));
        CHECK(std::signbit(at<float>(negate, x)));
        CHECK_FALSE(std::signbit(at<double>(negate, -x)));
        CHECK_FALSE(std::signbit(at<float>(negate, -x)));
    }
    CHECK(at<double>(negate, 1.5) == -1.5);
}

TEST_CASE("simd::product_or_zero: 0 where the first factor is, whatever the other")
{
    for (const double y : {-2.0, 0.0, infinity, std::nan("")})
    {
        CAPTURE(y);
        const auto times_y = [&](auto x)
        { return simd::product_or_zero(x, simd::number<decltype(x)>(y)); };
        for (const double zero : {0.0, -0.0})
        {
            CHECK(at<double>(times_y, zero) == 0);
            CHECK(at<float>(times_y, zero) == 0);
        }
        CHECK(std::isnan(at<double>(times_y, std::nan(""))));
        CHECK(std::isnan(at<float>(times_y, std::nan(""))));
    }
    const auto times_two = [](auto x)
    { return simd::product_or_zero(x, simd::number<decltype(x)>(2)); };
    CHECK(at<double>(times_two, 3) == 6);
    CHECK(at<float>(times_two, -infinity) == -infinity);
}

TEST_CASE("simd::log1mexp: right near 0 and far from it")
{
    const auto log1mexp = [](auto v) { return simd::log1mexp(v); };
    check_accuracy(
        log1mexp,
        [](double x)
        {
            const long double y = x;
            return static_cast<double>(x < 0.5 ? std::log(-std::expm1(-y))
                                               : std::log1p(-std::exp(-y)));
        },
        1e-9, 80);
    CHECK(at<double>(log1mexp, 0) == -infinity);
    CHECK(at<double>(log1mexp, infinity) == 0);
    CHECK(std::isnan(at<double>(log1mexp, -1)));
}

TEST_CASE("simd::xlogy: 0 where x = 0, unless y is NaN")
{
    const auto of_zero = [](auto y) { return simd::xlogy(simd::number<decltype(y)>(0), y); };
    for (const double y : {-infinity, -1.0, 0.0, 0.5, 1.0, infinity})
    {
        CAPTURE(y);
        CHECK(at<double>(of_zero, y) == 0);
        CHECK(at<float>(of_zero, y) == 0);
    }
    CHECK(std::isnan(at<double>(of_zero, std::nan(""))));
    const auto of_two = [](auto y) { return simd::xlogy(simd::number<decltype(y)>(2), y); };
    CHECK(at<double>(of_two, 3) == doctest::Approx(2 * std::log(3)));
    CHECK(at<double>(of_two, 0) == -infinity);
    CHECK(at<double>(of_two, infinity) == infinity);
    CHECK(std::isnan(at<double>(of_two, -1)));
    CHECK(std::isnan(at<double>(of_two, std::nan(""))));
}

TEST_CASE("simd::hypot, atan2 and fmod: agree with the standard library everywhere")
{
    const double tiny = std::numeric_limits<double>::min();
    const double huge = std::numeric_limits<double>::max();
    const double points[] = {0.0,  -0.0,  1.0,      -3.0,      0.7,          -1e-9, tiny,
                             huge, -huge, infinity, -infinity, std::nan(""), 1e5};
    const auto same = [](double found, double expected)
    {
        if (std::isnan(expected))
            return std::isnan(found);
        return found == expected || std::abs(found - expected) <= 4e-16 * std::abs(expected);
    };
    for (const double a : points)
        for (const double b : points)
        {
            CAPTURE(a);
            CAPTURE(b);
            const auto with_b = [b](auto f)
            { return [b, f](auto v) { return f(v, simd::number<decltype(v)>(b)); }; };
            const auto hypot = [](auto x, auto y) { return simd::hypot(x, y); };
            const auto atan2 = [](auto y, auto x) { return simd::atan2(y, x); };
            const auto fmod = [](auto x, auto y) { return simd::fmod(x, y); };
            CHECK(same(at<double>(with_b(hypot), a), std::hypot(a, b)));
            CHECK(same(at<double>(with_b(atan2), a), std::atan2(a, b)));
            CHECK(std::signbit(at<double>(with_b(atan2), a)) == std::signbit(std::atan2(a, b)));
            CHECK(same(at<double>(with_b(fmod), a), std::fmod(a, b)));
        }
}

TEST_CASE("simd::sine_and_cosine: what sin and cos give")
{
    for (const double angle : {0.0, 0.7, -2.0, 40.0, -1e4, 1e9})
    {
        CAPTURE(angle);
        const auto sine = [](auto v) { return simd::sine_and_cosine(v).first; };
        const auto cosine = [](auto v) { return simd::sine_and_cosine(v).second; };
        CHECK(at<double>(sine, angle) == doctest::Approx(std::sin(angle)).epsilon(1e-14));
        CHECK(at<double>(cosine, angle) == doctest::Approx(std::cos(angle)).epsilon(1e-14));
    }
}
