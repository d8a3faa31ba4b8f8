// SPDX-License-Identifier: BSD-3-Clause
// expect g++: no matching function for call to 'xgrad::
// expect clang: no matching member function for call to 'backward'
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/arithmetic.hpp>

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
