// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: expected double or float in each argument to differentiate with respect to, found whole numbers or another type
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
#ifdef VALID_TWIN
    auto g = gradient([](const auto& x) { return exp(x); });
    g(1.0);
#else
    auto g = gradient([](const auto& x) { return exp(x); });
    g(1);
#endif
}
