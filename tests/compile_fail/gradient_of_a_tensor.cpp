// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::plan::value_and_gradient: expected a scalar expression, found (3)
// expect clang: operation<plan_gradient>::expected<xgrad::expects::a_scalar>::found<xgrad::shape<3>>
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
