// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::dot: expected vectors of equal extents, found (3) and (2)
// expect clang: operation<dot_call>::expected<xgrad::expects::vectors_of_equal_extents>::found<xgrad::shape<3>, xgrad::shape<2>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/dot.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3>> b;
#else
    xgrad::parameter<double, xgrad::shape<2>> b;
#endif
    static_cast<void>(xgrad::dot(a, b));
}
