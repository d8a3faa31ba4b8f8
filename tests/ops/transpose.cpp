// SPDX-License-Identifier: BSD-3-Clause
#include "copies.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/transpose.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("transpose: equals its definition, and its gradient is the adjoint")
{
    check_copies([](const auto& x) { return transpose(x); },
                 [](std::size_t i, const extents& e, const extents& out)
                 {
                     const auto p = place_of(i, out);
                     return element_at(e, p[2], p[1], p[0]);
                 });
    check_copies([](const auto& x) { return transpose(x, axes<1, -3, 2>); },
                 [](std::size_t i, const extents& e, const extents& out)
                 {
                     const auto p = place_of(i, out);
                     return element_at(e, p[1], p[0], p[2]);
                 });
    check_copies([](const auto& x) { return transpose(x, axes<0, 2, 1>); },
                 [](std::size_t i, const extents& e, const extents& out)
                 {
                     const auto p = place_of(i, out);
                     return element_at(e, p[0], p[2], p[1]);
                 });
}

TEST_CASE("transpose: keeps what is known of the extents, and copies only if it must")
{
    const parameter<double, shape<dynamic, 10, 3>, named<"x">> x(2);
    static_assert(std::is_same_v<shape_of<decltype(transpose(x))>, shape<3, 10, dynamic>>);
    static_assert(
        std::is_same_v<shape_of<decltype(transpose(x, axes<1, 0, 2>))>, shape<10, dynamic, 3>>);
    CHECK(evaluation(transpose(x)).summary().forward_steps == 1);
    CHECK(evaluation(transpose(x, axes<0, 1, 2>)).summary().forward_steps == 0);
    const parameter<double, shape<>, named<"s">> s(3.0);
    evaluation e(transpose(s));
    CHECK(e.forward() == 3);
}

TEST_CASE("transpose: refuses what is not an order of the axes")
{
    CHECK(transpose_op<axes_t<0, 1>>::infer(extents(2, 3)).fits);
    CHECK_FALSE(transpose_op<axes_t<0, 1>>::infer(extents(2, 3, 4)).fits);
    CHECK_FALSE(transpose_op<axes_t<0, -2>>::infer(extents(2, 3)).fits);
    CHECK_FALSE(transpose_op<axes_t<0, 2>>::infer(extents(2, 3)).fits);
}
