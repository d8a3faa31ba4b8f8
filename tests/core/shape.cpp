// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/shape.hpp>

#include <doctest/doctest.h>

using namespace xgrad;

TEST_CASE("extents: rank, elements and products")
{
    constexpr extents e(2, 3, 5);
    static_assert(e.rank == 3 && e[1] == 3);
    static_assert(e.size() == 30);
    static_assert(e.product(1, 3) == 15);
    static_assert(e.product(2, 2) == 1);
    static_assert(extents().size() == 1);
    static_assert(extents(4, 0).size() == 0);
    static_assert(extents::filled(2, 7) == extents(7, 7));
    static_assert(extents(2, 3) != extents(2, 3, 1));
    CHECK(e == extents(2, 3, 5));
}

TEST_CASE("extents: as text")
{
    CHECK(to_string(extents()) == "()");
    CHECK(to_string(extents(3)) == "(3)");
    CHECK(to_string(extents(100, dynamic, 0)) == "(100, dynamic, 0)");
}

TEST_CASE("shape: tells what is known when compiling")
{
    static_assert(shape<>::rank == 0 && shape<>::is_static);
    static_assert(shape<2, dynamic, dynamic>::dynamic_rank == 2);
    static_assert(!shape<dynamic>::is_static && shape<4, 0>::is_static);
    static_assert(shape<1, 2, 3, 4, 5, 6, 7, 8>::value.size() == 40320);
    CHECK(shape<2, dynamic>::value == extents(2, dynamic));
}

TEST_CASE("may_equal: an extent that is not known fits any other")
{
    static_assert(may_equal(3, 3) && may_equal(3, dynamic) && may_equal(dynamic, 0));
    static_assert(!may_equal(3, 1));
    static_assert(may_equal(extents(dynamic, 3), extents(7, 3)));
    static_assert(!may_equal(extents(dynamic, 3), extents(7, 4)));
    static_assert(!may_equal(extents(3), extents(3, 1)));
    CHECK(may_equal(extents(), extents()));
}
