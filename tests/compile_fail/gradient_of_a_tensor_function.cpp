// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::gradient: expected a function with a scalar result, found (dynamic)
// expect clang: operation<gradient_call>::expected<xgrad::expects::a_function_with_a_scalar_result>::found<xgrad::detail::tensor<xgrad::detail::unknown::dynamic>>
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
#ifdef VALID_TWIN
    auto g = gradient([](const auto& x) { return sum(exp(x)); });
    g(xt::xtensor<double, 1>{1, 2});
#else
    auto g = gradient([](const auto& x) { return exp(x); });
    g(xt::xtensor<double, 1>{1, 2});
#endif
}
