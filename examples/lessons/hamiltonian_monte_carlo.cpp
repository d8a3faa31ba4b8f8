// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/xgrad.hpp>

#include <array>
#include <cmath>

namespace
{

constexpr std::size_t count = 60;
constexpr double noise = 0.5; // deviation of the measurements, known here

/// Minus the logarithm of the posterior density of the coefficients, up to a constant: normal
/// measurements about points * beta, and a standard normal prior.
const auto energy = [](const auto& beta, const auto& points, const auto& y)
{
    const auto residuals = (y - matmul(points, beta)) / noise;
    return 0.5 * sum(square(residuals)) + 0.5 * sum(square(beta));
};

} // namespace

int main()
{
    // A straight line, 1 - 2 t, measured at 60 places in [-1, 1].
    xgrad::random_stream stream(11);
    xt::xtensor<double, 2> points(std::array<std::size_t, 2>{count, 2});
    xt::xtensor<double, 1> y(std::array<std::size_t, 1>{count});
    for (std::size_t i = 0; i < count; ++i)
    {
        points(i, 0) = 1;
        points(i, 1) = 2.0 * static_cast<double>(i) / (count - 1) - 1;
        y(i) = 1 - 2 * points(i, 1) + xgrad::random::normal(stream, 0.0, noise);
    }

    // Hamiltonian Monte Carlo (R. M. Neal, "MCMC using Hamiltonian dynamics", 2011): the
    // coefficients roll through the energy's landscape for a while, pushed in a random direction;
    // where they arrive is a sample, accepted in proportion to what the leapfrog steps lost of the
    // total energy.
    auto f = xgrad::value_and_gradient(energy, xgrad::wrt<0>);
    const double step = 0.05;
    const int leaps = 5;
    const int samples = 20000;
    xt::xtensor<double, 1> beta{0, 0};
    xt::xtensor<double, 1> proposal = beta;
    std::array<double, 2> momentum{};
    std::array<double, 2> sum{};
    std::array<double, 3> products{};
    int accepted = 0;
    for (int sample = 0; sample < samples; ++sample)
    {
        proposal = beta;
        double before = f(beta, points, y).value;
        for (double& p : momentum)
        {
            p = xgrad::random::normal<double>(stream);
            before += 0.5 * p * p;
        }
        double after = 0;
        for (int leap = 0; leap <= leaps; ++leap)
        {
            const auto& [value, slope] = f(proposal, points, y);
            const double share = leap == 0 || leap == leaps ? 0.5 : 1; // half steps at the ends
            after = value;
            for (std::size_t k = 0; k < 2; ++k)
            {
                momentum[k] -= share * step * slope(k);
                proposal(k) += leap == leaps ? 0 : step * momentum[k];
                after += 0.5 * momentum[k] * momentum[k];
            }
        }
        if (xgrad::random::uniform<double>(stream) < std::exp(before - after))
        {
            beta = proposal;
            ++accepted;
        }
        for (std::size_t k = 0; k < 2; ++k)
            sum[k] += beta(k);
        products[0] += beta(0) * beta(0);
        products[1] += beta(0) * beta(1);
        products[2] += beta(1) * beta(1);
    }
    report("share of proposals accepted", static_cast<double>(accepted) / samples, 0.96, 0.02);

    // This posterior is normal, so its mean and its covariance are known: they solve the system of
    // the precision, points^T points / noise^2 + 1, whose columns the places make orthogonal.
    double squares = 0, right_0 = 0, right_1 = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        squares += points(i, 1) * points(i, 1);
        right_0 += y(i) / (noise * noise);
        right_1 += points(i, 1) * y(i) / (noise * noise);
    }
    const double precision_0 = count / (noise * noise) + 1;
    const double precision_1 = squares / (noise * noise) + 1;
    const double mean_0 = sum[0] / samples;
    const double mean_1 = sum[1] / samples;
    report("mean of the intercept", mean_0, right_0 / precision_0, 0.003);
    report("mean of the slope", mean_1, right_1 / precision_1, 0.005);
    report("deviation of the intercept", std::sqrt(products[0] / samples - mean_0 * mean_0),
           1 / std::sqrt(precision_0), 0.003);
    report("deviation of the slope", std::sqrt(products[2] / samples - mean_1 * mean_1),
           1 / std::sqrt(precision_1), 0.005);
    report("covariance of both", products[1] / samples - mean_0 * mean_1, 0, 0.001);
}
