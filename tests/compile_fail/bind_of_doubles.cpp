// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::input::bind: expected elements of the type of the input, found double and float
// expect clang: operation<input_bind>::expected<xgrad::expects::elements_of_the_type_of_the_input>::found<double, float>
#include <xgrad/expr/leaf.hpp>

int main()
{
    xgrad::input<float, xgrad::shape<xgrad::dynamic>> x;
    const xt::xtensor<double, 1> values{1, 2, 3};
#ifdef VALID_TWIN
    x.assign(values);
#else
    x.bind(values);
#endif
}
