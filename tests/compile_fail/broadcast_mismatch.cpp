// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the shapes of the operands do not broadcast together
// expect: add_op
// expect: shape<2, 3>
// expect: shape<4>
#include "../expr/operations.hpp"

using namespace tiny;

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
