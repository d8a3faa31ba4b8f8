// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/xgrad.hpp>

#include <cmath>

int main()
{
    // A function is anything that can be called with expressions: a generic lambda, a template.
    const auto f = [](const auto& x, const auto& scale) { return scale * sum(x * sin(x)); };

    // value_and_gradient(f) is a function of the same arguments, here a tensor and a number.
    auto g = xgrad::value_and_gradient(f);
    const xt::xtensor<double, 1> x{0.5, 1.0, 2.0};
    const auto& [value, gradient] = g(x, 3.0);
    const auto& [by_x, by_scale] = gradient; // each in the form of its argument

    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        sum += x(i) * std::sin(x(i));
        report("df/dx", by_x(i), 3 * (std::sin(x(i)) + x(i) * std::cos(x(i))));
    }
    report("f", value, 3 * sum);
    report("df/dscale", by_scale, sum);

    // wrt<...> chooses arguments by number; the others are constants.
    auto by_first = xgrad::gradient(f, xgrad::wrt<0>);
    report("df/dx, alone", by_first(x, 3.0)(0), by_x(0));

    // The same function with parameters, which keep their value and their gradient. A plan settles
    // loops and memory once; evaluating it again allocates nothing.
    xgrad::parameter<double, xgrad::shape<xgrad::dynamic>> w(x);
    xgrad::plan minimized(f(w, 3.0));
    for (int step = 0; step < 60; ++step)
    {
        minimized.value_and_gradient();
        for (std::size_t i = 0; i < w.size(); ++i)
            w.value()(i) -= 0.1 * w.gradient()(i);
    }
    report("the minimum that is nearest to 0.5", w.value()(0), 0, 1e-6);
}
