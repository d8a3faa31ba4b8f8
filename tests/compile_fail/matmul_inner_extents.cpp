// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::matmul: expected equal inner extents, found (2, 3) and (4, 5)
// expect clang: operation<matmul_op>::expected<xgrad::expects::equal_inner_extents>::found<xgrad::shape<2, 3>, xgrad::shape<4, 5>>
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
