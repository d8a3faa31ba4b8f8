// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::outer: expected two vectors, found (3) and (2, 4)
// expect clang: operation<outer_call>::expected<xgrad::expects::two_vectors>::found<xgrad::shape<3>, xgrad::shape<2, 4>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/outer.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<4>> b;
#else
    xgrad::parameter<double, xgrad::shape<2, 4>> b;
#endif
    static_cast<void>(xgrad::outer(a, b));
}
