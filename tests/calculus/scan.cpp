// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

using namespace xgrad;

namespace
{

void fill(auto& p, double step)
{
    for (std::size_t i = 0; i < p.size(); ++i)
        p.data()[i] = 0.6 * std::sin(step * static_cast<double>(i + 1));
}

void require_gradient(const auto& e)
{
    const auto check = check_gradient(e);
    INFO(check.message);
    CHECK(check.passed);
}

const auto damped = [](const auto& c, const auto& x, const auto& p)
{
    const auto next = tanh(c * p + x);
    return std::pair(next, next * next + x);
};

const auto pendulum = [](const auto& state, const auto& constants)
{
    const auto& [angle, speed] = state;
    const auto& [gravity, friction] = constants;
    const auto force = -(gravity * sin(angle)) - friction * speed;
    return std::tuple(angle + 0.01 * speed, speed + 0.01 * force);
};

} // namespace

TEST_CASE("scan: one state, rows, a parameter and outputs, with both policies")
{
    parameter<double> start(0.5), rate(0.3);
    parameter<double, shape<dynamic>> xs(7);
    fill(xs, 0.7);
    const auto [last, outputs] = scan(damped, start, xs, rate);
    const auto loss = sum(outputs * outputs) + last * rate;
    require_gradient(loss);

    const auto [last_again, outputs_again] = scan(damped, start, xs, rate, keep_square_root);
    const auto loss_again = sum(outputs_again * outputs_again) + last_again * rate;
    require_gradient(loss_again);

    double state = 0.5;
    double expected = 0;
    for (std::size_t i = 0; i < 7; ++i)
    {
        state = std::tanh(state * 0.3 + xs.data()[i]);
        expected += std::pow(state * state + xs.data()[i], 2);
    }
    plan p(loss);
    plan q(loss_again);
    CHECK(p.value_and_gradient() == doctest::Approx(expected + 0.3 * state));
    const double by_start = start.gradient();
    CHECK(q.value_and_gradient() == p.value());
    CHECK(start.gradient() == by_start);
}

TEST_CASE("scan: tuples of states and parameters, and no rows")
{
    parameter<double> angle(0.5), speed(0.1), gravity(9.81), friction(0.2);
    const std::tuple constants(+gravity, +friction);
    const auto [a, s] = scan(pendulum, std::tuple(+angle, +speed), steps(30), constants);
    require_gradient(a * s);
    const auto [none, still] = scan(pendulum, std::tuple(+angle, +speed), steps(0), constants);
    require_gradient(none * still);

    const auto recorded = [](const auto& state, const auto& c)
    {
        const auto next = pendulum(state, c);
        return std::pair(next, std::tuple(std::get<0>(next), exp(std::get<1>(next))));
    };
    const auto [end, path] =
        scan(recorded, std::tuple(+angle, +speed), steps(5), constants, keep_square_root);
    const auto& [angles, speeds] = path;
    require_gradient(sum(angles * speeds) + std::get<0>(end));
}

TEST_CASE("scan: tensors of dynamic extents")
{
    parameter<double, shape<dynamic>> h(3);
    parameter<double, shape<dynamic, dynamic>> w(3, 3);
    parameter<double, shape<dynamic, dynamic>> x(4, 3);
    fill(h, 0.5);
    fill(w, 0.3);
    fill(x, 0.9);
    const auto recurrent = [](const auto& state, const auto& row, const auto& weight)
    {
        const auto next = tanh(matmul(state, weight) + row);
        return std::pair(next, next);
    };
    const auto [last, outputs] = scan(recurrent, h, x, w);
    require_gradient(sum(outputs * outputs) + sum(last));
}

TEST_CASE("scan: memory for states grows with the square root of the steps, and results repeat")
{
    parameter<double> angle(0.5), speed(0.1), gravity(9.81), friction(0.2);
    const auto run = [&](std::size_t n, auto policy)
    {
        const auto [a, s] = scan(pendulum, std::tuple(+angle, +speed), steps(n),
                                 std::tuple(+gravity, +friction), policy);
        plan p(a * s);
        p.value_and_gradient();
        return std::pair(p.summary().workspace_bytes, gravity.gradient());
    };
    const auto [every_bytes, every] = run(10000, keep_every_state);
    const auto [root_bytes, root] = run(10000, keep_square_root);
    CHECK(every == root);
    CHECK(every_bytes > 10000 * 16);
    CHECK(root_bytes < 10000);
}

TEST_CASE("while_loop: Newton's square root has the derivative of the root")
{
    parameter<double> a(2.0), guess(1.0);
    const auto root =
        while_loop([](const auto& x, const auto& y) { return abs(x * x - y) > 1e-12; },
                   [](const auto& x, const auto& y) { return 0.5 * (x + y / x); }, guess, 50, a);
    plan p(root);
    CHECK(p.value_and_gradient() == doctest::Approx(std::sqrt(2.0)));
    CHECK(a.gradient() == doctest::Approx(0.5 / std::sqrt(2.0)));
    CHECK(std::abs(guess.gradient()) < 1e-6);
    guess.value() = std::sqrt(2.0); // ends before the first step
    CHECK(p.value_and_gradient() == doctest::Approx(std::sqrt(2.0)));
    CHECK(a.gradient() == 0);
    CHECK(guess.gradient() == 1);
}

TEST_CASE("scan: second derivatives pass through a loop")
{
    const auto f = [](const auto& start, const auto& rate)
    {
        return scan([](const auto& c, const auto& p) { return c + 0.1 * sin(c * p); }, start,
                    steps(5), rate);
    };
    auto h = hessian(f);
    auto g = gradient(f);
    const double step = 1e-5;
    const auto above = g(0.5 + step, 1.3);
    const auto below = g(0.5 - step, 1.3);
    CHECK(h(0.5, 1.3)(0, 0) ==
          doctest::Approx((std::get<0>(above) - std::get<0>(below)) / (2 * step)).epsilon(1e-7));
    CHECK(h(0.5, 1.3)(0, 1) ==
          doctest::Approx((std::get<1>(above) - std::get<1>(below)) / (2 * step)).epsilon(1e-7));
}
