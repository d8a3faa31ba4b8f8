// SPDX-License-Identifier: BSD-3-Clause
#include "copies.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/concatenate.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// Joins three tensors along axis 1, and checks values and gradients by their parts.
void check_concatenate(std::size_t n, std::size_t m)
{
    const cube a = make_cube(extents(3, n, 2)), b = make_cube(extents(3, m, 2));
    const auto out = concatenate(axis<1>, a, b, a);
    plan p(out);
    const auto value = p.forward();
    REQUIRE(value.shape()[1] == 2 * n + m);
    const auto seed = integers(value.size(), 1);
    backward_from(p, seed);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 2 * n + m; ++j)
            for (std::size_t k = 0; k < 2; ++k)
            {
                const auto at = [&](std::size_t place)
                { return seed[(i * (2 * n + m) + place) * 2 + k]; };
                if (j < n || j >= n + m)
                {
                    const std::size_t own = j < n ? j : j - n - m;
                    CHECK(value(i, j, k) == a.value()(i, own, k));
                    CHECK(a.gradient()(i, own, k) == at(own) + at(own + n + m));
                }
                else
                {
                    CHECK(value(i, j, k) == b.value()(i, j - n, k));
                    CHECK(b.gradient()(i, j - n, k) == at(j));
                }
            }
}

} // namespace

TEST_CASE("concatenate: equals its definition, and its gradient is the adjoint")
{
    for (const std::size_t n : {0U, 1U, 2U, 3U, 9U})
        for (const std::size_t m : {0U, 1U, 4U})
            check_concatenate(n, m);
}

TEST_CASE("concatenate, stack: any number of operands, between fused operations")
{
    const parameter<double, shape<2, 3>, named<"x">> x(
        xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    const parameter<double, shape<2, 1>, named<"y">> y(xt::xtensor<double, 2>{{7}, {8}});
    const auto out = concatenate(axis<-1>, x, y, times(x, x), y, x, times(y, y), times(x, y));
    static_assert(std::is_same_v<shape_of<decltype(out)>, shape<2, 15>>);
    evaluation e(out);
    const auto value = e.forward();
    const double second_row[] = {4, 5, 6, 8, 16, 25, 36, 8, 4, 5, 6, 64, 32, 40, 48};
    for (std::size_t j = 0; j < 15; ++j)
        CHECK(value(1, j) == second_row[j]);
    const auto check = check_gradient(times(sum(times(out, out)), sum(times(x, x))));
    CHECK_MESSAGE(check, check.message);

    const auto pile = stack(axis<1>, x, times(x, x));
    static_assert(std::is_same_v<shape_of<decltype(pile)>, shape<2, 2, 3>>);
    evaluation of_pile(pile);
    CHECK(of_pile.forward()(1, 0, 2) == 6);
    CHECK(of_pile.value()(1, 1, 2) == 36);
    const auto pile_check = check_gradient(sum(times(pile, pile)));
    CHECK_MESSAGE(pile_check, pile_check.message);
}

TEST_CASE("concatenate, stack: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 3>, named<"x">> x(2);
    const parameter<double, shape<2, 3>, named<"y">> y;
    static_assert(std::is_same_v<shape_of<decltype(concatenate(axis<1>, x, y))>, shape<2, 6>>);
    static_assert(
        std::is_same_v<shape_of<decltype(concatenate(axis<0>, x, y))>, shape<dynamic, 3>>);
    static_assert(std::is_same_v<shape_of<decltype(stack(axis<-1>, x, y))>, shape<2, 3, 2>>);
    static_assert(std::is_same_v<shape_of<decltype(concatenate(axis<0>, x))>, shape<dynamic, 3>>);
    CHECK(evaluated_shape(concatenate(axis<0>, x, y))[0] == 4);
}

TEST_CASE("concatenate: refuses operands that differ elsewhere")
{
    const cube a = make_cube(extents(3, 2, 2)), b = make_cube(extents(3, 2, 1));
    evaluation e(concatenate(axis<1>, a, b));
    CHECK_THROWS_WITH_AS(e.forward(),
                         "xgrad::concatenate: expected equal extents along the other axes, found "
                         "(3, 2, 2) and (3, 2, 1) and axis<1>",
                         shape_error);
    CHECK_FALSE(concatenate_op<2, 2>::infer(extents(2, 3), extents(2, 3)).fits);
    CHECK_FALSE(concatenate_op<0, 2>::infer(extents(2, 3), extents(2)).fits);
    CHECK(concatenate_op<-2, 2>::infer(extents(2, 3), extents(5, 3)).fits);
}
