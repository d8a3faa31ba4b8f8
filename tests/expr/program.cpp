// SPDX-License-Identifier: BSD-3-Clause

// The parts of the core that are plain functions over arrays.

#include "expr/operations.hpp"

#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/layout.hpp>
#include <xgrad/expr/program.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <utility>

using namespace xgrad;
using namespace tiny;

TEST_CASE("program_builder: equal entries are one")
{
    constexpr auto built = []
    {
        detail::program_builder<8> builder;
        const short a = builder.add({0, {-1, -1, -1}});
        const short b = builder.add({1, {a, a, -1}});
        builder.add({0, {-1, -1, -1}});
        builder.add({1, {a, a, -1}});
        builder.add({1, {b, a, -1}});
        return builder;
    }();
    static_assert(built.size == 3);
    constexpr auto twice = [](auto program)
    {
        detail::program_builder<16> builder;
        const std::array<short, 2> same{0, 1};
        const std::array<short, 2> other{2, 1};
        builder.append(program, same);
        builder.append(program, same);
        const std::size_t merged = builder.size;
        const short root = builder.append(program, other);
        return std::pair(merged, root);
    }(detail::finish<3>(built));
    static_assert(twice.first == 3);
    CHECK(twice.second == 5);
}

TEST_CASE("type_list: joins without repetition")
{
    using joined = detail::join<detail::type_list<int, char>, detail::type_list<char, long>>::type;
    static_assert(std::is_same_v<joined, detail::type_list<int, char, long>>);
    static_assert(joined::index_of<long>() == 2 && joined::index_of<short>() == -1);
    CHECK(detail::positions(joined{}, detail::type_list<long, int>{})[0] == 2);
}

TEST_CASE("broadcast: as NumPy, an extent that is not known fits")
{
    static_assert(broadcast(extents(2, 3), extents(3)).shape == extents(2, 3));
    static_assert(broadcast(extents(3, 1), extents(2, 1, 4)).shape == extents(2, 3, 4));
    static_assert(broadcast(extents(), extents(2)).shape == extents(2));
    static_assert(broadcast(extents(0), extents(1)).shape == extents(0));
    static_assert(!broadcast(extents(3), extents(0)).fits);
    static_assert(!broadcast(extents(2, 3), extents(2)).fits);
    static_assert(broadcast(extents(dynamic), extents(5)).shape == extents(5));
    static_assert(broadcast(extents(5), extents(dynamic)).shape == extents(5));
    static_assert(broadcast(extents(dynamic), extents(1)).shape == extents(dynamic));
    CHECK_FALSE(broadcast(extents(2, 3), extents(4)).fits);
}

TEST_CASE("lay_out: buffers that are alive together do not overlap")
{
    std::mt19937 random(3);
    detail::list<std::size_t> order;
    for (int repeat = 0; repeat < 200; ++repeat)
    {
        detail::list<detail::buffer> buffers(1 + random() % 12);
        std::size_t all = 0;
        for (detail::buffer& b : buffers)
        {
            const std::size_t first = random() % 10;
            b = {random() % 300, first, first + random() % 5, 0};
            all += padded_bytes(b.bytes);
        }
        const std::size_t total = detail::lay_out(buffers, order);
        CHECK(total <= all);
        for (const detail::buffer& a : buffers)
        {
            CHECK(a.offset % buffer_alignment == 0);
            CHECK(a.offset + a.bytes <= total);
            for (const detail::buffer& b : buffers)
                if (&a != &b && detail::overlap(a, b) && a.bytes > 0 && b.bytes > 0)
                    CHECK((a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset));
        }
    }
}

TEST_CASE("lay_out: memory is used again")
{
    detail::list<detail::buffer> chain;
    for (std::size_t i = 0; i < 10; ++i)
        chain.push_back({64, i, i + 1, 0});
    detail::list<std::size_t> order;
    CHECK(detail::lay_out(chain, order) == 2 * 64);
}

TEST_CASE("analyse: roles of regions, reductions, kernels and aliases")
{
    // x, reversed(x), exp of it, the product of both, the sum
    constexpr program<5> p{
        {{0, {-1, -1, -1}}, {1, {0, -1, -1}}, {2, {1, -1, -1}}, {3, {2, 1, -1}}, {4, {3, -1, -1}}}};
    using leaf = detail::leaf_op<double, shape<4>, detail::leaf_kind::parameter, true, void>;
    static constexpr detail::operation_traits traits[] = {
        detail::traits_of<leaf>(), detail::traits_of<reversed_op>(), detail::traits_of<exp_op>(),
        detail::traits_of<multiply_op>(), detail::traits_of<sum_op>()};
    constexpr auto a = detail::analyse(p, traits, true);
    static_assert(a.roles[0] == detail::role::leaf && a.roles[1] == detail::role::kernel);
    static_assert(a.roles[2] == detail::role::interior && a.roles[3] == detail::role::interior);
    static_assert(a.roles[4] == detail::role::reduction && a.shape[4] == extents());
    static_assert(a.gradient[0] && a.gradient[4]);
    static_assert(!detail::analyse(p, traits, false).gradient[0]);
    CHECK(a.region[2] == 3);
}
