// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::inverse: expected square matrices, found (2, 3)
// expect clang: operation<inverse_op>::expected<xgrad::expects::square_matrices>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/inverse.hpp>

int main()
{
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3, 3>> a;
#else
    xgrad::parameter<double, xgrad::shape<2, 3>> a;
#endif
    static_cast<void>(xgrad::inverse(a));
}
