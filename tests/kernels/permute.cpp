// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/permute.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

using xgrad::extents;
using xgrad::kernels::axis_order;
using xgrad::test::guarded;

namespace
{

/// The place in the source of element number @p i of the result.
std::size_t source_of(std::size_t i, const extents& e, const axis_order& order)
{
    std::size_t place = 0;
    for (std::size_t k = e.rank; k-- > 0;)
    {
        const std::size_t axis = order[k];
        place += i % e[axis] * e.product(axis + 1, e.rank);
        i /= e[axis];
    }
    return place;
}

template <class T>
void check_every_order(const extents& e)
{
    axis_order order{};
    std::iota(order.begin(), order.begin() + e.rank, std::size_t{0});
    guarded<T> x(e.size(), 1), out(e.size(), 2);
    x.fill_integers(5);
    do
        for (const bool accumulate : {false, true})
        {
            out.fill_integers(6);
            guarded<T> expected = out;
            for (std::size_t i = 0; i < e.size(); ++i)
                expected[i] = (accumulate ? expected[i] : T(0)) + x[source_of(i, e, order)];
            xgrad::kernels::permute(e, order, x.data(), out.data(), accumulate);
            CHECK(out == expected);
            CHECK(out.intact());
        }
    while (std::next_permutation(order.begin(), order.begin() + e.rank));
}

} // namespace

TEST_CASE_TEMPLATE("permute: equals its definition for every order of the axes", T, float, double)
{
    check_every_order<T>(extents());
    for (const std::size_t n : {0U, 1U, 2U, 9U, 17U})
    {
        check_every_order<T>(extents(n));
        check_every_order<T>(extents(n, 8));
        check_every_order<T>(extents(3, n, 11));
        check_every_order<T>(extents(2, 3, n, 1));
        check_every_order<T>(extents(2, 9, 1, n, 4));
    }
    check_every_order<T>(extents(2, 1, 3, 2, 1, 4));
}
