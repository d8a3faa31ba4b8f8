// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::input::bind: expected a row-major container, found another layout; assign copies any
#include <xgrad/expr/leaf.hpp>

int main()
{
    xgrad::input<double, xgrad::shape<2, 2>> x;
    const xt::xtensor<double, 2, xt::layout_type::column_major> columns{{1, 2}, {3, 4}};
#ifdef VALID_TWIN
    x.assign(columns);
#else
    x.bind(columns);
#endif
}
