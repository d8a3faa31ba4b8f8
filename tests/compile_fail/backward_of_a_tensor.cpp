// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: backward() without a seed needs a scalar expression; sum it, or give the gradient of its elements
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/sum.hpp>

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
