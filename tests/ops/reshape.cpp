// SPDX-License-Identifier: BSD-3-Clause
#include "copies.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/reshape.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("reshape, flatten: the same elements in the same order")
{
    const auto same = [](std::size_t i, const extents&, const extents&) { return i; };
    const auto check = [&](const auto& f)
    {
        check_copies(extents(4, 3, 2), f, same);
        const cube x = make_cube(extents(4, 3, 2));
        const auto y = f(x);
        const auto result = check_gradient(times(sum(times(y, y)), sum(times(x, x))));
        CHECK_MESSAGE(result, result.message);
    };
    check([](const auto& x) { return reshape(x, shape<dynamic, 6>{}); });
    check([](const auto& x) { return reshape(x, shape<dynamic, 2, dynamic>{}, 3, 4); });
    check([](const auto& x) { return flatten(x); });
}

TEST_CASE("reshape, flatten: copy nothing")
{
    const parameter<double, shape<4, 6>, named<"x">> x;
    const auto summary = evaluation(flatten(reshape(x, shape<2, 3, 4>{}), axis<0>)).summary();
    CHECK(summary.forward_steps == 0);
    CHECK(summary.workspace_bytes == 0);
}

TEST_CASE("reshape, flatten: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 8, 7, 7>, named<"x">> x(2);
    const parameter<double, shape<6, 4>, named<"y">> y;
    static_assert(std::is_same_v<shape_of<decltype(flatten(x))>, shape<dynamic, 392>>);
    static_assert(std::is_same_v<shape_of<decltype(flatten(x, axis<-2>))>, shape<dynamic, 8, 49>>);
    static_assert(std::is_same_v<shape_of<decltype(flatten(x, axis<0>))>, shape<dynamic>>);
    static_assert(std::is_same_v<shape_of<decltype(flatten(y, axis<2>))>, shape<6, 4, 1>>);
    static_assert(std::is_same_v<shape_of<decltype(reshape(y, shape<dynamic, 8>{}))>, shape<3, 8>>);
    static_assert(
        std::is_same_v<shape_of<decltype(reshape(x, shape<dynamic, 392>{}))>, shape<dynamic, 392>>);
    CHECK(evaluated_shape(flatten(x))[0] == 2);
}

TEST_CASE("reshape: an extent follows for every batch, the empty one among them")
{
    input<double, shape<dynamic, 3, 2>, named<"x">> x;
    evaluation e(reshape(x, shape<dynamic, 6>{}));
    const double values[24] = {};
    for (const std::size_t batch : {4U, 1U, 0U, 2U})
    {
        x.bind(values, batch);
        CHECK(e.forward().shape()[0] == batch);
    }
}

TEST_CASE("reshape: refuses another number of elements")
{
    input<double, shape<dynamic, 3>, named<"x">> x;
    const double values[30] = {};
    x.bind(values, std::size_t{5});
    evaluation open(reshape(x, shape<dynamic, 2>{}));
    CHECK_THROWS_WITH_AS(open.forward(),
                         "xgrad::reshape: expected as many elements as the new shape has, found "
                         "(5, 3) and the shape (dynamic, 2)",
                         shape_error);
    evaluation given(reshape(x, shape<dynamic, dynamic>{}, 4, 4));
    CHECK_THROWS_AS(given.forward(), shape_error);
    x.bind(values, std::size_t{2});
    CHECK(open.forward().shape()[0] == 3);
    CHECK_FALSE(reshape_op<shape<dynamic, 0>, false>::infer(extents(0, 3), nullptr).fits);
    CHECK_FALSE(reshape_op<shape<4, 4>, false>::infer(extents(dynamic, 3), nullptr).fits);
    CHECK(reshape_op<shape<4, 6>, false>::infer(extents(dynamic, 3), nullptr).fits);
    CHECK_FALSE(flatten_op<1>::infer(extents()).fits);
}
