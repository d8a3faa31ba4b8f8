// SPDX-License-Identifier: BSD-3-Clause
// expect: (use of deleted function|call to implicitly-deleted copy constructor)
#include <xgrad/expr/leaf.hpp>

#include <utility>

int main()
{
    xgrad::parameter<double, xgrad::shape<2>, xgrad::named<"v">> a{1, 2};
#ifdef VALID_TWIN
    auto b = std::move(a);
#else
    auto b = a;
#endif
    static_cast<void>(b);
}
