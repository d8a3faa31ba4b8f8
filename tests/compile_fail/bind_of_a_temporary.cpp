// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::input::bind: expected a container that is there at the evaluation, found a temporary; assign copies its values
#include <xgrad/expr/leaf.hpp>

int main()
{
    xgrad::input<double, xgrad::shape<xgrad::dynamic>> x;
#ifdef VALID_TWIN
    const xt::xtensor<double, 1> values{1, 2, 3};
    x.bind(values);
#else
    x.bind(xt::xtensor<double, 1>{1, 2, 3});
#endif
}
