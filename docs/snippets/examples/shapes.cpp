// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

using namespace xgrad;

namespace
{

void reshape_page()
{
    parameter<double, shape<2, 3>> x(xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    const auto columns = reshape(x, shape<3, 2>{});
    show(sum(square(columns), axis<0>), x); // (2)
    static_assert(decltype(flatten(x, axis<0>))::shape_type::value[0] == 6);
}

void squeeze_page()
{
    parameter<double, shape<3>> x{1.0, 2.0, 3.0};
    const auto column = expand_dimensions(x, axis<1>); // (3, 1)
    show(column * x, x);                               // (3, 3)
    static_assert(decltype(squeeze(column))::rank == 1);
}

void transpose_page()
{
    parameter<double, shape<2, 3>> x(xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    show(transpose(x), x);
    show(transpose(x, axes<1, 0>) * 2.0, x);
}

void broadcast_to_page()
{
    parameter<double, shape<3>> x{1.0, 2.0, 3.0};
    show(broadcast_to(x, shape<2, 3>{}), x);
}

void concatenate_page()
{
    parameter<double, shape<2>> a{1.0, 2.0};
    parameter<double, shape<2>> b{3.0, 4.0};
    show(concatenate(axis<0>, a, square(b)), a, b); // (4)
    show(stack(axis<1>, a, b), a, b);               // (2, 2), a and b its columns
}

void slice_page()
{
    parameter<double, shape<5>> x{0.0, 1.0, 2.0, 3.0, 4.0};
    show(slice(x, axis<0>, range<1, 4>), x);
    show(slice(x, axis<0>, range<-3, range_end, 2>), x); // from the end, every second
    show(slice(x, axis<0>, 0, 2), x);                    // numbers of the running program
}

void diagonal_page()
{
    parameter<double, shape<2, 3>> a(xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    show(diagonal(a), a);
}

} // namespace

int main()
{
    section("reshape"), reshape_page();
    section("squeeze"), squeeze_page();
    section("transpose"), transpose_page();
    section("broadcast_to"), broadcast_to_page();
    section("concatenate"), concatenate_page();
    section("slice"), slice_page();
    section("diagonal"), diagonal_page();
}
