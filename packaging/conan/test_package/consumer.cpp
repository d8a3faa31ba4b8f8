// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/xgrad.hpp>

int main()
{
    xgrad::parameter<double> x(3);
    xgrad::plan square(x * x);
    square.value_and_gradient();
    return x.gradient() == 6 ? 0 : 1;
}
