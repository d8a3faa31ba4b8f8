// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::product: expected equal inner extents, found (2, 3) and (4, 5)
// expect clang: operation<product_op>::expected<tiny::equal_inner_extents>::found<xgrad::shape<2, 3>, xgrad::shape<4, 5>>
#include "../expr/operations.hpp"

using namespace tiny;

int main()
{
    xgrad::parameter<double, xgrad::shape<2, 3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3, 5>> b;
#else
    xgrad::parameter<double, xgrad::shape<4, 5>> b;
#endif
    static_cast<void>(product(a, b));
}
