// SPDX-License-Identifier: BSD-3-Clause

#include "calculus/differences.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xview.hpp>
#endif

using namespace xgrad;
using vector = xt::xtensor<double, 1>;
using matrix = xt::xtensor<double, 2>;

namespace
{

struct circle
{
    double x, y;
    vector weights;
};

template <class T>
struct point
{
    T x, y;
};

template <class S, class V>
struct line
{
    S offset;
    V slope;
};

} // namespace

TEST_CASE("gradient: numbers and tensors, of any size")
{
    const auto f = [](const auto& x, const auto& scale)
    { return scale * sum(exp(x) * x) + scale * scale; };
    for (const std::size_t n : {0U, 1U, 2U, 7U, 8U, 19U})
    {
        CAPTURE(n);
        vector x(std::array<std::size_t, 1>{n});
        for (std::size_t i = 0; i < n; ++i)
            x(i) = 0.1 * static_cast<double>(i) - 0.5;
        if (n < 8)
            differences::check(f, x, 0.7);
        else
        {
            auto g = value_and_gradient(f, wrt<0>);
            const auto& [value, gradient] = g(x, 0.7);
            CHECK(value > 0);
            CHECK(gradient.size() == n);
            CHECK(gradient(n - 1) ==
                  doctest::Approx(0.7 * std::exp(x(n - 1)) * (1 + x(n - 1))).epsilon(1e-12));
        }
    }
}

TEST_CASE("gradient: structs, tuples, pairs and arrays come back in their own form")
{
    const auto of_struct = [](const auto& c)
    {
        const auto& [x, y, weights] = c;
        return x * y * sum(weights * weights) + sin(x);
    };
    const circle c{0.5, 2, {1, 2, 3}};
    differences::check(of_struct, c);
    const circle by_c = gradient(of_struct)(c);
    CHECK(by_c.weights(1) == doctest::Approx(4));

    const auto of_templates = [](const auto& p, const auto& l)
    { return p.x * p.x * p.y + l.offset * sum(l.slope) * p.y; };
    differences::check(of_templates, point<double>{0.5, 2}, line<double, vector>{3, {1, 2}});
    const std::tuple<point<double>, line<double, vector>> by_both =
        gradient(of_templates)(point<double>{0.5, 2}, line<double, vector>{3, {1, 2}});
    CHECK(std::get<0>(by_both).x == doctest::Approx(2));

    const auto of_tuple = [](const auto& t)
    { return std::get<0>(t) * std::get<1>(t).first * std::get<1>(t).second; };
    const std::tuple<double, std::pair<double, int>> by_t =
        gradient(of_tuple)(std::tuple(2.0, std::pair(3.0, 4)));
    CHECK(std::get<0>(by_t) == 12);
    CHECK(std::get<1>(by_t).first == 8);
    CHECK(std::get<1>(by_t).second == 4); // not differentiated: the argument itself

    const auto of_array = [](const auto& a) { return a[0] * a[1] * exp(a[2]) + a[1] * a[1]; };
    differences::check(of_array, std::array{0.5, 2.0, -0.3});
}

TEST_CASE("gradient: wrt chooses, the others are constants; static arguments are handed over")
{
    const auto f = [](const auto& x, const auto& y, int n) { return pow(x, n) * y; };
    auto by_y = gradient(f, wrt<1>);
    CHECK(by_y(2.0, 5.0, 3) == 8);
    CHECK(by_y(2.0, 5.0, 2) == 4); // planned again for another power
    auto by_x = gradient(f, wrt<0>);
    CHECK(by_x(2.0, 5.0, 3) == 60);
    const std::tuple<double, double> both = gradient(f)(2.0, 5.0, 3);
    CHECK(std::get<0>(both) == 60);
}

