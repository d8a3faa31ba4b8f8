// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/error.hpp>
#include <xgrad/kernels/log_sum_exp.hpp>
#include <xgrad/kernels/reduce.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace
{

using std::size_t;
namespace kernels = xgrad::kernels;

/// A number that the vector unit does not know.
struct wrapped
{
    double value = 0;

    wrapped() = default;
    explicit wrapped(double v) : value{v} {}
    friend wrapped operator+(wrapped a, wrapped b) { return wrapped(a.value + b.value); }
    friend wrapped operator-(wrapped a, wrapped b) { return wrapped(a.value - b.value); }
    friend wrapped operator/(wrapped a, wrapped b) { return wrapped(a.value / b.value); }
    friend wrapped operator*(wrapped a, wrapped b) { return wrapped(a.value * b.value); }
    friend wrapped operator-(wrapped a) { return wrapped(-a.value); }
    friend wrapped exp(wrapped a) { return wrapped(std::exp(a.value)); }
    friend wrapped log(wrapped a) { return wrapped(std::log(a.value)); }
    friend bool operator==(wrapped a, wrapped b) { return a.value == b.value; }
    friend bool operator<(wrapped a, wrapped b) { return a.value < b.value; }
    friend bool operator>(wrapped a, wrapped b) { return b < a; }
    explicit operator double() const { return value; }
};

template <class T>
constexpr double tolerance = std::is_same_v<T, float> ? 2e-5 : 1e-12;

struct tensor_shape
{
    size_t outer, length, inner;
};

/// Every combination of small extents around the widths of vectors, rows enough to be taken several
/// at a time, and a few long ones.
std::vector<tensor_shape> shapes()
{
    std::vector<tensor_shape> all;
    for (const size_t outer : {0U, 1U, 3U})
        for (const size_t length : {0U, 1U, 2U, 3U, 5U, 8U, 10U, 17U, 40U})
            for (const size_t inner : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 17U, 31U, 37U, 70U})
                all.push_back({outer, length, inner});
    for (size_t length = 1; length < 140; ++length)
        all.push_back({length % 5 == 0 ? 37U : 2U, length, 1});
    all.push_back({1, 5000, 1});
    all.push_back({1, 1000, 10});
    return all;
}

/// Values between 0.5 and 1.5 with alternating signs, off alignment by one element.
template <class T>
std::vector<T> random_values(size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(0.5, 1.5);
    std::vector<T> values(count + 1);
    for (T& value : values)
        value = T(static_cast<float>(uniform(generator) * (generator() % 2 == 0 ? 1 : -1)));
    return values;
}

/// Compares reduction(outer, length, inner, x, out) with fold, which takes one column as doubles.
template <class T, class Reduction, class Fold>
void check_reduction(const Reduction& reduction, const Fold& fold)
{
    for (const tensor_shape& s : shapes())
    {
        const std::vector<T> x = random_values<T>(s.outer * s.length * s.inner, 1);
        std::vector<T> out(s.outer * s.inner + 2, T(77.0F));
        reduction(s.outer, s.length, s.inner, x.data() + 1, out.data() + 1);
        CAPTURE(s.outer);
        CAPTURE(s.length);
        CAPTURE(s.inner);
        for (size_t i = 0; i < s.outer * s.inner; ++i)
        {
            std::vector<double> column;
            for (size_t j = 0; j < s.length; ++j)
                column.push_back(static_cast<double>(
                    x[1 + (i / s.inner * s.length + j) * s.inner + i % s.inner]));
            const double expected = fold(column, i);
            const double actual = static_cast<double>(out[1 + i]);
            if (std::isinf(expected))
                CHECK(actual == expected);
            else
                CHECK(std::abs(actual - expected) <=
                      tolerance<T> *
                          (1 + std::sqrt(static_cast<double>(s.length)) + std::abs(expected)));
        }
        CHECK(out.front() == T(77.0F));
        CHECK(out.back() == T(77.0F));
    }
}

constexpr double infinity = std::numeric_limits<double>::infinity();

double sum_of(const std::vector<double>& column)
{
    double sum = 0;
    for (const double x : column)
        sum += x;
    return sum;
}

double log_sum_exp_of(const std::vector<double>& column)
{
    double sum = 0;
    for (const double x : column)
        sum += std::exp(x);
    return std::log(sum);
}

/// log_sum_exp of the values as one row, and as each of many columns, without and with keeping what
/// the derivative needs.
template <class T>
std::vector<T> log_sum_exp_both_ways(const std::vector<T>& values)
{
    constexpr size_t inner = 21;
    std::vector<T> columns(values.size() * inner);
    for (size_t i = 0; i < columns.size(); ++i)
        columns[i] = values[i / inner];
    std::vector<T> out(2 * (1 + inner)), kept(columns.size()), reciprocals(inner);
    T* const kept_out = out.data() + 1 + inner;
    kernels::log_sum_exp(1, values.size(), 1, values.data(), out.data());
    kernels::log_sum_exp(1, values.size(), inner, columns.data(), out.data() + 1);
    kernels::log_sum_exp(1, values.size(), 1, values.data(), kept_out, kept.data(),
                         reciprocals.data());
    kernels::log_sum_exp(1, values.size(), inner, columns.data(), kept_out + 1, kept.data(),
                         reciprocals.data());
    return out;
}

} // namespace

