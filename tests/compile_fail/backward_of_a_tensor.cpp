// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::plan::backward: expected a scalar expression, or the gradient of its value, found (3)
// expect clang: operation<plan_backward>::expected<xgrad::expects::a_scalar_or_a_given_gradient>::found<xgrad::shape<3>>
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
