// SPDX-License-Identifier: BSD-3-Clause

// Broadcasting against a reference that indexes element by element.

#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <utility>
#include <vector>

using namespace xgrad;
using namespace tiny;

namespace
{

/// The offset in a tensor of the extents @p own of the element that broadcasting puts at the
/// offset @p i of @p whole.
std::size_t source_of(std::size_t i, const extents& whole, const extents& own)
{
    std::size_t offset = 0;
    std::size_t stride = 1;
    for (std::size_t axis = whole.rank; axis-- > 0; i /= whole[axis])
    {
        const std::size_t missing = whole.rank - own.rank;
        if (axis < missing)
            continue;
        const std::size_t extent = own[axis - missing];
        offset += extent == 1 ? 0 : i % whole[axis] * stride;
        stride *= extent;
    }
    return offset;
}

struct operand
{
    extents shape;
    std::vector<double> value;
    std::vector<double> gradient;
};

template <class P>
operand operand_of(const P& parameter)
{
    const std::size_t n = parameter.size();
    return {parameter.shape(), std::vector<double>(parameter.data(), parameter.data() + n),
            std::vector<double>(n, 0.0)};
}

/// Value and gradients of sum(weight * (exp(a) * b + c)), where only c is weighted by 2.
double reference(const extents& whole, std::array<operand, 3>& of)
{
    double total = 0;
    for (std::size_t i = 0; i < whole.size(); ++i)
    {
        std::array<std::size_t, 3> at{};
        for (std::size_t k = 0; k < 3; ++k)
            at[k] = source_of(i, whole, of[k].shape);
        const double e = std::exp(of[0].value[at[0]]);
        const double b = of[1].value[at[1]];
        total += e * b + 2 * of[2].value[at[2]];
        of[0].gradient[at[0]] += e * b;
        of[1].gradient[at[1]] += e;
        of[2].gradient[at[2]] += 2;
    }
    return total;
}

template <class Plan, class... P>
void check_against_reference(Plan& p, const P&... parameters)
{
    std::array<operand, 3> of{operand_of(parameters)...};
    extents whole;
    for (const operand& o : of)
        whole = broadcast(whole, o.shape).shape;
    const double expected = reference(whole, of);
    CHECK(p.value_and_gradient() == doctest::Approx(expected).epsilon(1e-11));
    const std::vector<double> computed = tiny::gradients_of(p);
    std::size_t next = 0;
    for (const operand& o : of)
        for (const double gradient : o.gradient)
            CHECK(computed[next++] == doctest::Approx(gradient).epsilon(1e-11));
    CHECK(next == computed.size());
}

template <class A, class B, class C>
auto combine(const A& a, const B& b, const C& c)
{
    return exp(a) * b + 2.0 * c;
}

/// Shapes that are known when compiling.
template <class A, class B, class C>
void check_static()
{
    parameter<double, A, named<"a">> a;
    parameter<double, B, named<"b">> b;
    parameter<double, C, named<"c">> c;
    tiny::fill(a, 1);
    tiny::fill(b, 2);
    tiny::fill(c, 3);
    const auto e = combine(a, b, c);
    plan single(sum(e));
    CHECK(single.summary().general_regions == 0);
    check_against_reference(single, a, b, c);
    plan separate(sum(reversed(e))); // the region's values and gradients pass through memory
    check_against_reference(separate, a, b, c);
}

template <std::size_t... Axis>
auto make_dynamic(const extents& e, std::index_sequence<Axis...>)
{
    return parameter<double, shape<(static_cast<void>(Axis), dynamic)...>>(e[Axis]...);
}

/// Shapes of the given ranks that are known only now, among them extents of 0 and 1.
template <std::size_t RankA, std::size_t RankB, std::size_t RankC>
void check_dynamic(std::mt19937& random)
{
    constexpr std::size_t rank = std::max({RankA, RankB, RankC});
    for (int repeat = 0; repeat < 25; ++repeat)
    {
        extents whole = extents::filled(rank, 1);
        for (std::size_t axis = 0; axis < rank; ++axis)
            whole[axis] = std::array<std::size_t, 8>{1, 2, 3, 4, 5, 9, 3, 0}[random() % 8];
        const auto part_of_whole = [&](std::size_t own)
        {
            extents e = extents::filled(own, 1);
            for (std::size_t axis = 0; axis < own; ++axis)
                e[axis] = random() % 3 == 0 ? 1 : whole[axis + rank - own];
            return e;
        };
        auto a = make_dynamic(part_of_whole(RankA), std::make_index_sequence<RankA>{});
        auto b = make_dynamic(part_of_whole(RankB), std::make_index_sequence<RankB>{});
        auto c = make_dynamic(part_of_whole(RankC), std::make_index_sequence<RankC>{});
        CAPTURE(to_string(a.shape()));
        CAPTURE(to_string(b.shape()));
        CAPTURE(to_string(c.shape()));
        tiny::fill(a, 1);
        tiny::fill(b, 2);
        tiny::fill(c, 3);
        const auto e = combine(a, b, c);
        plan single(sum(e));
        check_against_reference(single, a, b, c);
        plan separate(sum(reversed(e)));
        check_against_reference(separate, a, b, c);
    }
}

} // namespace

