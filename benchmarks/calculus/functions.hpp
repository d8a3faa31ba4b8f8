// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Seven functions of calculus as a user of xgrad writes them. benchmarks/baseline/functions.hpp has
// the same ones with their gradients written by hand.

#include <xgrad/xgrad.hpp>

namespace functions
{

using namespace xgrad;

/// sum of sin(x) exp(-x) + x^2
inline constexpr auto damped_wave = [](const auto& x) { return sum(sin(x) * exp(-x) + x * x); };

/// log of the sum of exp(x)
inline constexpr auto log_sum_exp = [](const auto& x) { return logsumexp(x); };

/// sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2
inline constexpr auto rosenbrock = [](const auto& x)
{
    const auto here = slice(x, axis<0>, range<0, -1>);
    const auto next = slice(x, axis<0>, range<1>);
    const auto curve = next - here * here;
    const auto distance = 1.0 - here;
    return sum(100.0 * curve * curve + distance * distance);
};

/// log density of n observations that are normal about a linear model; `columns` is the transposed
/// design matrix, (coefficients, n).
inline constexpr auto normal_log_density = [](const auto& coefficients, const auto& deviation,
                                              const auto& columns, const auto& observed, int n)
{
    const auto residual = observed - matmul(coefficients, columns);
    return -0.5 * sum(residual * residual) / (deviation * deviation) -
           n * (log(deviation) + 0.91893853320467274178);
};

/// sum of the elements of a b
inline constexpr auto sum_of_product = [](const auto& a, const auto& b)
{ return sum(matmul(a, b)); };

/// The price of a European call option.
/// F. Black and M. Scholes, "The Pricing of Options and Corporate Liabilities", 1973.
inline constexpr auto black_scholes = [](const auto& spot, const auto& strike, const auto& rate,
                                         const auto& volatility, const auto& maturity)
{
    const auto spread = volatility * sqrt(maturity);
    const auto d1 =
        (log(spot / strike) + (rate + 0.5 * volatility * volatility) * maturity) / spread;
    return spot * normal_cdf(d1) - strike * exp(-(rate * maturity)) * normal_cdf(d1 - spread);
};

/// The weights of a perceptron with one hidden layer.
template <class Matrix, class Vector>
struct perceptron
{
    Matrix hidden_weight;
    Vector hidden_bias;
    Matrix output_weight;
    Vector output_bias;
};

/// Half the squared distance of a perceptron's answers, mean over the batch.
inline constexpr auto perceptron_loss = [](const auto& weights, const auto& x, const auto& targets)
{
    const auto& [w1, b1, w2, b2] = weights;
    const auto error = matmul(tanh(matmul(x, w1) + b1), w2) + b2 - targets;
    return 0.005 * sum(error * error);
};

} // namespace functions
