// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/calculus/dual_functions.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

using namespace xgrad;

namespace
{

/// First and second derivative of f at x, in scalars, several directions, vectors and nested.
template <class F>
void check(const char* name, F f, double x)
{
    CAPTURE(name);
    const double step = 1e-5;
    const double slope = (f(x + step) - f(x - step)) / (2 * step);
    const dual<double, 3> three = f(dual<double, 3>::variable(x, 1));
    CHECK(three.value == doctest::Approx(f(x)).epsilon(1e-14));
    CHECK(three.tangent[0] == 0);
    CHECK(three.tangent[1] == doctest::Approx(slope).epsilon(1e-8));

    const auto first = [&](double at) { return f(dual<double>::variable(at)).tangent[0]; };
    using second = dual<dual<double>>;
    const second nested = f(second(dual<double>::variable(x), {dual<double>(1)}));
    CHECK(nested.tangent[0].tangent[0] ==
          doctest::Approx((first(x + step) - first(x - step)) / (2 * step)).epsilon(1e-7));

    using V = simd::pack<double>;
    const dual<V> lanes = f(dual<V>(V(x), {V(1.0)}));
    CHECK(simd::first_lane(lanes.value) == doctest::Approx(f(x)).epsilon(1e-11));
    CHECK(simd::first_lane(lanes.tangent[0]) == doctest::Approx(slope).epsilon(1e-8));
}

} // namespace

TEST_CASE("dual: arithmetic and elementary functions of templates")
{
    using std::abs, std::acos, std::asin, std::atan, std::cos, std::cosh, std::erf, std::erfc,
        std::exp, std::expm1, std::log, std::log1p, std::max, std::min, std::pow, std::sin,
        std::sinh, std::sqrt, std::tan, std::tanh;
    check(
        "arithmetic", [](auto x) { return (x * x - 2.0 / x + 3 * x) / (x + 1) - (1.0 - x) * 2; },
        0.7);
    check(
        "exp", [](auto x) { return exp(x) * expm1(x * x); }, 0.3);
    check(
        "log", [](auto x) { return log(x) * log1p(x); }, 0.7);
    check(
        "roots", [](auto x) { return sqrt(x) + pow(x, 3) * pow(x, 2.5) / pow(x, -2); }, 0.7);
    check(
        "pow", [](auto x) { return pow(x, x); }, 0.7);
    check(
        "circular", [](auto x) { return sin(x) * cos(x) * tan(x); }, 0.7);
    check(
        "inverse", [](auto x) { return asin(x) + acos(x) * atan(x); }, 0.3);
    check(
        "hyperbolic", [](auto x) { return sinh(x) * cosh(x) + tanh(x); }, 0.3);
    check(
        "error function", [](auto x) { return erf(x) * x + erfc(x); }, 0.3);
    check(
        "piecewise", [](auto x) { return abs(x) * min(x, x * x) + max(x, x * x); }, 0.3);
}

TEST_CASE("dual: functions that vectors lack")
{
    const auto slope = [](auto f, double x) { return f(dual<double>::variable(x)).tangent[0]; };
    CHECK(slope([](auto x) { return lgamma(x); }, 2.5) == doctest::Approx(0.70315664064524319));
    CHECK(slope([](auto x) { return cbrt(x); }, 8) == doctest::Approx(1.0 / 12));
    CHECK(slope([](auto x) { return atan2(x, 2.0); }, 1) == doctest::Approx(0.4));
    CHECK(slope([](auto x) { return atan2(1, x); }, 2) == doctest::Approx(-0.2));
    CHECK(slope([](auto x) { return hypot(x, 4); }, 3) == doctest::Approx(0.6));
    CHECK(slope([](auto x) { return fmod(x, 2); }, 5.5) == 1);
    CHECK(slope([](auto x) { return floor(x) + ceil(x) + round(x) + trunc(x); }, 5.5) == 0);
    CHECK(slope([](auto x) { return asinh(x) + acosh(x + 2) + atanh(x); }, 0) ==
          doctest::Approx(2 + 1 / std::sqrt(3.0)));
    CHECK(slope([](auto x) { return exp2(x) + log2(x) + log10(x); }, 1) ==
          doctest::Approx(2 * std::log(2.0) + 1 / std::log(2.0) + 1 / std::log(10.0)));
    CHECK(std::numeric_limits<dual<double>>::max() == std::numeric_limits<double>::max());
}

TEST_CASE("dual: what does not change brings no derivative, where the slope is infinite")
{
    const dual<double, 2> zero(0.0, {0.0, 1.0});
    CHECK(sqrt(zero).tangent[0] == 0);
    CHECK(sqrt(zero).tangent[1] == std::numeric_limits<double>::infinity());
    CHECK(pow(zero, 0.5).tangent[0] == 0);
    CHECK(hypot(zero, zero).tangent[1] == 0);
    CHECK(abs(zero).tangent[1] == 0);
}

TEST_CASE("dual: vectors are loaded from and stored to neighbouring dual numbers")
{
    const auto round_trip = []<std::size_t N>(std::integral_constant<std::size_t, N>)
    {
        using V = dual<simd::pack<double>, N>;
        constexpr std::size_t lanes = simd::lanes<V>;
        std::array<dual<double, N>, lanes> from, to;
        for (std::size_t i = 0; i < lanes; ++i)
        {
            from[i].value = static_cast<double>(i);
            for (std::size_t k = 0; k < N; ++k)
                from[i].tangent[k] = static_cast<double>(10 * (k + 1) + i);
        }
        const V loaded = simd::load<V>(from.data());
        CHECK(simd::reduce_add(loaded).value == static_cast<double>(lanes * (lanes - 1)) / 2);
        simd::store<V>(to.data(), loaded);
        for (std::size_t i = 0; i < lanes; ++i)
        {
            CHECK(to[i].value == from[i].value);
            CHECK(to[i].tangent == from[i].tangent);
        }
    };
    round_trip(std::integral_constant<std::size_t, 1>{});
    round_trip(std::integral_constant<std::size_t, 2>{});
    round_trip(std::integral_constant<std::size_t, 3>{});
    round_trip(std::integral_constant<std::size_t, 5>{});
}
