// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: expected a function that depends on the arguments to differentiate with respect to, found one that does not depend on all of them; choose the others with wrt<...>
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
#ifdef VALID_TWIN
    auto g = gradient([](const auto& x, const auto& y) { return x + 0.0 * y; });
    g(1.0, 2.0);
#else
    auto g = gradient([](const auto& x, const auto&) { return +x; });
    g(1.0, 2.0);
#endif
}
