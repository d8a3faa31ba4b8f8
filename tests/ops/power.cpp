// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/power.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace
{

using namespace elementwise_checks;

const points positive{0.4, 1.7, 2.6, 0.9};
const points both_signs{-2.5, 0.3, 1.7, -0.6};
constexpr double infinity = std::numeric_limits<double>::infinity();

const auto power = [](const auto& a, const auto& b)
{
    using std::pow;
    return pow(a, b);
};

} // namespace

TEST_CASE("pow: values and gradients for tensors and numbers on either side")
{
    check_binary(power, power, positive, {1.3, 0.7, 2.2});
    check_number(power, power, positive, 1.6);
}

TEST_CASE("pow: whole exponents, known to the compiler or not")
{
    check_unary([](const auto& x) { return xgrad::pow<3>(x); }, [](double x) { return x * x * x; },
                both_signs);
    check_unary([](const auto& x) { return xgrad::pow<-2>(x); },
                [](double x) { return 1 / (x * x); }, both_signs);
    for (const int exponent : {-3, -1, 0, 1, 2, 5})
    {
        vector<> x(7);
        fill(x, both_signs);
        check_alone(xgrad::pow(x, exponent), x,
                    [&](std::size_t i) { return std::pow(x.data()[i], exponent); });
    }
    check_inside([](const auto& x, const auto& y)
                 { return xgrad::sum(xgrad::pow(x * y, 3U) * xgrad::pow(y, -1L)); },
                 both_signs, {1, 1.1, 0.9});
}

TEST_CASE("pow: the derivative at base 0 is finite where it exists")
{
    for (const double exponent : {0.0, 1.0, 1.5, 2.0, 3.0})
    {
        CAPTURE(exponent);
        const double expected = exponent == 1 ? 1 : 0;
        const auto real = [&](const auto& x) { return xgrad::pow(x, exponent); };
        CHECK(gradient_at<double>(real, {0})[0] == expected);
        CHECK(gradient_at<float>(real, {0})[0] == expected);
        if (exponent != 1.5)
            CHECK(gradient_at<double>([&](const auto& x)
                                      { return xgrad::pow(x, static_cast<int>(exponent)); },
                                      {0})[0] == expected);
    }
    CHECK(gradient_at<double>([](const auto& x) { return xgrad::pow(x, 0.5); }, {0})[0] ==
          infinity);
    CHECK(gradient_at<double>([](const auto& x) { return xgrad::pow<2>(x); }, {0})[0] == 0);
    CHECK(gradient_at<double>([](const auto& x) { return xgrad::pow<1>(x); }, {0})[0] == 1);
    CHECK(gradient_at<double>([](const auto& x) { return xgrad::pow<0>(x); }, {0})[0] == 0);
}

TEST_CASE("pow: the derivative by the exponent at base 0")
{
    const auto of_zero = [](const auto& b) { return xgrad::pow(0, b); };
    CHECK(gradient_at<double>(of_zero, {0.0, 0.5, 2.0, -1.0}) == points{0, 0, 0, -infinity});
    CHECK(value_at<double>(of_zero, {0.0, 0.5, 2.0, -1.0}) == points{1, 0, 0, infinity});
}

TEST_CASE("pow: negative bases have powers of whole exponents")
{
    const auto cube = [](const auto& x) { return xgrad::pow(x, 3.0); };
    CHECK(value_at<double>(cube, {-2})[0] == doctest::Approx(-8));
    CHECK(gradient_at<double>(cube, {-2})[0] == doctest::Approx(12));
    CHECK(std::isnan(value_at<double>([](const auto& x) { return xgrad::pow(x, 0.5); }, {-2})[0]));
}

TEST_CASE("pow: a whole exponent that float cannot hold is refused")
{
    xgrad::parameter<double> x(1);
    CHECK_THROWS_WITH_AS(static_cast<void>(xgrad::pow(x, 16777217)),
                         "xgrad::pow: expected a whole exponent within +-16777216, found "
                         "16777217; give it as floating-point number",
                         xgrad::domain_error);
    CHECK_THROWS_AS(static_cast<void>(xgrad::pow(x, -16777217L)), xgrad::domain_error);
    CHECK_THROWS_AS(static_cast<void>(xgrad::pow(x, ~0ULL)), xgrad::domain_error);
}

TEST_CASE("pow: float agrees with double")
{
    check_float(
        [](const auto& x, const auto& y)
        {
            return xgrad::sum(xgrad::pow(x, y) + xgrad::pow(y, 1.5) * xgrad::pow(x, -2) +
                              xgrad::pow<3>(y));
        },
        positive, {1, 0.3, 2});
}
