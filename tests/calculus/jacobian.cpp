// SPDX-License-Identifier: BSD-3-Clause

#include "calculus/differences.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>

using namespace xgrad;
using vector = xt::xtensor<double, 1>;

namespace
{

const auto curve = [](const auto& p, const auto& t)
{
    const auto& [height, rate, offset] = p;
    return height * exp(-(rate * t)) + offset * offset;
};

const auto fold = [](const auto& x)
{ return matmul(reshape(x * x, shape<2, 10>{}), reshape(sin(x), shape<10, 2>{})); };

template <class F, class... A>
void check_modes(F f, A... a)
{
    auto by_shape = jacobian(f, wrt<0>);
    auto by_columns = jacobian(f, forward_mode, wrt<0>);
    auto by_rows = jacobian(f, reverse_mode, wrt<0>);
    const auto j = by_columns(a...);
    REQUIRE(j.size() > 0);
    for (std::size_t i = 0; i < j.size(); ++i)
    {
        CHECK(by_rows(a...).data()[i] == doctest::Approx(j.data()[i]).scale(1));
        CHECK(by_shape(a...).data()[i] == doctest::Approx(j.data()[i]).scale(1));
    }
    // Against differences of the value.
    auto value = jacobian_vector_product(f, wrt<0>);
    const auto direction = std::get<0>(std::tuple(a...));
    const auto numbers = differences::numbers_of(std::get<0>(std::tie(a...)));
    for (std::size_t k = 0; k < numbers.size(); ++k)
    {
        const double before = *numbers[k];
        *numbers[k] = before + 1e-5;
        const auto above = value(a..., direction).value;
        *numbers[k] = before - 1e-5;
        const auto below = value(a..., direction).value;
        *numbers[k] = before;
        for (std::size_t i = 0; i < above.size(); ++i)
            CHECK(
                j(i, k) ==
                doctest::Approx((above.data()[i] - below.data()[i]) / 2e-5).epsilon(1e-7).scale(1));
    }
}

} // namespace

TEST_CASE("jacobian: forward and reverse agree with differences")
{
    const vector t{0, 0.3, 0.7, 1.1, 2, 2.5, 3, 4, 5};
    check_modes(curve, std::array{1.5, 0.3, 2.0}, t);
    vector x(std::array<std::size_t, 1>{20});
    for (std::size_t i = 0; i < 20; ++i)
        x(i) = 0.1 * static_cast<double>(i) - 0.8;
    check_modes(fold, x);
}

TEST_CASE("jacobian: any number of columns, which are taken several at once")
{
    const auto f = [](const auto& x)
    { return slice(x, axis<0>, range<0, 2>) * sum(x * x) + sin(sum(x)); };
    for (std::size_t n = 2; n <= 13; ++n)
    {
        vector x(std::array<std::size_t, 1>{n});
        for (std::size_t i = 0; i < n; ++i)
            x(i) = 0.2 * static_cast<double>(i) - 0.7;
        CAPTURE(n);
        check_modes(f, x);
    }
    check_modes(f, xt::xtensor_fixed<double, xt::xshape<9>>{0.3, -0.2, 0.9, 0.1, 0.4, -0.7, 0.5,
                                                            -0.1, 0.8});
}

TEST_CASE("jacobian: products with directions and gradients")
{
    const std::array p{1.5, 0.3, 2.0};
    const vector t{0, 1, 2};
    const auto j = jacobian(curve, wrt<0>)(p, t);
    auto along = jacobian_vector_product(curve, wrt<0>);
    const auto& [value, tangent] = along(p, t, std::array{1.0, 0.0, 0.5});
    CHECK(value(0) == doctest::Approx(5.5));
    CHECK(tangent(2) == doctest::Approx(j(2, 0) + 0.5 * j(2, 2)));

    auto back = vector_jacobian_product(curve, wrt<0>);
    const auto& [same_value, gradient] = back(p, t, vector{1, 0, 2});
    CHECK(same_value(0) == doctest::Approx(5.5));
    CHECK(gradient[1] == doctest::Approx(j(0, 1) + 2 * j(2, 1)));
    CHECK_THROWS_AS(back(p, t, vector{1, 0}), shape_error);

    const auto f = [](const auto& x, const auto& y) { return x * y * y; };
    CHECK(jacobian_vector_product(f)(2.0, 3.0, 1.0, 0.5).tangent == 15);
    const auto by_both = vector_jacobian_product(f)(2.0, 3.0, 10.0);
    CHECK(by_both.value == 18);
    CHECK(std::get<1>(by_both.gradient) == 120);
}

TEST_CASE("jacobian: a direction of another shape is told")
{
    auto along = jacobian_vector_product([](const auto& x) { return exp(x); });
    std::string message;
    try
    {
        along(vector{1, 2, 3}, vector{1, 2});
    }
    catch (const shape_error& e)
    {
        message = e.what();
    }
    CHECK(message == "xgrad::jacobian_vector_product: expected a direction of the argument's shape "
                     "(3), found (2)");
}
