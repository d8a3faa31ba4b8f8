// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The functions of benchmarks/calculus/functions.hpp with their gradients, written by hand: single
// loops over vectors with the same elementary functions, Eigen for products of matrices, scalars
// for the option. Arrays are padded to whole vectors where a length is not a multiple.

#include <Eigen/Core>
#include <xsimd/xsimd.hpp>

#include <array>
#include <cmath>
#include <cstddef>

namespace baseline
{

using vector = xsimd::batch<double>;
inline constexpr std::size_t lanes = vector::size;

inline vector load(const double* p) { return vector::load_unaligned(p); }

inline double total(const vector& v)
{
#if XSIMD_VERSION_MAJOR < 9
    return xsimd::hadd(v);
#else
    return xsimd::reduce_add(v);
#endif
}

/// sum of sin(x) exp(-x) + x^2; n is a multiple of a vector.
inline double damped_wave(std::size_t n, const double* x, double* gradient)
{
    vector sum(0.0);
    for (std::size_t i = 0; i < n; i += lanes)
    {
        const vector v = load(x + i);
        const auto [sine, cosine] = xsimd::sincos(v);
        const vector decay = xsimd::exp(-v);
        sum += sine * decay + v * v;
        ((cosine - sine) * decay + v + v).store_unaligned(gradient + i);
    }
    return total(sum);
}

/// log of the sum of exp(x): the exponentials are kept where the gradient will be.
inline double log_sum_exp(std::size_t n, const double* x, double* gradient)
{
    vector largest_lanes = load(x);
    for (std::size_t i = lanes; i < n; i += lanes)
        largest_lanes = xsimd::max(largest_lanes, load(x + i));
    alignas(64) double lane[lanes];
    largest_lanes.store_aligned(lane);
    double largest = lane[0];
    for (const double l : lane)
        largest = l > largest ? l : largest;

    const vector shift(largest);
    vector sum_lanes(0.0);
    for (std::size_t i = 0; i < n; i += lanes)
    {
        const vector e = xsimd::exp(load(x + i) - shift);
        sum_lanes += e;
        e.store_unaligned(gradient + i);
    }
    const double sum = total(sum_lanes);
    const vector scale(1 / sum);
    for (std::size_t i = 0; i < n; i += lanes)
        (load(gradient + i) * scale).store_unaligned(gradient + i);
    return std::log(sum) + largest;
}

/// The Rosenbrock function of n numbers: terms i and i - 1 give the gradient at i.
inline double rosenbrock(std::size_t n, const double* x, double* gradient)
{
    const double first = x[1] - x[0] * x[0];
    double value = 100 * first * first + (1 - x[0]) * (1 - x[0]);
    gradient[0] = -400 * x[0] * first - 2 * (1 - x[0]);
    vector sum(0.0);
    std::size_t i = 1;
    for (; i + lanes < n; i += lanes)
    {
        const vector here = load(x + i);
        const vector before = load(x + i - 1);
        const vector curve = load(x + i + 1) - here * here;
        const vector curve_before = here - before * before;
        const vector distance = 1.0 - here;
        sum += 100.0 * curve * curve + distance * distance;
        (200.0 * curve_before - 400.0 * here * curve - 2.0 * distance)
            .store_unaligned(gradient + i);
    }
    for (; i < n; ++i)
    {
        gradient[i] = 200 * (x[i] - x[i - 1] * x[i - 1]);
        if (i + 1 == n)
            break;
        const double curve = x[i + 1] - x[i] * x[i];
        value += 100 * curve * curve + (1 - x[i]) * (1 - x[i]);
        gradient[i] += -400 * x[i] * curve - 2 * (1 - x[i]);
    }
    return value + total(sum);
}

/// log density of n observations about a linear model of ten coefficients; columns is (10, n).
/// Reads the matrix once.
inline double normal_log_density(std::size_t n, const double* coefficients, double deviation,
                                 const double* columns, const double* observed,
                                 double* grad_coefficients, double& grad_deviation)
{
    constexpr std::size_t k = 10;
    vector sums[k];
    vector coefficient[k];
    for (std::size_t c = 0; c < k; ++c)
    {
        sums[c] = vector(0.0);
        coefficient[c] = vector(coefficients[c]);
    }
    vector squares(0.0);
    for (std::size_t i = 0; i < n; i += lanes)
    {
        vector x[k];
        vector residual = load(observed + i);
        for (std::size_t c = 0; c < k; ++c)
        {
            x[c] = load(columns + c * n + i);
            residual = residual - coefficient[c] * x[c];
        }
        squares = squares + residual * residual;
        for (std::size_t c = 0; c < k; ++c)
            sums[c] = sums[c] + residual * x[c];
    }
    const double precision = 1 / (deviation * deviation);
    const double square = total(squares);
    for (std::size_t c = 0; c < k; ++c)
        grad_coefficients[c] = total(sums[c]) * precision;
    const double count = static_cast<double>(n);
    grad_deviation = square * precision / deviation - count / deviation;
    return -0.5 * square * precision - count * (std::log(deviation) + 0.91893853320467274178);
}

using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// sum of a b in three products.
struct sum_of_product
{
    matrix product, ones, grad_a, grad_b;

