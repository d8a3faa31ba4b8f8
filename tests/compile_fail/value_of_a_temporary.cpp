// SPDX-License-Identifier: BSD-3-Clause
// expect g++: use of deleted function 'void xgrad::
// expect clang: call to deleted member function 'value'
#include <xgrad/expr/leaf.hpp>

int main()
{
    using vector = xgrad::parameter<double, xgrad::shape<2>, xgrad::named<"v">>;
#ifdef VALID_TWIN
    vector v{1, 2};
    auto view = v.value();
#else
    auto view = vector{1, 2}.value();
#endif
    static_cast<void>(view);
}
