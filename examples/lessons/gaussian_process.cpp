// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/xgrad.hpp>

#include <array>
#include <cmath>
#include <tuple>

namespace
{

/// Logarithms, so that every real number is allowed.
struct hyperparameters
{
    double amplitude;
    double length;
    double noise;
};

/// The covariance of measurements: a smooth function, and noise of its own for each of them.
const auto covariance = [](const auto& h, const auto& distances, const auto& unit)
{
    const auto& [amplitude, length, noise] = h;
    return exp(2.0 * amplitude) * exp(-0.5 * distances * exp(-2.0 * length)) +
           exp(2.0 * noise) * unit;
};

/// Minus the logarithm of the likelihood of the measurements y, up to a constant: with l l^T = K,
/// y^T K^-1 y is |l^-1 y|^2, and the determinant of K the square of that of l.
const auto loss = [](const auto& h, const auto& distances, const auto& unit, const auto& y)
{
    const auto l = cholesky(covariance(h, distances, unit));
    return 0.5 * sum(square(solve_triangular(l, y))) + sum(log(diagonal(l)));
};

constexpr std::size_t count = 40;

} // namespace

int main()
{
    // Noisy measurements of sin(3 t) at 40 places in [0, 4]; distances holds (s - t)^2.
    xgrad::random_stream stream(3);
    xt::xtensor<double, 1> places(std::array<std::size_t, 1>{count});
    xt::xtensor<double, 1> y(std::array<std::size_t, 1>{count});
    for (std::size_t i = 0; i < count; ++i)
    {
        places(i) = 4.0 * static_cast<double>(i) / count;
        y(i) = std::sin(3 * places(i)) + xgrad::random::normal(stream, 0.0, 0.1);
    }
    const std::array<std::size_t, 2> square{count, count};
    xt::xtensor<double, 2> distances(square);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
            distances(i, j) = std::pow(places(i) - places(j), 2);
    const xt::xtensor<double, 2> unit = xt::eye<double>(count);

    // The gradient has the form of the argument: a struct.
    auto f = xgrad::value_and_gradient(loss, xgrad::wrt<0>);
    hyperparameters h{0, 0, -1};
    const hyperparameters gradient = f(h, distances, unit, y).gradient;

    // The textbook's formula needs the inverse: half the trace of (K^-1 - a a^T) dK/dh, a = K^-1 y
    // (C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning", 5.9).
    const auto k = [&](std::size_t i, std::size_t j)
    { return std::exp(2 * h.amplitude - 0.5 * distances(i, j) * std::exp(-2 * h.length)); };
    xgrad::constant<double, xgrad::shape<count, count>> d(distances);
    xgrad::constant<double, xgrad::shape<count, count>> e(unit);
    const std::tuple values(xgrad::constant<double>(h.amplitude), xgrad::constant<double>(h.length),
                            xgrad::constant<double>(h.noise));
    xgrad::evaluation inverted(inverse(covariance(values, d, e)));
    const auto inverse_k = inverted.forward();
    std::array<double, count> a{};
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
            a[i] += inverse_k(i, j) * y(j);
    double by_amplitude = 0, by_length = 0, by_noise = 0;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
        {
            const double factor = 0.5 * (inverse_k(i, j) - a[i] * a[j]);
            by_amplitude += factor * 2 * k(i, j);
            by_length += factor * k(i, j) * distances(i, j) * std::exp(-2 * h.length);
            by_noise += i == j ? factor * 2 * std::exp(2 * h.noise) : 0;
        }
    report("dloss/damplitude", gradient.amplitude, by_amplitude, 1e-8);
    report("dloss/dlength", gradient.length, by_length, 1e-8);
    report("dloss/dnoise", gradient.noise, by_noise, 1e-8);

    // Descend. After the first call nothing is allocated, so that 500 more cost little.
    for (int step = 0; step < 500; ++step)
    {
        const auto& [value, slope] = f(h, distances, unit, y);
        h.amplitude -= 0.02 * slope.amplitude;
        h.length -= 0.02 * slope.length;
        h.noise -= 0.02 * slope.noise;
    }
    const auto& [value, slope] = f(h, distances, unit, y);
    report("slope at the end", std::abs(slope.amplitude) + std::abs(slope.length), 0, 1e-3);
    report("the noise that was added", std::exp(h.noise), 0.1, 0.03);

    // The second derivatives at the minimum tell how well the data determine each number.
    auto second = xgrad::hessian(loss, xgrad::wrt<0>);
    const auto& curvature = second(h, distances, unit, y);
    report("deviation of log(noise)", 1 / std::sqrt(curvature(2, 2)), 1 / std::sqrt(2.0 * count),
           0.05);
}
