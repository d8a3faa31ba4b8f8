// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::solve: the right-hand side does not fit the matrix
// expect: shape<3, 3>
// expect: shape<4>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/solve.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<3, 3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3>> b;
#else
    xgrad::parameter<double, xgrad::shape<4>> b;
#endif
    static_cast<void>(xgrad::solve(a, b));
}
