// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the gradient of an expression is that of a scalar; sum the expression first
#include "../expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

using namespace tiny;

int main()
{
    xgrad::parameter<double, xgrad::shape<3>> a;
#ifdef VALID_TWIN
    xgrad::plan p(sum(exp(a)));
#else
    xgrad::plan p(exp(a));
#endif
    p.value_and_gradient();
}
