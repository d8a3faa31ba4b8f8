// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the body of a loop makes the next state; expected the number and the shapes of the state before the first step, found others
#include <xgrad/calculus.hpp>
#include <xgrad/ops.hpp>

using namespace xgrad;

int main()
{
    parameter<double, shape<3>> start;
#ifdef VALID_TWIN
    const auto last = scan([](const auto& x) { return exp(x); }, start, steps(5));
#else
    const auto last = scan([](const auto& x) { return sum(x); }, start, steps(5));
#endif
    plan p(sum(last));
}
