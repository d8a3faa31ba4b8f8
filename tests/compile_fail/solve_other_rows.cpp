// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::solve: expected equal numbers of rows on both sides, found (3, 3) and (4)
// expect clang: operation<solve_op>::expected<xgrad::expects::equal_numbers_of_rows>::found<xgrad::shape<3, 3>, xgrad::shape<4>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/solve.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<3, 3>> a;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<3>> b;
#else
    xgrad::parameter<double, xgrad::shape<4>> b;
#endif
    static_cast<void>(xgrad::solve(a, b));
}
