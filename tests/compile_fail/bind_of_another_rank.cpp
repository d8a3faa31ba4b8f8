// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::input::bind: expected the shape (dynamic, 3), found (dynamic)
// expect clang: operation<input_bind>::expected_shape<xgrad::detail::tensor<xgrad::detail::unknown::dynamic, 3>>::found<xgrad::detail::tensor<xgrad::detail::unknown::dynamic>>
#include <xgrad/expr/leaf.hpp>

int main()
{
    xgrad::input<double, xgrad::shape<xgrad::dynamic, 3>> x;
#ifdef VALID_TWIN
    const xt::xtensor<double, 2> values{{1, 2, 3}};
#else
    const xt::xtensor<double, 1> values{1, 2, 3};
#endif
    x.bind(values);
}
