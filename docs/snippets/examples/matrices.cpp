// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

using namespace xgrad;

namespace
{

void matmul_page()
{
    parameter<double, shape<2, 3>> a(xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    parameter<double, shape<3, 2>> b(xt::xtensor<double, 2>{{1, 0}, {0, 1}, {1, 1}});
    show(matmul(a, b), a, b);
    parameter<double, shape<3>> v{1.0, 0.0, -1.0};
    show(matmul(a, v), v); // (2)
}

void outer_page()
{
    parameter<double, shape<2>> a{1.0, 2.0};
    parameter<double, shape<3>> b{3.0, 4.0, 5.0};
    show(outer(a, b), a, b); // (2, 3)
}

void trace_page()
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{1, 2}, {3, 4}});
    show(trace(matmul(a, a)), a);
}

void inverse_page()
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{2, 1}, {1, 1}});
    show(inverse(a), a);
}

void determinant_page()
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{2, 1}, {1, 3}});
    show(determinant(a), a);
    show(log_determinant(a), a);
}

void solve_page()
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{2, 1}, {1, 3}});
    parameter<double, shape<2>> b{3.0, 5.0};
    show(solve(a, b), a, b);
}

void solve_triangular_page()
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{2, 9}, {1, 3}});
    parameter<double, shape<2>> b{4.0, 5.0};
    show(solve_triangular(a, b), a, b); // reads the lower half only: 9 has no influence
    const auto transposed = solve_triangular(a, b, {.transposed = true});
    show(transposed, b);
}

void cholesky_page()
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{4, 2}, {2, 5}});
    show(cholesky(a), a);
}

} // namespace

int main()
{
    section("matmul"), matmul_page();
    section("outer"), outer_page();
    section("trace"), trace_page();
    section("inverse"), inverse_page();
    section("determinant"), determinant_page();
    section("solve"), solve_page();
    section("solve_triangular"), solve_triangular_page();
    section("cholesky"), cholesky_page();
}
