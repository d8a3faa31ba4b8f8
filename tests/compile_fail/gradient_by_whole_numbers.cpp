// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: an argument to differentiate with respect to has no floating-point number in it; expected double or float, found whole numbers or another type
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
