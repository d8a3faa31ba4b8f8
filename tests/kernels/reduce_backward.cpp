// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/log_sum_exp.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/reduce_backward.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace kernels = xgrad::kernels;
using std::size_t;
using xgrad::test::guarded;

namespace
{

template <class T>
struct problem
{
    size_t outer, length, inner;
    guarded<T> x, out, grad_out, grad_x;

    problem(size_t o, size_t l, size_t i)
        : outer{o}, length{l}, inner{i}, x(o * l * i, 1), out(o * i, 2), grad_out(o * i, 3),
          grad_x(o * l * i, 1)
    {
        x.fill_integers(1);
        grad_out.fill_integers(2);
        grad_x.fill_integers(3);
    }

    size_t result_of(size_t k) const { return k / (length * inner) * inner + k % inner; }
};

/// Compares backward(problem, grad_x, accumulate) with gradient(column, row, result), which gets
/// the elements of one result as doubles; overwriting, adding, and in the memory of x.
template <class T, class Forward, class Backward, class Gradient>
void check_backward(const Forward& forward, const Backward& backward, const Gradient& gradient)
{
    for (const size_t outer : {0U, 1U, 2U})
        for (const size_t length : {0U, 1U, 2U, 3U, 7U, 8U, 9U, 21U})
            for (const size_t inner : {1U, 2U, 3U, 4U, 7U, 8U, 9U, 21U})
                for (const bool accumulate : {false, true})
                {
                    problem<T> p(outer, length, inner);
                    forward(p);
                    const guarded<T> x = p.x, before = p.grad_x;
                    backward(p, p.grad_x.data(), accumulate);
                    if (!accumulate)
                        backward(p, p.x.data(), false);
                    CHECK((accumulate || p.x == p.grad_x));
                    CHECK(p.grad_x.intact());
                    for (size_t k = 0; k < x.size(); ++k)
                    {
                        const size_t result = p.result_of(k);
                        std::vector<double> column;
                        for (size_t l = 0; l < length; ++l)
                            column.push_back(static_cast<double>(
                                x[(result / inner * length + l) * inner + result % inner]));
                        const double expected = static_cast<double>(p.grad_out[result]) *
                                                    gradient(column, k / inner % length,
                                                             static_cast<double>(p.out[result])) +
                                                (accumulate ? static_cast<double>(before[k]) : 0.0);
                        CHECK(p.grad_x[k] == doctest::Approx(expected).epsilon(1e-5));
                    }
                }
}

} // namespace

TEST_CASE_TEMPLATE("extreme_backward: shares between equal extremes", T, float, double)
{
    const auto gradient = [](const std::vector<double>& column, size_t row, double out)
    {
        const auto ties = std::count(column.begin(), column.end(), out);
        return column[row] == out ? 1.0 / static_cast<double>(ties) : 0.0;
    };
    const auto backward = [](problem<T>& p, T* grad_x, bool accumulate)
    {
        std::vector<T> shares(p.out.size());
        kernels::extreme_backward(p.outer, p.length, p.inner, p.x.data(), p.out.data(),
                                  p.grad_out.data(), grad_x, accumulate, shares.data());
    };
    check_backward<T>([](problem<T>& p)
                      { kernels::maximum(p.outer, p.length, p.inner, p.x.data(), p.out.data()); },
                      backward, gradient);
    check_backward<T>([](problem<T>& p)
                      { kernels::minimum(p.outer, p.length, p.inner, p.x.data(), p.out.data()); },
                      backward, gradient);
}

TEST_CASE_TEMPLATE("extreme_backward: a NaN is the extreme", T, float, double)
{
    const T nan = std::numeric_limits<T>::quiet_NaN();
    const T x[] = {1, nan, 2, nan, 3}, grad_out = 4;
    T out = 0, share = 0, grad_x[5];
    kernels::maximum(1, 5, 1, x, &out);
    kernels::extreme_backward(1, 5, 1, x, &out, &grad_out, grad_x, false, &share);
    CHECK(std::vector<T>(grad_x, grad_x + 5) == std::vector<T>{0, 2, 0, 2, 0});
}

