// SPDX-License-Identifier: BSD-3-Clause

// After the first call with the same types and extents the functions of calculus allocate nothing.

#include "../../benchmarks/calculus/functions.hpp"
#include "support/allocations.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

using vector = xt::xtensor<double, 1>;
using matrix = xt::xtensor<double, 2>;

namespace
{

template <class G, class... A>
void require_none(const char* name, G g, const A&... a)
{
    CAPTURE(name);
    CHECK(allocations_in([&] { g(a...); }) > 0);
    CHECK(allocations_in([&] { g(a...); }) == 0);
}

} // namespace

TEST_CASE("calculus: gradients of seven functions allocate nothing after the first call")
{
    using namespace xgrad;
    const vector x = xt::ones<double>({100}) * 0.5;
    const matrix square = xt::ones<double>({8, 8});
    require_none("f1", value_and_gradient(functions::damped_wave), x);
    require_none("f2", value_and_gradient(functions::log_sum_exp), x);
    require_none("f3", value_and_gradient(functions::rosenbrock), x);
    require_none("f4", value_and_gradient(functions::normal_log_density, wrt<0, 1>),
                 vector(xt::ones<double>({3})), 0.5, matrix(xt::ones<double>({3, 100})), x, 100);
    require_none("f5", value_and_gradient(functions::sum_of_product), square, square);
    require_none("f6", value_and_gradient(functions::black_scholes), 100.0, 110.0, 0.05, 0.2, 1.5);
    const vector bias = xt::ones<double>({8});
    require_none("f7", value_and_gradient(functions::perceptron_loss, wrt<0>),
                 functions::perceptron<matrix, vector>{square, bias, square, bias}, square, square);
    require_none("hessian_vector_product", hessian_vector_product(functions::rosenbrock), x, x);
    require_none("hessian", hessian(functions::rosenbrock), vector(xt::ones<double>({7})));
    const auto curve = [](const auto& p, const auto& t) { return p[0] * exp(-(p[1] * t)); };
    require_none("jacobian", jacobian(curve, forward_mode, wrt<0>), std::array{1.0, 0.5}, x);
}