TEST_CASE("gradient: expressions, views, column-major and fixed containers are arguments")
{
    const auto f = [](const auto& x) { return sum(x * x * x); };
    auto g = gradient(f);
    const matrix x{{1, 2}, {3, 4}};
    CHECK(g(x)(1, 0) == 27);
    CHECK(g(2 * x)(1, 0) == 108);
    const xt::xtensor<double, 2, xt::layout_type::column_major> columns = x;
    CHECK(g(columns)(1, 0) == 27);
    const xt::xtensor_fixed<double, xt::xshape<2, 2>> fixed{{1, 2}, {3, 4}};
    const xt::xtensor_fixed<double, xt::xshape<2, 2>> by_fixed = g(fixed);
    CHECK(by_fixed(1, 0) == 27);

    // The gradient with respect to what refers to memory of others is a container.
    const matrix whole{{0, 0}, {1, 2}, {3, 4}};
    const matrix by_rows = g(xt::view(whole, xt::range(1, 3), xt::all()));
    CHECK(by_rows == g(x));
    CHECK(g(xt::view(whole, 2, xt::all())) == vector{27, 48});
    CHECK(g(xt::view(whole, xt::all(), 1)) == vector{0, 12, 48});
    CHECK(g(xt::adapt(whole.data() + 2, 4, xt::no_ownership(), std::array<std::size_t, 2>{2, 2})) ==
          by_rows);
    CHECK(hessian(f)(xt::view(whole, 2, xt::all()))(1, 1) == 24);
}

TEST_CASE(
    "gradient: a function object can be copied, moved and called with other types and extents")
{
    auto g = value_and_gradient([](const auto& x) { return sum(x * x); });
    const vector two{1, 2};
    const vector three{1, 2, 3};
    CHECK(g(two).gradient(1) == 4);
    auto copy = g;
    CHECK(copy(three).gradient(2) == 6);
    CHECK(g(three).gradient.size() == 3);
    CHECK(g(two).gradient.size() == 2);
    auto moved = std::move(g);
    CHECK(moved(two).value == 5);
    CHECK(moved(xt::xtensor<float, 1>{1, 2}).value == 5.0F);
    copy = moved;
    CHECK(copy(two).value == 5);
    // What is copied from the result stays.
    const auto kept = moved(two);
    moved(vector{7, 8});
    CHECK(kept.gradient(1) == 4);
}

TEST_CASE("gradient: extents that do not fit throw, and the object works afterwards")
{
    auto g = value_and_gradient([](const auto& x, const auto& y) { return sum(x * y); });
    const vector two{1, 2};
    const vector three{1, 2, 3};
    CHECK_THROWS_AS(g(two, three), shape_error);
    CHECK(g(two, two).value == 5);
}

TEST_CASE("gradient: long vectors and deep chains need no recursion")
{
    const std::size_t n = 10'000'000;
    const vector x = xt::ones<double>({n});
    auto g = value_and_gradient([](const auto& v) { return sum(v * v); });
    CHECK(g(x).value == static_cast<double>(n));
    CHECK(g(x).gradient(n - 1) == 2);
}

TEST_CASE("gradient: of what it returned itself")
{
    const auto neighbours = [](const auto& x)
    {
        const auto later = slice(x, axis<0>, range<1, 10>);
        return sum(square(later - slice(x, axis<0>, range<0, 9>)) * later);
    };
    vector x(std::array<std::size_t, 1>{10});
    for (std::size_t i = 0; i < 10; ++i)
        x(i) = static_cast<double>(i * i % 7);
    auto g = gradient(neighbours);
    const vector once = g(x);
    const vector twice = g(once);
    CHECK(g(g(x)) == twice);
    auto both = value_and_gradient(neighbours);
    CHECK(both(both(x).gradient).gradient == twice);

    auto product = vector_jacobian_product([](const auto& v) { return v * sum(v) + square(v); });
    const vector value = product(x, x).value;
    const vector pulled = product(value, x).gradient;
    CHECK(product(product(x, x).value, x).gradient == pulled);
    const vector again = product(pulled, x).gradient;
    CHECK(product(product(value, x).gradient, x).gradient == again);
}
