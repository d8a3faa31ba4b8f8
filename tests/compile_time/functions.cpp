// SPDX-License-Identifier: BSD-3-Clause

// Value and gradient of the seven functions that the benchmarks of calculus measure.

#include "../../benchmarks/calculus/functions.hpp"

using vector = xt::xtensor<double, 1>;
using matrix = xt::xtensor<double, 2>;

double values(const vector& x, const matrix& m, int n)
{
    using namespace xgrad;
    static auto f1 = value_and_gradient(functions::damped_wave);
    static auto f2 = value_and_gradient(functions::log_sum_exp);
    static auto f3 = value_and_gradient(functions::rosenbrock);
    static auto f4 = value_and_gradient(functions::normal_log_density, wrt<0, 1>);
    static auto f5 = value_and_gradient(functions::sum_of_product);
    static auto f6 = value_and_gradient(functions::black_scholes);
    static auto f7 = value_and_gradient(functions::perceptron_loss, wrt<0>);
    const functions::perceptron<matrix, vector> weights{m, x, m, x};
    return f1(x).value + f2(x).value + f3(x).value + f4(x, 0.5, m, x, n).value + f5(m, m).value +
           f6(100.0, 110.0, 0.05, 0.2, 1.5).value + f7(weights, m, m).value;
}
