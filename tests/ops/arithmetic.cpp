// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/arithmetic.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace
{

using namespace elementwise_checks;

const points some{-2.5, 0.3, 1.7, -0.6, 4.1};
const points others{1.2, -0.7, 2.6};

const auto add = [](const auto& a, const auto& b) { return a + b; };
const auto subtract = [](const auto& a, const auto& b) { return a - b; };
const auto multiply = [](const auto& a, const auto& b) { return a * b; };
const auto divide = [](const auto& a, const auto& b) { return a / b; };

} // namespace

TEST_CASE("operator+: values and gradients")
{
    check_binary(add, add, some, others);
    check_number(add, add, some, 1.25);
}

TEST_CASE("operator-: values and gradients")
{
    check_binary(subtract, subtract, some, others);
    check_number(subtract, subtract, some, 1.25);
}

TEST_CASE("operator*: values and gradients")
{
    check_binary(multiply, multiply, some, others);
    check_number(multiply, multiply, some, 1.25);
}

TEST_CASE("operator/: values and gradients")
{
    check_binary(divide, divide, some, others);
    check_number(divide, divide, some, 1.25);
}

TEST_CASE("unary operator-: values and gradients")
{
    const auto negate = [](const auto& x) { return -x; };
    check_unary(negate, negate, some);
}

TEST_CASE("square: values and gradients")
{
    check_unary([](const auto& x) { return xgrad::square(x); }, [](double x) { return x * x; },
                some);
}

TEST_CASE("unary operator+: is the plain expression")
{
    xgrad::parameter<double> a(2);
    const auto same = +a;
    static_assert(std::is_same_v<decltype(+same), std::remove_const_t<decltype(same)>>);
    CHECK(same.handle().get() == a.handle().get());
}

TEST_CASE("numbers as operands: take the element type of the tensor")
{
    xgrad::parameter<float, xgrad::shape<3>> x{1, 2, 3};
    const auto y = 2 * x - x / 4.0 + 1U - 0.5F * x + 3L;
    static_assert(std::is_same_v<xgrad::value_type_of<decltype(y)>, float>);
    xgrad::plan p(y);
    const auto value = p.forward();
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(value(i) == doctest::Approx(1.25 * (static_cast<double>(i) + 1) + 4));
}

TEST_CASE("numbers as operands: written at different places they stay in one compiled loop")
{
    xgrad::parameter<double, xgrad::shape<3>> x{1, 2, 3};
    const auto y = xgrad::sum(2 * x * x + 3 * x + (x - 4) * (5 - x));
    xgrad::plan p(y);
    CHECK(p.value_and_gradient() == doctest::Approx(28 + 18 - 12 - 6 - 2));
    CHECK(x.gradient()(0) == doctest::Approx(4 + 3 + 7));
    CHECK(x.gradient()(2) == doctest::Approx(12 + 3 + 3));
    CHECK(p.summary().regions == 1);
    CHECK(p.summary().general_regions == 0);
}

TEST_CASE("numbers as operands: written at one place they are still told apart")
{
    xgrad::parameter<double, xgrad::shape<3>> x{1, 2, 3};
    const auto scaled = [&](double factor) { return factor * x; };
    const auto y = xgrad::sum(scaled(2) * scaled(3) * scaled(2));
    xgrad::plan p(y);
    CHECK(p.value_and_gradient() == doctest::Approx(12 * (1 + 8 + 27)));
    CHECK(x.gradient()(1) == doctest::Approx(36 * 4));
}

TEST_CASE("operator/: a gradient of 0 stays 0 beyond a division by 0")
{
    xgrad::parameter<double, xgrad::shape<2>> a{0, 1};
    xgrad::parameter<double, xgrad::shape<2>> b{0, 2};
    const auto y = a / b;
    xgrad::plan p(y);
    p.forward();
    const xt::xtensor<double, 1> seed{0, 1};
    p.backward(seed);
    CHECK(a.gradient()(0) == 0);
    CHECK(b.gradient()(0) == 0);
    CHECK(a.gradient()(1) == 0.5);
    CHECK(b.gradient()(1) == -0.25);
}

TEST_CASE("operator+: shapes that do not broadcast are refused with operation and shapes")
{
    xgrad::parameter<double, xgrad::shape<xgrad::dynamic>> a(2);
    xgrad::parameter<double, xgrad::shape<xgrad::dynamic>> b(3);
    const auto y = a + b;
    xgrad::plan p(y);
    CHECK_THROWS_WITH_AS(p.forward(),
                         "xgrad::add: expected shapes that broadcast together, found (2) and (3)",
                         xgrad::shape_error);
}

TEST_CASE("arithmetic: the same plan serves batches of different sizes")
{
    xgrad::input<double, xgrad::shape<xgrad::dynamic, 3>> x;
    xgrad::parameter<double, xgrad::shape<3>> a{1, -2, 0.5};
    const auto y = xgrad::sum((x * a - 1) / (2 + xgrad::square(a)));
    xgrad::plan p(y);
    for (const std::size_t batch : {5U, 2U, 0U, 7U})
    {
        xt::xtensor<double, 2> values({batch, 3});
        for (std::size_t i = 0; i < values.size(); ++i)
            values.data()[i] = 0.1 * static_cast<double>(i) - 0.4;
        x.bind(values);
        const double value = p.value_and_gradient();
        const std::vector<double> gradient(a.gradient().begin(), a.gradient().end());
        double expected = 0;
        std::vector<double> expected_gradient(3);
        for (std::size_t i = 0; i < values.size(); ++i)
        {
            const double c = a.data()[i % 3];
            const double v = values.data()[i];
            expected += (v * c - 1) / (2 + c * c);
            expected_gradient[i % 3] +=
                v / (2 + c * c) - (v * c - 1) * 2 * c / ((2 + c * c) * (2 + c * c));
        }
        CHECK(value == doctest::Approx(expected));
        for (std::size_t k = 0; k < 3; ++k)
            CHECK(gradient[k] == doctest::Approx(expected_gradient[k]));
    }
}

TEST_CASE("arithmetic: float agrees with double")
{
    check_float([](const auto& x, const auto& y)
                { return xgrad::sum(xgrad::square(x + y) / (y * y + 1) - (-x) * 3 / (2 - y)); },
                some, others);
}
