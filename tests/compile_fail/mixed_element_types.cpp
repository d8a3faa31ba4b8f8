// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad: the operands have different element types
#include "../expr/operations.hpp"

using namespace tiny;

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
