// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: expected operations with a derivative between an argument and the result, found only others, such as a comparison, argmax or stop_gradient
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
#ifdef VALID_TWIN
    auto g = gradient([](const auto& x, const auto& y) { return x + y; });
    g(1.0, 2.0);
#else
    auto g = gradient([](const auto& x, const auto& y) { return x + (y > 1.0); });
    g(1.0, 2.0);
#endif
}
