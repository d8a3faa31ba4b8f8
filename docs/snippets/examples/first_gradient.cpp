// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/xgrad.hpp>

#include <iostream>

int main()
{
    const auto f = [](const auto& x) { return sum(x * sin(x)); };

    auto g = xgrad::value_and_gradient(f);
    const auto& [value, gradient] = g(xt::xtensor<double, 1>{0.5, 1.0, 2.0});

    std::cout << "f = " << value << "\ngradient";
    for (const double element : gradient)
        std::cout << ' ' << element;
    std::cout << '\n';
}
