// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the function refers to a parameter outside of it, which would get no gradient; pass it as an argument
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
    parameter<double> start(1.0), rate(0.5);
#ifdef VALID_TWIN
    const auto last =
        scan([](const auto& x, const auto& r) { return x * r; }, start, steps(5), rate);
#else
    const auto last = scan([&](const auto& x) { return x * rate; }, start, steps(5));
#endif
    plan p(last);
}