TEST_CASE_TEMPLATE("product_backward: multiplies the others, zeros among them", T, float, double)
{
    check_backward<T>([](problem<T>&) {},
                      [](problem<T>& p, T* grad_x, bool accumulate)
                      {
                          guarded<T> buffer(kernels::product_backward_buffer<T>(p.length, p.inner));
                          kernels::product_backward(p.outer, p.length, p.inner, p.x.data(),
                                                    p.grad_out.data(), grad_x, accumulate,
                                                    buffer.data());
                          CHECK(buffer.intact());
                      },
                      [](const std::vector<double>& column, size_t row, double)
                      {
                          double product = 1;
                          for (size_t i = 0; i < column.size(); ++i)
                              product *= i == row ? 1 : column[i];
                          return product;
                      });
}

TEST_CASE_TEMPLATE("log_sum_exp_backward: is softmax", T, float, double)
{
    std::vector<T> exponentials, reciprocals;
    check_backward<T>(
        [&](problem<T>& p)
        {
            exponentials.resize(p.x.size());
            reciprocals.resize(p.out.size());
            kernels::log_sum_exp(p.outer, p.length, p.inner, p.x.data(), p.out.data(),
                                 exponentials.data(), reciprocals.data());
        },
        [&](problem<T>& p, T* grad_x, bool accumulate)
        {
            kernels::log_sum_exp_backward(
                p.outer, p.length, p.inner, static_cast<const T*>(exponentials.data()),
                static_cast<const T*>(reciprocals.data()), p.grad_out.data(), grad_x, accumulate);
        },
        [](const std::vector<double>& column, size_t row, double)
        {
            double sum = 0;
            for (const double v : column)
                sum += std::exp(v);
            return std::exp(column[row]) / sum;
        });
}

TEST_CASE_TEMPLATE("log_sum_exp_backward: is 0 where all is -infinity", T, float, double)
{
    const T infinity = std::numeric_limits<T>::infinity();
    const T x[] = {-infinity, -infinity}, grad_out = 1;
    T out = 0, exponentials[2], reciprocal = 0, grad_x[2];
    kernels::log_sum_exp(1, 2, 1, x, &out, exponentials, &reciprocal);
    kernels::log_sum_exp_backward<T>(1, 2, 1, exponentials, &reciprocal, &grad_out, grad_x, false);
    CHECK(grad_x[0] == 0);
    CHECK(grad_x[1] == 0);
}

TEST_CASE_TEMPLATE("variance_backward: is twice the distance from the mean", T, float, double)
{
    check_backward<T>(
        [](problem<T>& p) { kernels::mean(p.outer, p.length, p.inner, p.x.data(), p.out.data()); },
        [](problem<T>& p, T* grad_x, bool accumulate)
        {
            kernels::variance_backward(p.outer, p.length, p.inner, 0, p.x.data(), p.out.data(),
                                       p.grad_out.data(), grad_x, accumulate);
        },
        [](const std::vector<double>& column, size_t row, double mean)
        { return 2 * (column[row] - mean) / static_cast<double>(column.size()); });
}

TEST_CASE_TEMPLATE("variance_backward: divides by what the correction leaves", T, float, double)
{
    const T x[] = {1, 2, 6}, mean = 3, grad_out = 5;
    T grad_x[3];
    kernels::variance_backward(1, 3, 1, 1, x, &mean, &grad_out, grad_x, false);
    CHECK(std::vector<T>(grad_x, grad_x + 3) == std::vector<T>{-10, -5, 15});
    kernels::variance_backward(1, 1, 1, 1, &mean, &mean, &grad_out, grad_x, false);
    CHECK(std::isnan(grad_x[0]));
}

TEST_CASE_TEMPLATE("norm_backward: is the direction, and 0 where there is none", T, float, double)
{
    check_backward<T>(
        [](problem<T>& p) { kernels::norm(p.outer, p.length, p.inner, p.x.data(), p.out.data()); },
        [](problem<T>& p, T* grad_x, bool accumulate)
        {
            kernels::norm_backward(p.outer, p.length, p.inner, p.x.data(), p.out.data(),
                                   p.grad_out.data(), grad_x, accumulate);
        },
        [](const std::vector<double>& column, size_t row, double norm)
        { return norm == 0 ? 0.0 : column[row] / norm; });
}