    double operator()(const matrix& a, const matrix& b)
    {
        product.noalias() = a * b;
        ones.setOnes(a.rows(), b.cols());
        grad_a.noalias() = ones * b.transpose();
        grad_b.noalias() = a.transpose() * ones;
        return product.sum();
    }
};

/// The price of a European call option and its derivatives by spot, strike, rate, volatility and
/// maturity.
inline double black_scholes(double spot, double strike, double rate, double volatility,
                            double maturity, std::array<double, 5>& gradient)
{
    const double root = std::sqrt(maturity);
    const double spread = volatility * root;
    const double d1 =
        (std::log(spot / strike) + (rate + 0.5 * volatility * volatility) * maturity) / spread;
    const double d2 = d1 - spread;
    const double discounted = strike * std::exp(-rate * maturity);
    const double cdf1 = 0.5 * std::erfc(-0.70710678118654752440 * d1);
    const double cdf2 = 0.5 * std::erfc(-0.70710678118654752440 * d2);
    const double density = 0.39894228040143267794 * std::exp(-0.5 * d1 * d1);
    gradient[0] = cdf1;
    gradient[1] = -discounted / strike * cdf2;
    gradient[2] = discounted * maturity * cdf2;
    gradient[3] = spot * density * root;
    gradient[4] = spot * density * volatility / (2 * root) + rate * discounted * cdf2;
    return spot * cdf1 - discounted * cdf2;
}

/// A perceptron with one hidden layer of tanh: half the squared distance, mean over the batch.
struct perceptron
{
    matrix hidden, error, grad_hidden;
    matrix grad_w1, grad_w2;
    Eigen::RowVectorXd grad_b1, grad_b2;

    double operator()(const matrix& w1, const Eigen::RowVectorXd& b1, const matrix& w2,
                      const Eigen::RowVectorXd& b2, const matrix& x, const matrix& targets)
    {
        hidden.noalias() = x * w1;
        hidden = (hidden.rowwise() + b1).array().tanh();
        error.noalias() = hidden * w2;
        error = (error.rowwise() + b2) - targets;
        const double value = 0.005 * error.squaredNorm();
        error *= 0.01;
        grad_w2.noalias() = hidden.transpose() * error;
        grad_b2 = error.colwise().sum();
        grad_hidden.noalias() = error * w2.transpose();
        grad_hidden.array() *= 1 - hidden.array().square();
        grad_w1.noalias() = x.transpose() * grad_hidden;
        grad_b1 = grad_hidden.colwise().sum();
        return value;
    }
};

} // namespace baseline
