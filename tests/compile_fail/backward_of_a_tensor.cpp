// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: backward\(\) without a seed needs a scalar expression
#include "../expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

using namespace tiny;

int main()
{
    xgrad::parameter<double, xgrad::shape<3>> a;
#ifdef VALID_TWIN
    xgrad::plan p(sum(a * a));
#else
    xgrad::plan p(a * a);
#endif
    p.forward();
    p.backward();
}
