// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::matmul: a scalar is not a matrix; multiply with . instead
// expect: matmul_op
// expect: shape<2, 3>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/matmul.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<2, 3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3>> b;
#else
    xgrad::parameter<double, xgrad::shape<>> b;
#endif
    static_cast<void>(xgrad::matmul(a, b));
}
