// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::gradient: expected a function that returns an expression, found double
// expect clang: operation<gradient_call>::expected<xgrad::expects::a_function_that_returns_an_expression>::found<double>
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
#ifdef VALID_TWIN
    auto g = gradient([](const auto& x) { return exp(x); });
    g(1.0);
#else
    auto g = gradient([](const auto&) { return 3.0; });
    g(1.0);
#endif
}
