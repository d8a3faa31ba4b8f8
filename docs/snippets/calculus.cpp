// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/xgrad.hpp>

#include <iostream>

struct line // the arguments of a fit, in a plain struct
{
    double slope, offset;
};

int main()
{
    using namespace xgrad;
    const xt::xtensor<double, 1> x{0, 1, 2, 3};
    const xt::xtensor<double, 1> y{1, 3, 5, 7};

    const auto loss = [](const auto& l, const auto& at, const auto& observed)
    {
        const auto& [slope, offset] = l;
        const auto error = slope * at + offset - observed;
        return sum(error * error);
    };

    // Newton's method; the data are arguments, wrt<0> says that the line is what is varied.
    auto f = value_gradient_and_hessian(loss, wrt<0>);
    line l{0, 0};
    for (int step = 0; step < 2; ++step)
    {
        const auto& [value, gradient, hessian] = f(l, x, y);
        const double det = hessian(0, 0) * hessian(1, 1) - hessian(0, 1) * hessian(1, 0);
        l.slope -= (hessian(1, 1) * gradient.slope - hessian(0, 1) * gradient.offset) / det;
        l.offset -= (hessian(0, 0) * gradient.offset - hessian(1, 0) * gradient.slope) / det;
        std::cout << "loss " << value << '\n';
    }
    std::cout << l.slope << ' ' << l.offset << '\n'; // 2 1
}
