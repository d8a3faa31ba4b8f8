// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/argmax.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

template <class... Along>
void check_argmax(const std::vector<std::size_t>& reduced, Along... along)
{
    const cube x = make_cube(extents(3, 5, 9));
    evaluation e(argmax(x, along...));
    const auto value = [&]
    {
        if constexpr (sizeof...(Along) == 0)
            return std::vector<double>{e.forward()};
        else
        {
            const auto view = e.forward();
            return std::vector<double>(view.data(), view.data() + view.size());
        }
    }();
    const auto groups = groups_of(x, reduced);
    REQUIRE(value.size() == groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i)
        CHECK(value[i] ==
              static_cast<double>(std::distance(
                  groups[i].begin(), std::max_element(groups[i].begin(), groups[i].end()))));
}

} // namespace

TEST_CASE("argmax: equals its definition along every axis")
{
    check_argmax({0, 1, 2});
    check_argmax({0}, axis<0>);
    check_argmax({1}, axis<1>, keep_dimensions);
    check_argmax({2}, axis<-1>);
}

TEST_CASE("argmax: no gradient passes it")
{
    const parameter<double, shape<3>, named<"x">> x{1, 5, 2};
    plan p(times(argmax(x), sum(x)));
    CHECK(p.value_and_gradient() == 8);
    CHECK(x.gradient()(1) == 1);
}

TEST_CASE("argmax: an axis without elements is refused")
{
    const cube x = make_cube(extents(3, 0, 2));
    evaluation e(argmax(x, axis<1>));
    CHECK_THROWS_WITH_AS(
        e.forward(), "xgrad::argmax: expected an axis with elements, found (3, 0, 2) and axis<1>",
        shape_error);
}
