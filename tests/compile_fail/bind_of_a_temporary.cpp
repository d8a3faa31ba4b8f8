// SPDX-License-Identifier: BSD-3-Clause
// expect g++: use of deleted function 'void xgrad::
// expect clang: call to deleted member function 'bind'
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
