// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the function depends on an argument only through operations without a derivative, such as a comparison, argmax or stop_gradient
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
