// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/xgrad.hpp>

#include <cmath>
#include <tuple>
#include <utility>

namespace
{

constexpr double gravity = 9.81;   // m/s^2
constexpr double time_step = 0.02; // s

/// The angles of a pendulum at successive times, from the angle and the angular velocity at the
/// first, by the symplectic Euler method: angle'' = -g / length sin(angle) - friction angle'.
const auto swing = [](const auto& angle, const auto& velocity, const auto& length,
                      const auto& friction, std::size_t count)
{
    const auto step = [](const auto& state, const auto& pendulum)
    {
        const auto& [a, v] = state;
        const auto& [l, f] = pendulum;
        const auto faster = v - time_step * (gravity / l * sin(a) + f * v);
        const auto next = a + time_step * faster;
        return std::pair(std::tuple(next, faster), next);
    };
    return xgrad::scan(step, std::tuple(+angle, +velocity), xgrad::steps(count),
                       std::tuple(+length, +friction))
        .second;
};

/// How far that is from the measured angles.
const auto loss = [](const auto& length, const auto& friction, const auto& start,
                     const auto& measured, std::size_t count)
{
    const auto angles = swing(start, 0.0 * start, length, friction, count);
    return sum(square(angles - measured));
};

/// The same pendulum in plain numbers.
void simulate(double length, double friction, xt::xtensor<double, 1>& angles)
{
    double angle = 1.2, velocity = 0;
    for (double& measured : angles)
    {
        velocity -= time_step * (gravity / length * std::sin(angle) + friction * velocity);
        angle += time_step * velocity;
        measured = angle;
    }
}

} // namespace

int main()
{
    // Ten seconds of a pendulum of 0.8 m, measured with an error of 0.02 rad.
    const std::size_t count = 500;
    xt::xtensor<double, 1> measured(std::array<std::size_t, 1>{count});
    simulate(0.8, 0.15, measured);
    xgrad::random_stream stream(5);
    for (double& angle : measured)
        angle += xgrad::random::normal(stream, 0.0, 0.02);

    // The gradient against differences of the plain simulation.
    auto f = xgrad::value_and_gradient(loss, xgrad::wrt<0, 1>);
    const auto squares = [&](double length, double friction)
    {
        xt::xtensor<double, 1> angles(std::array<std::size_t, 1>{count});
        simulate(length, friction, angles);
        return xt::sum(xt::square(angles - measured))();
    };
    const auto& [value, gradient] = f(0.75, 0.1, 1.2, measured, count);
    report("loss", value, squares(0.75, 0.1));
    report("dloss/dlength", std::get<0>(gradient),
           (squares(0.75 + 1e-5, 0.1) - squares(0.75 - 1e-5, 0.1)) / 2e-5, 1e-5);
    report("dloss/dfriction", std::get<1>(gradient),
           (squares(0.75, 0.1 + 1e-5) - squares(0.75, 0.1 - 1e-5)) / 2e-5, 1e-5);

    // Newton's method, through the loop as well.
    auto second = xgrad::value_gradient_and_hessian(loss, xgrad::wrt<0, 1>);
    double length = 0.78, friction = 0.1;
    for (int iteration = 0; iteration < 8; ++iteration)
    {
        const auto& [_, slope, h] = second(length, friction, 1.2, measured, count);
        const auto [by_length, by_friction] = slope;
        const double determinant = h(0, 0) * h(1, 1) - h(0, 1) * h(1, 0);
        length -= (h(1, 1) * by_length - h(0, 1) * by_friction) / determinant;
        friction -= (h(0, 0) * by_friction - h(1, 0) * by_length) / determinant;
    }
    report("length in m", length, 0.8, 0.002);
    report("friction per s", friction, 0.15, 0.005);
    report("mean squared error", squares(length, friction) / count, 0.02 * 0.02, 5e-5);
}
