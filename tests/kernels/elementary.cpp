// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/kernels/elementary.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace
{

namespace simd = xgrad::simd;

/// Numbers of every size within [low, high], of both signs, and the ends.
std::vector<double> numbers(double low, double high)
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

template <class T, class F, class G>
double worst_error(F function, G reference, double low, double high)
{
    using V = simd::pack<T>;
    double worst = 0;
    for (const double number : numbers(low, high))
    {
        const T x = static_cast<T>(number);
        const double found = static_cast<double>(simd::first_lane(function(V(x))));
        const double expected = reference(static_cast<double>(x));
        const double error = std::abs(found - expected) /
                             std::max(std::abs(expected), double{std::numeric_limits<T>::min()});
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

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T, class F>
double at(F function, double x)
{
    return static_cast<double>(simd::first_lane(function(simd::pack<T>(static_cast<T>(x)))));
}

} // namespace

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
    const auto erfc = [](auto v) { return simd::erfc(v); };
    const auto reference = [](double x) { return std::erfc(x); };
    CHECK(worst_error<float>(erfc, reference, -6, 4) <= 100);
    CHECK(worst_error<double>(erfc, reference, -6, 4) <= 3e4);
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
