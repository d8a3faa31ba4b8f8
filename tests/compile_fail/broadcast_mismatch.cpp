// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::add: expected shapes that broadcast together, found (2, 3) and (4)
// expect clang: operation<add_op>::expected<xgrad::expects::shapes_that_broadcast_together>::found<xgrad::shape<2, 3>, xgrad::shape<4>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/arithmetic.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<2, 3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3>> b;
#else
    xgrad::parameter<double, xgrad::shape<4>> b;
#endif
    static_cast<void>(a + b);
}
