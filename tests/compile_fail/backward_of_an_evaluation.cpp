// SPDX-License-Identifier: BSD-3-Clause
// expect: error: no matching (member )?function for call to .*backward
// expect: constraints not satisfied
#include "../expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

using namespace tiny;

int main()
{
    xgrad::parameter<double> a(1.0);
#ifdef VALID_TWIN
    xgrad::plan p(a * a);
#else
    xgrad::evaluation p(a * a);
#endif
    p.forward();
    p.backward();
}
