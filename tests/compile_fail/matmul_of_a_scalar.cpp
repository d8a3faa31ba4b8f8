// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::matmul: expected matrices or vectors (* multiplies by a scalar), found (2, 3) and ()
// expect clang: operation<matmul_op>::expected<xgrad::expects::matrices_or_vectors>::found<xgrad::shape<2, 3>, xgrad::shape<>>
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
