// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the gradient of an expression is that of a scalar; sum the expression first
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/exponential.hpp>
#include <xgrad/ops/sum.hpp>

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
