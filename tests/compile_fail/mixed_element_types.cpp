// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::add: expected operands of one element type, found float and double
// expect clang: operation<add_op>::expected<xgrad::expects::operands_of_one_element_type>::found<float, double>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/arithmetic.hpp>

int main()
{
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3>> a;
#else
    xgrad::parameter<float, xgrad::shape<3>> a;
#endif
    xgrad::parameter<double, xgrad::shape<3>> b;
    static_cast<void>(a + b);
}
