// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/testing/check_gradient.hpp>
#include <xgrad/xgrad.hpp>

#include <iostream>

int main()
{
    using namespace xgrad;

    // log(1 + exp(x)) overflows where its derivative does not: give both forms.
    const auto soft = custom_gradient([](const auto& x) { return log(1.0 + exp(x)); },
                                      [](const auto& grad, const auto&, const auto& x)
                                      { return grad * sigmoid(x); });
    parameter<double, shape<5>> x{-2, -1, 0, 1, 2};
    std::cout << check_gradient(sum(soft(x))).message << '\n';

    // A long block that keeps only its operands, and computes its inside again for the gradient.
    const auto block = [](const auto& v) { return tanh(exp(v) * v) * v; };
    std::cout << check_gradient(sum(checkpoint(block, checkpoint(block, x)))).message << '\n';

    // A factor that is not to be learnt.
    std::cout << xgrad::gradient([](const auto& v) { return v * stop_gradient(v); })(3.0)
              << '\n'; // 3
}