TEST_CASE_TEMPLATE("a row is reduced to the same bits whichever rows are beside it", T, float,
                   double)
{
    const auto check = [](size_t length, const auto& reduction)
    {
        constexpr size_t rows = 37;
        CAPTURE(length);
        const std::vector<T> x = random_values<T>(rows * length, 1);
        std::vector<T> together(rows), alone(rows);
        reduction(rows, length, x.data(), together.data());
        for (size_t row = 0; row < rows; ++row)
            reduction(1, length, x.data() + row * length, alone.data() + row);
        CHECK(together == alone);
    };
    for (const size_t length : {1U, 3U, 10U, 33U, 140U})
    {
        check(length,
              [](size_t n, size_t l, const T* x, T* out) { kernels::sum(n, l, 1, x, out); });
        check(length,
              [](size_t n, size_t l, const T* x, T* out) { kernels::product(n, l, 1, x, out); });
        check(length, [](size_t n, size_t l, const T* x, T* out)
              { kernels::log_sum_exp(n, l, 1, x, out); });
    }
}

TEST_CASE_TEMPLATE("sum: equals its definition at all small shapes", T, float, double, wrapped)
{
    check_reduction<T>([](auto... a) { kernels::sum(a...); },
                       [](const auto& column, size_t) { return sum_of(column); });
}

TEST_CASE_TEMPLATE("sum: adds to the result when asked", T, float, double, wrapped)
{
    check_reduction<T>([](auto... a) { kernels::sum(a..., true); },
                       [](const auto& column, size_t) { return 77 + sum_of(column); });
}

TEST_CASE_TEMPLATE("product: equals its definition at all small shapes", T, float, double, wrapped)
{
    check_reduction<T>([](auto... a) { kernels::product(a...); },
                       [](const auto& column, size_t)
                       {
                           double product = 1;
                           for (const double x : column)
                               product *= x;
                           return product;
                       });
}

TEST_CASE_TEMPLATE("maximum: equals its definition at all small shapes", T, float, double, wrapped)
{
    check_reduction<T>([](auto... a) { kernels::maximum(a...); },
                       [](const auto& column, size_t)
                       {
                           double largest = -infinity;
                           for (const double x : column)
                               largest = std::max(largest, x);
                           return largest;
                       });
}

TEST_CASE_TEMPLATE("minimum: equals its definition at all small shapes", T, float, double, wrapped)
{
    check_reduction<T>([](auto... a) { kernels::minimum(a...); },
                       [](const auto& column, size_t)
                       {
                           double smallest = infinity;
                           for (const double x : column)
                               smallest = std::min(smallest, x);
                           return smallest;
                       });
}

TEST_CASE_TEMPLATE("log_sum_exp: equals its definition at all small shapes", T, float, double,
                   wrapped)
{
    check_reduction<T>([](auto... a) { kernels::log_sum_exp(a...); },
                       [](const auto& column, size_t) { return log_sum_exp_of(column); });
    check_reduction<T>(
        [](size_t outer, size_t length, size_t inner, const T* x, T* out)
        {
            std::vector<T> exponentials(outer * length * inner), reciprocals(outer * inner);
            kernels::log_sum_exp(outer, length, inner, x, out, exponentials.data(),
                                 reciprocals.data());
        },
        [](const auto& column, size_t) { return log_sum_exp_of(column); });
}

TEST_CASE_TEMPLATE("sum_of_squares_about: equals its definition at all small shapes", T, float,
                   double, wrapped)
{
    const std::vector<T> mean = random_values<T>(400, 5);
    check_reduction<T>(
        [&](size_t outer, size_t length, size_t inner, const T* x, T* out)
        { kernels::sum_of_squares_about(outer, length, inner, x, mean.data(), out); },
        [&](const auto& column, size_t i)
        {
            double sum = 0;
            for (const double x : column)
                sum += (x - static_cast<double>(mean[i])) * (x - static_cast<double>(mean[i]));
            return sum;
        });
}

TEST_CASE_TEMPLATE("maximum, minimum: a NaN anywhere comes through", T, float, double)
{
    const T nan = std::numeric_limits<T>::quiet_NaN();
    for (const size_t length : {1U, 3U, 8U, 10U, 33U, 70U})
        for (size_t place = 0; place < length; ++place)
            for (const size_t inner : {1U, 3U, 21U})
            {
                std::vector<T> x = random_values<T>(length * inner, 2);
                const size_t column = (place * 5) % inner;
                x[place * inner + column] = nan;
                std::vector<T> largest(inner), smallest(inner);
                kernels::maximum(1, length, inner, x.data(), largest.data());
                kernels::minimum(1, length, inner, x.data(), smallest.data());
                for (size_t j = 0; j < inner; ++j)
                {
                    CHECK(std::isnan(largest[j]) == (j == column));
                    CHECK(std::isnan(smallest[j]) == (j == column));
                }
            }
}

TEST_CASE_TEMPLATE("log_sum_exp: is right for huge, infinite and missing numbers", T, float, double)
{
    const T inf = std::numeric_limits<T>::infinity();
    const T nan = std::numeric_limits<T>::quiet_NaN();
    for (const size_t length : {1U, 2U, 10U, 16U, 45U})
    {
        const T log_of_length = std::log(static_cast<T>(length));
        std::vector<T> x(length, T(1000));
        for (const T y : log_sum_exp_both_ways(x))
            CHECK(y == doctest::Approx(1000 + log_of_length));
        x.assign(length, T(-1000));
        for (const T y : log_sum_exp_both_ways(x))
            CHECK(y == doctest::Approx(-1000 + log_of_length));
        x.assign(length, -inf);
        for (const T y : log_sum_exp_both_ways(x))
            CHECK(y == -inf);
        x[length / 2] = T(3);
        for (const T y : log_sum_exp_both_ways(x))
            CHECK(y == doctest::Approx(3));
        x[length / 2] = inf;
        for (const T y : log_sum_exp_both_ways(x))
            CHECK(y == inf);
        x[0] = nan;
        for (const T y : log_sum_exp_both_ways(x))
            CHECK(std::isnan(y));
    }
}