TEST_CASE("broadcasting: shapes known when compiling")
{
    check_static<shape<7>, shape<7>, shape<7>>();
    check_static<shape<3, 5>, shape<5>, shape<3, 1>>();
    check_static<shape<3, 1>, shape<1, 9>, shape<>>();
    check_static<shape<2, 3, 8>, shape<8>, shape<2, 1, 8>>();
    check_static<shape<2, 1, 1, 17>, shape<3, 1, 1>, shape<2, 3, 4, 1>>();
    check_static<shape<5, 4>, shape<1>, shape<1, 1>>();
    check_static<shape<0, 4>, shape<4>, shape<0, 1>>();
    check_static<shape<>, shape<>, shape<1>>();
}

TEST_CASE("broadcasting: shapes known when running, up to rank four")
{
    std::mt19937 random(7);
    check_dynamic<1, 1, 1>(random);
    check_dynamic<2, 1, 2>(random);
    check_dynamic<3, 3, 2>(random);
    check_dynamic<4, 3, 4>(random);
}

TEST_CASE("broadcasting: static and dynamic extents together")
{
    for (const std::size_t rows : {0U, 1U, 2U, 6U})
    {
        CAPTURE(rows);
        parameter<double, shape<dynamic, 3>> a(rows);
        parameter<double, shape<3>> b;
        parameter<double, shape<dynamic, 1>> c(rows);
        tiny::fill(a, 1);
        tiny::fill(b, 2);
        tiny::fill(c, 3);
        plan p(sum(combine(a, b, c)));
        check_against_reference(p, a, b, c);
        plan q(sum(reversed(combine(a, b, c))));
        check_against_reference(q, a, b, c);
    }
}

TEST_CASE("broadcasting: extents that turn out to be one are found at each evaluation")
{
    input<double, shape<dynamic, dynamic>> x;
    parameter<double, shape<dynamic>> w(5);
    tiny::fill(w);
    std::vector<double> memory(40);
    tiny::fill(std::span(memory), 4);
    plan p(sum(exp(x) * w));
    const auto check = [&](std::size_t rows, std::size_t columns)
    {
        x.bind(memory.data(), rows, columns);
        double total = 0;
        std::array<double, 5> gradient{};
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t k = 0; k < 5; ++k)
            {
                const double e = std::exp(memory[r * columns + (columns == 1 ? 0 : k)]);
                total += e * w.value()(k);
                gradient[k] += e;
            }
        CHECK(p.value_and_gradient() == doctest::Approx(total).epsilon(1e-12));
        for (std::size_t k = 0; k < 5; ++k)
            CHECK(w.gradient()(k) == doctest::Approx(gradient[k]).epsilon(1e-12));
        CHECK(p.summary().general_regions == (columns == 1 ? 1 : 0));
    };
    check(4, 5);
    check(4, 1);
    check(1, 5);
    check(1, 1);
    check(8, 5);
}

TEST_CASE("broadcasting: an operation on whole tensors reads a broadcast result")
{
    parameter<double, shape<3, 1>> a;
    parameter<double, shape<4>> b;
    tiny::fill(a);
    tiny::fill(b, 2);
    check_gradients(sum(product(exp(a) * b, column(b * b)) * a), 1e-6);
}
