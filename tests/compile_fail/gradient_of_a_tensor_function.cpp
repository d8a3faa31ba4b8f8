// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the gradient is that of a scalar function; expected a scalar, found a tensor: sum it, or ask for the jacobian
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
