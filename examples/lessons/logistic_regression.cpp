// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/xgrad.hpp>

#include <cmath>

namespace
{

/// Minus the log-likelihood of labels 0 and 1, and a normal prior on the weights so that they stay
/// finite. softplus(z) = log(1 + e^z) neither overflows nor loses digits.
const auto loss = [](const auto& weights, const auto& points, const auto& labels)
{
    const auto z = matmul(points, weights);
    return sum(softplus(z) - labels * z) + 0.05 * sum(square(weights));
};

} // namespace

int main()
{
    // Points (1, a, b) whose labels follow the weights (-0.5, 2, -1).
    const std::size_t count = 1000;
    xt::xtensor<double, 2> points(std::array<std::size_t, 2>{count, 3});
    xt::xtensor<double, 1> labels(std::array<std::size_t, 1>{count});
    xgrad::random_stream stream(3);
    for (std::size_t i = 0; i < count; ++i)
    {
        points(i, 0) = 1;
        points(i, 1) = xgrad::random::normal<double>(stream);
        points(i, 2) = xgrad::random::normal<double>(stream);
        const double z = -0.5 + 2 * points(i, 1) - points(i, 2);
        labels(i) = xgrad::random::bernoulli(stream, 1 / (1 + std::exp(-z))) ? 1 : 0;
    }

    // Newton's method: w -= H^-1 g. The system is solved by an expression as well.
    auto derivatives = xgrad::value_gradient_and_hessian(loss, xgrad::wrt<0>);
    xgrad::input<double, xgrad::shape<3, 3>> hessian;
    xgrad::input<double, xgrad::shape<3>> gradient;
    xgrad::evaluation step(solve(hessian, gradient));

    xt::xtensor<double, 1> weights{0, 0, 0};
    int iterations = 0;
    for (double size = 1; size > 1e-10; ++iterations)
    {
        const auto& result = derivatives(weights, points, labels);
        hessian.bind(result.hessian);
        gradient.bind(result.gradient);
        const auto& change = step.forward();
        weights -= change;
        size = xt::amax(xt::abs(change))();
    }
    // Digits double with each step, so that few are needed.
    report("iterations", iterations, 7, 0.2);

    // At the minimum the gradient vanishes: the sum of (p - label) x + 0.1 w, p the probabilities.
    for (std::size_t j = 0; j < 3; ++j)
    {
        double slope = 0.1 * weights(j);
        for (std::size_t i = 0; i < count; ++i)
        {
            double z = 0;
            for (std::size_t k = 0; k < 3; ++k)
                z += points(i, k) * weights(k);
            slope += (1 / (1 + std::exp(-z)) - labels(i)) * points(i, j);
        }
        report("gradient at the minimum", slope, 0);
    }
    // The weights that made the labels are recovered within the noise of 1000 points.
    report("weight 0", weights(0), -0.5, 0.2);
    report("weight 1", weights(1), 2, 0.2);
    report("weight 2", weights(2), -1, 0.2);
}
