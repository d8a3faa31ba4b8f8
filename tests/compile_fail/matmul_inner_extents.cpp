// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::matmul: the inner extents of the operands differ
// expect: matmul_op
// expect: shape<2, 3>
// expect: shape<4, 5>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/matmul.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<2, 3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3, 5>> b;
#else
    xgrad::parameter<double, xgrad::shape<4, 5>> b;
#endif
    static_cast<void>(xgrad::matmul(a, b));
}
