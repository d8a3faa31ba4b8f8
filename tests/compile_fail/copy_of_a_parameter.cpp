// SPDX-License-Identifier: BSD-3-Clause
// expect g++: use of deleted function 'xgrad::
// expect clang: call to implicitly-deleted copy constructor of 'xgrad::parameter<
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
