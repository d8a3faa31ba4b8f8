// SPDX-License-Identifier: BSD-3-Clause
// expect: (use of deleted function|call to deleted member function).*value
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
