// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/kernels/softmax.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace
{

using std::size_t;
namespace kernels = xgrad::kernels;

template <class T>
constexpr double tolerance = std::is_same_v<T, float> ? 2e-6 : 1e-14;

template <class T>
std::vector<T> random_values(size_t count, unsigned seed, T scale = T(1))
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(-2.0, 2.0);
    std::vector<T> values(count);
    for (T& value : values)
        value = static_cast<T>(uniform(generator)) * scale;
    return values;
}

template <class T>
void check_close(const std::vector<T>& actual, const std::vector<double>& expected)
{
    REQUIRE(actual.size() == expected.size());
    for (size_t i = 0; i < actual.size(); ++i)
    {
        CAPTURE(i);
        CHECK(std::abs(static_cast<double>(actual[i]) - expected[i]) <=
              10 * tolerance<T> * (1 + std::abs(expected[i])));
    }
}

/// log(softmax(x)) in double, by the definition.
template <class T>
std::vector<double> log_softmax_naively(size_t columns, const std::vector<T>& x)
{
    std::vector<double> out(x.begin(), x.end());
    for (size_t row = 0; row < x.size(); row += columns)
    {
        double sum = 0;
        for (size_t j = row; j < row + columns; ++j)
            sum += std::exp(out[j]);
        for (size_t j = row; j < row + columns; ++j)
            out[j] -= std::log(sum);
    }
    return out;
}

std::vector<double> exp_of(std::vector<double> x)
{
    for (double& value : x)
        value = std::exp(value);
    return x;
}

/// J^T grad_out, J(i, j) = d out(i) / d x(j) being given by jacobian(row, i, j).
template <class T, class Jacobian>
std::vector<double> pull_back(size_t columns, const std::vector<T>& grad_out,
                              const Jacobian& jacobian)
{
    std::vector<double> grad_x(grad_out.size(), 0.0);
    for (size_t row = 0; row < grad_out.size(); row += columns)
        for (size_t i = 0; i < columns; ++i)
            for (size_t j = 0; j < columns; ++j)
                grad_x[row + j] += static_cast<double>(grad_out[row + i]) * jacobian(row, i, j);
    return grad_x;
}

constexpr size_t rows = 3;

} // namespace

TEST_CASE_TEMPLATE("softmax_forward: equals its definition, also in place", T, float, double)
{
    for (size_t columns = 1; columns < 70; ++columns)
    {
        std::vector<T> x = random_values<T>(rows * columns, 1);
        std::vector<T> out(x.size());
        kernels::softmax_forward(rows, columns, x.data(), out.data());
        check_close(out, exp_of(log_softmax_naively(columns, x)));
        kernels::softmax_forward(rows, columns, x.data(), x.data());
        CHECK(x == out);
    }
}

TEST_CASE_TEMPLATE("log_softmax_forward: equals its definition, also in place", T, float, double)
{
    for (size_t columns = 1; columns < 70; ++columns)
    {
        std::vector<T> x = random_values<T>(rows * columns, 1);
        std::vector<T> out(x.size());
        kernels::log_softmax_forward(rows, columns, x.data(), out.data());
        check_close(out, log_softmax_naively(columns, x));
        kernels::log_softmax_forward(rows, columns, x.data(), x.data());
        CHECK(x == out);
    }
}

TEST_CASE_TEMPLATE("softmax_backward: applies the transposed Jacobian", T, float, double)
{
    for (size_t columns = 1; columns < 35; ++columns)
    {
        const std::vector<T> x = random_values<T>(rows * columns, 1);
        const std::vector<T> grad_out = random_values<T>(rows * columns, 2);
        std::vector<T> out(x.size());
        kernels::softmax_forward(rows, columns, x.data(), out.data());
        const std::vector<double> s = exp_of(log_softmax_naively(columns, x));
        std::vector<double> expected = pull_back(columns, grad_out,
                                                 [&](size_t row, size_t i, size_t j)
                                                 { return s[row + i] * ((i == j) - s[row + j]); });
        std::vector<T> grad_x(x.size(), T(9));
        kernels::softmax_backward(rows, columns, out.data(), grad_out.data(), grad_x.data(), false);
        check_close(grad_x, expected);
        kernels::softmax_backward(rows, columns, out.data(), grad_out.data(), grad_x.data(), true);
        for (double& value : expected)
            value *= 2;
        check_close(grad_x, expected);
    }
}

TEST_CASE_TEMPLATE("log_softmax_backward: applies the transposed Jacobian", T, float, double)
{
    for (size_t columns = 1; columns < 35; ++columns)
    {
        const std::vector<T> x = random_values<T>(rows * columns, 1);
        const std::vector<T> grad_out = random_values<T>(rows * columns, 2);
        std::vector<T> out(x.size());
        kernels::log_softmax_forward(rows, columns, x.data(), out.data());
        const std::vector<double> s = exp_of(log_softmax_naively(columns, x));
        std::vector<double> expected =
            pull_back(columns, grad_out,
                      [&](size_t row, size_t i, size_t j) { return (i == j) - s[row + j]; });
        std::vector<T> grad_x(x.size(), T(9));
        kernels::log_softmax_backward(rows, columns, out.data(), grad_out.data(), grad_x.data(),
                                      false);
        check_close(grad_x, expected);
        kernels::log_softmax_backward(rows, columns, out.data(), grad_out.data(), grad_x.data(),
                                      true);
        for (double& value : expected)
            value *= 2;
        check_close(grad_x, expected);
    }
}

TEST_CASE_TEMPLATE("softmax_forward, log_softmax_forward: shifting the logits by +-1000 changes "
                   "nothing",
                   T, float, double)
{
    for (const size_t columns : {1U, 2U, 10U, 33U})
        for (const T shift : {T(1000), T(-1000)})
        {
            // Multiples of 1/64, so that the shift itself is exact.
            std::vector<T> x = random_values<T>(rows * columns, 1, T(64));
            for (T& value : x)
                value = std::round(value) / T(64);
            std::vector<T> expected(x.size());
            std::vector<T> out(x.size());
            std::vector<T> shifted = x;
            for (T& value : shifted)
                value += shift;
            kernels::softmax_forward(rows, columns, x.data(), expected.data());
            kernels::softmax_forward(rows, columns, shifted.data(), out.data());
            CHECK(out == expected);
            kernels::log_softmax_forward(rows, columns, x.data(), expected.data());
            kernels::log_softmax_forward(rows, columns, shifted.data(), out.data());
            CHECK(out == expected);
        }
}

TEST_CASE_TEMPLATE("softmax_forward, log_softmax_forward: logits far apart and minus infinity", T,
                   float, double)
{
    const T inf = std::numeric_limits<T>::infinity();
    const std::vector<T> x{T(1000), T(-1000), -inf};
    std::vector<T> out(3);
    kernels::softmax_forward(1, 3, x.data(), out.data());
    CHECK(out == std::vector<T>{T(1), T(0), T(0)});
    kernels::log_softmax_forward(1, 3, x.data(), out.data());
    CHECK(out == std::vector<T>{T(0), T(-2000), -inf});
}

TEST_CASE("softmax_forward: does nothing for no rows, or rows of nothing")
{
    float out = 7;
    kernels::softmax_forward<float>(0, 5, &out, &out);
    kernels::softmax_forward<float>(5, 0, &out, &out);
    kernels::log_softmax_forward<float>(5, 0, &out, &out);
    kernels::softmax_backward<float>(5, 0, &out, &out, &out, false);
    kernels::log_softmax_backward<float>(0, 5, &out, &out, &out, false);
    CHECK(out == 7);
}
