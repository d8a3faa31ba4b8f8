// SPDX-License-Identifier: BSD-3-Clause
#include "copies.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/squeeze.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("expand_dimensions, squeeze: the same elements in the same order, without a copy")
{
    const auto same = [](std::size_t i, const extents&, const extents&) { return i; };
    check_copies(
        extents(4, 3, 2), [](const auto& x) { return expand_dimensions(x, axes<0, -1>); }, same);
    check_copies(
        extents(4, 1, 2), [](const auto& x) { return squeeze(x, axis<1>); }, same);
    const cube x = make_cube(extents(4, 1, 2));
    const auto y = squeeze(x, axis<1>);
    const auto check = check_gradient(times(sum(times(y, y)), sum(times(x, x))));
    CHECK_MESSAGE(check, check.message);
    CHECK(evaluation(expand_dimensions(x, axis<0>)).summary().forward_steps == 0);
    CHECK(evaluation(y).summary().forward_steps == 0);
}

TEST_CASE("expand_dimensions, squeeze: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 1, 3, 1>, named<"x">> x(2);
    static_assert(std::is_same_v<shape_of<decltype(squeeze(x))>, shape<dynamic, 3>>);
    static_assert(std::is_same_v<shape_of<decltype(squeeze(x, axis<-1>))>, shape<dynamic, 1, 3>>);
    static_assert(std::is_same_v<shape_of<decltype(squeeze(x, axes<0, 1>))>, shape<3, 1>>);
    static_assert(std::is_same_v<shape_of<decltype(expand_dimensions(x, axis<1>))>,
                                 shape<dynamic, 1, 1, 3, 1>>);
    static_assert(std::is_same_v<shape_of<decltype(expand_dimensions(x, axes<0, -1>))>,
                                 shape<1, dynamic, 1, 3, 1, 1>>);
    CHECK(evaluated_shape(squeeze(x))[0] == 2);
}

TEST_CASE("expand_dimensions, squeeze: refuse what does not fit")
{
    const cube x = make_cube(extents(4, 3, 2));
    evaluation e(squeeze(x, axis<1>));
    CHECK_THROWS_WITH_AS(
        e.forward(),
        "xgrad::squeeze: expected axes of extent 1 to leave out, found (4, 3, 2) and axis<1>",
        shape_error);
    CHECK_FALSE(squeeze_op<axes_t<2>>::infer(extents(1, 1)).fits);
    CHECK_FALSE(expand_dimensions_op<axes_t<3>>::infer(extents(1, 1)).fits);
    CHECK(expand_dimensions_op<axes_t<2>>::infer(extents(1, 1)).fits);
    CHECK_FALSE(expand_dimensions_op<axes_t<0>>::infer(extents::filled(8, 1)).fits);
}
