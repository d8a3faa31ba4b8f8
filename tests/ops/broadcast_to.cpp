// SPDX-License-Identifier: BSD-3-Clause
#include "copies.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/broadcast_to.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("broadcast_to: equals its definition, and its gradient is the adjoint")
{
    const auto check = [](const extents& e, const auto& f)
    {
        check_copies(e, f,
                     [](std::size_t i, const extents& own, const extents& out)
                     {
                         auto p = place_of(i, out);
                         for (std::size_t k = 0; k < 3; ++k)
                             p[k] = own[k] == 1 ? 0 : p[out.rank - 3 + k];
                         return element_at(own, p[0], p[1], p[2]);
                     });
    };
    const auto wider = [](const auto& x)
    { return broadcast_to(x, shape<dynamic, dynamic, 9>{}, 5, 3); };
    for (const extents& e : {extents(5, 3, 9), extents(5, 1, 9), extents(1, 3, 9), extents(5, 3, 1),
                             extents(1, 3, 1), extents(5, 1, 1), extents(1, 1, 1)})
        check(e, wider);
    const auto higher = [](const auto& x) { return broadcast_to(x, shape<2, 5, dynamic, 3>{}, 4); };
    for (const extents& e : {extents(5, 4, 3), extents(5, 1, 3), extents(1, 4, 1)})
        check(e, higher);
    const cube x = make_cube(extents(1, 3, 1));
    const auto y = wider(times(x, x));
    const auto result = check_gradient(times(sum(times(y, y)), sum(times(x, x))));
    CHECK_MESSAGE(result, result.message);
}

TEST_CASE("broadcast_to: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 1>, named<"x">> x(2);
    static_assert(std::is_same_v<shape_of<decltype(broadcast_to(x, shape<4, dynamic, 3>{}))>,
                                 shape<4, dynamic, 3>>);
    static_assert(
        std::is_same_v<shape_of<decltype(broadcast_to(x, shape<6, dynamic>{}))>, shape<6, 1>>);
    CHECK(evaluated_shape(broadcast_to(x, shape<4, dynamic, 3>{}))[1] == 2);
}

TEST_CASE("broadcast_to: refuses what does not broadcast")
{
    const cube x = make_cube(extents(4, 3, 2));
    evaluation e(broadcast_to(x, shape<4, dynamic, 2>{}, 5));
    CHECK_THROWS_WITH_AS(
        e.forward(),
        "xgrad::broadcast_to: expected a tensor that broadcasts to the shape, found "
        "(4, 3, 2) and the shape (4, 5, 2)",
        shape_error);
    evaluation negative(broadcast_to(x, shape<4, dynamic, 2>{}, -1));
    CHECK_THROWS_AS(negative.forward(), shape_error);
    CHECK_FALSE(broadcast_to_op<shape<3>, false>::infer(extents(2, 3), nullptr).fits);
    CHECK_FALSE(broadcast_to_op<shape<dynamic, 3>, false>::infer(extents(3), nullptr).fits);
}
