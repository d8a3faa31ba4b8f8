// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::input::bind: expected a container, found an expression without memory of its own; assign copies its values
#include <xgrad/expr/leaf.hpp>

int main()
{
    xgrad::input<double, xgrad::shape<xgrad::dynamic>> x;
    const xt::xtensor<double, 1> values{1, 2, 3};
    const auto twice = 2.0 * values;
#ifdef VALID_TWIN
    x.assign(twice);
#else
    x.bind(twice);
#endif
}
