// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/expr/node_table.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace xgrad::detail;

TEST_CASE("a node_table finds the number that a key was given first, however many there are")
{
    node_table table;
    const auto key = [](std::ptrdiff_t i) { return node_key{64 * i, 0, i % 3}; };
    for (std::ptrdiff_t i = 0; i < 1000; ++i)
        CHECK(table.number_of(key(i), static_cast<std::size_t>(i)) == static_cast<std::size_t>(i));
    for (std::ptrdiff_t i = 0; i < 1000; ++i)
        CHECK(table.number_of(key(i), 0) == static_cast<std::size_t>(i));
    CHECK(table.size() == 1000);
    table.number_of(key(5), 0) = 17;
    CHECK(table.number_of(key(5), 0) == 17);
}
