// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/core/list.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <utility>

using namespace xgrad::detail;

TEST_CASE("a list keeps its elements while it grows, also when it is given one of its own")
{
    list<std::size_t> numbers;
    CHECK(numbers.empty());
    for (std::size_t i = 0; i < 1000; ++i)
        numbers.push_back(i == 0 ? 7 : numbers[i - 1] + 1);
    for (std::size_t i = 0; i < 10; ++i)
        numbers.push_back(numbers[0]);
    REQUIRE(numbers.size() == 1010);
    CHECK(numbers[999] == 1006);
    CHECK(numbers.back() == 7);
    CHECK(numbers.contains(500));
    CHECK_FALSE(numbers.contains(1007));
    CHECK(numbers.position_of(8) == 1);
    CHECK(numbers.position_of(6) == numbers.size());
}

TEST_CASE("the new elements of a list are those of a fresh object")
{
    struct pair
    {
        int first = 3;
        int second = 4;
    };
    list<pair> pairs(2);
    pairs[1].first = 5;
    pairs.resize(1);
    pairs.resize(3);
    CHECK(pairs[1].first == 3);
    CHECK(pairs[2].second == 4);
}

TEST_CASE("a list is moved, exchanged and assigned as a whole")
{
    list<int> a(3);
    a[2] = 1;
    list<int> b(std::move(a));
    REQUIRE(b.size() == 3);
    CHECK(b[2] == 1);
    list<int> c(5);
    c.swap(b);
    CHECK(b.size() == 5);
    CHECK(c[2] == 1);
    const int* const before = b.data();
    b.assign(c);
    CHECK(b.size() == 3);
    CHECK(b[2] == 1);
    CHECK(b.data() == before); // what has the room allocates nothing
}

TEST_CASE("insertion_sort keeps the order of equals")
{
    const int key[] = {2, 1, 2, 0, 1};
    list<std::size_t> order;
    for (std::size_t i = 0; i < 5; ++i)
        order.push_back(i);
    insertion_sort(order, [&](std::size_t a, std::size_t b) { return key[a] < key[b]; });
    const std::size_t expected[] = {3, 1, 4, 0, 2};
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(order[i] == expected[i]);
}
