// SPDX-License-Identifier: BSD-3-Clause
#include "copies.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/slice.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <type_traits>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("slice: equals its definition, and its gradient is the adjoint")
{
    check_copies([](const auto& x) { return slice(x, axis<1>, range<1, 3>); },
                 [](std::size_t i, const extents& e, const extents& out)
                 {
                     const auto p = place_of(i, out);
                     return element_at(e, p[0], p[1] + 1, p[2]);
                 });
    check_copies([](const auto& x) { return slice(x, axis<-1>, range<0, range_end, 2>); },
                 [](std::size_t i, const extents& e, const extents& out)
                 {
                     const auto p = place_of(i, out);
                     return element_at(e, p[0], p[1], 2 * p[2]);
                 });
    check_copies([](const auto& x) { return slice(x, axis<0>, -4, -1, 2); },
                 [](std::size_t i, const extents& e, const extents& out)
                 {
                     const auto p = place_of(i, out);
                     return element_at(e, e[0] - 4 + 2 * p[0], p[1], p[2]);
                 });
}

TEST_CASE("slice: the places of a range are those of Python where Python does not cut it short")
{
    const auto places = [](std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t step)
    {
        const auto r = detail::resolve_range(7, first, last, step);
        REQUIRE(r.fits);
        std::vector<std::size_t> result;
        for (std::size_t j = 0; j < r.count; ++j)
            result.push_back(r.first + j * r.step);
        return result;
    };
    using list = std::vector<std::size_t>;
    CHECK(places(2, 5, 1) == list{2, 3, 4});
    CHECK(places(-3, range_end, 1) == list{4, 5, 6});
    CHECK(places(1, -1, 2) == list{1, 3, 5});
    CHECK(places(0, 7, 3) == list{0, 3, 6});
    CHECK(places(0, 6, 3) == list{0, 3});
    CHECK(places(7, 7, 1) == list{});
    CHECK(places(-7, 7, 10) == list{0});
    CHECK_FALSE(detail::resolve_range(7, 0, 8, 1).fits);
    CHECK_FALSE(detail::resolve_range(7, -8, 2, 1).fits);
    CHECK_FALSE(detail::resolve_range(7, 4, 3, 1).fits);
    CHECK_FALSE(detail::resolve_range(7, 0, 3, 0).fits);
    CHECK(detail::resolve_range(0, 0, range_end, 1).count == 0);
}

TEST_CASE("slice: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 10>, named<"x">> x(6);
    static_assert(
        std::is_same_v<shape_of<decltype(slice(x, axis<1>, range<2, -3>))>, shape<dynamic, 5>>);
    static_assert(std::is_same_v<shape_of<decltype(slice(x, axis<0>, range<2, 5>))>, shape<3, 10>>);
    static_assert(std::is_same_v<shape_of<decltype(slice(x, axis<0>, range<-5, range_end, 2>))>,
                                 shape<3, 10>>);
    static_assert(
        std::is_same_v<shape_of<decltype(slice(x, axis<0>, range<1>))>, shape<dynamic, 10>>);
    static_assert(
        std::is_same_v<shape_of<decltype(slice(x, axis<1>, 2, 4))>, shape<dynamic, dynamic>>);
    CHECK(evaluated_shape(slice(x, axis<0>, range<1>))[0] == 5);
    CHECK(evaluated_shape(slice(x, axis<0>, 6, 6)).size() == 0);
}

TEST_CASE("slice: refuses to go beyond the axis")
{
    const cube x = make_cube(extents(4, 3, 2));
    evaluation fixed(slice(x, axis<1>, range<2, 5>));
    CHECK_THROWS_WITH_AS(
        fixed.forward(),
        "xgrad::slice: expected a range within the axis, found (4, 3, 2) and axis<1>, range<2, 5>",
        shape_error);
    evaluation given(slice(x, axis<1>, 2, 1));
    CHECK_THROWS_WITH_AS(given.forward(),
                         "xgrad::slice: expected a range that begins before it ends, found (4, 3, "
                         "2) and axis<1>, range<2, 1>",
                         shape_error);
    CHECK_FALSE(slice_op<2, range_t<0, 1, 1>>::infer(extents(2, 3), nullptr).fits);
    CHECK_FALSE(slice_op<0, range_t<0, 4, 1>>::infer(extents(3), nullptr).fits);
}

namespace
{

template <class T>
void check_windows(double tolerance)
{
    for (const std::size_t n : {3u, 4u, 9u, 17u, 40u, 67u})
    {
        parameter<T, shape<dynamic>, named<"x">> x(n);
        for (std::size_t i = 0; i < n; ++i)
            x.value()(i) = static_cast<T>(std::sin(1.0 + static_cast<double>(i)));
        const auto inner = slice(x, axis<0>, range<1, -1>);
        const auto first = slice(x, axis<0>, range<0, -2>);
        const auto last = slice(slice(x, axis<0>, range<1>), axis<0>, range<1>);
        plan p(sum(inner * inner * first + last * inner));
        p.value_and_gradient();
        p.value_and_gradient(); // the second time starts from zero as well

        const auto at = [&](std::size_t i) { return static_cast<double>(x.value()(i)); };
        for (std::size_t i = 0; i < n; ++i)
        {
            double expected = 0;
            if (i >= 1 && i + 1 < n)
                expected += 2 * at(i) * at(i - 1) + at(i + 1);
            if (i + 2 < n)
                expected += at(i + 1) * at(i + 1);
            if (i >= 2)
                expected += at(i - 1);
            CHECK(static_cast<double>(x.gradient()(i)) ==
                  doctest::Approx(expected).epsilon(tolerance));
        }
    }
}

} // namespace

TEST_CASE("slice: windows that overlap, one within another, add up their gradients")
{
    check_windows<double>(1e-12);
    check_windows<float>(1e-5);
}
