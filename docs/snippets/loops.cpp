// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/xgrad.hpp>

#include <iostream>
#include <tuple>
#include <utility>

int main()
{
    using namespace xgrad;

    // A pendulum, stepped as often as the program says; how does its end depend on the length?
    const auto step = [](const auto& state, const auto& length)
    {
        const auto& [angle, speed] = state;
        const auto next_speed = speed - 0.001 * 9.81 / length * sin(angle);
        return std::pair(std::tuple(angle + 0.001 * next_speed, next_speed), // the next state
                         cos(angle));                                        // an output
    };
    const auto swing = [=](const auto& angle, const auto& length)
    {
        const auto start = std::tuple(angle, 0.0 * angle);
        const auto [last, heights] = scan(step, start, steps(1000), length, keep_square_root);
        return std::get<0>(last) + mean(heights);
    };
    auto g = value_and_gradient(swing);
    const auto& [value, gradient] = g(0.5, 1.0);
    std::cout << value << " changes by " << std::get<1>(gradient) << " per metre\n";

    // Newton's square root: differentiated through as many steps as it takes.
    const auto root = [](const auto& a)
    {
        return while_loop([](const auto& x, const auto& b) { return abs(x * x - b) > 1e-12; },
                          [](const auto& x, const auto& b) { return 0.5 * (x + b / x); }, +a, 50,
                          a);
    };
    std::cout << xgrad::gradient(root)(4.0) << '\n'; // 0.25
}
