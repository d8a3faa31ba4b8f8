// SPDX-License-Identifier: BSD-3-Clause
#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xview.hpp>
#endif

using namespace xgrad;
using namespace tiny;

TEST_CASE("parameter: starts from zeros, a list, a number or an xtensor expression")
{
    const parameter<double, shape<2, dynamic>> zeros(3);
    CHECK(zeros.shape() == extents(2, 3));
    CHECK(zeros.value()(1, 2) == 0);
    const parameter<float, shape<3>> list{1, 2, 3};
    CHECK(list.value()(2) == 3);
    const parameter<double> number(2.5);
    CHECK(number.value() == 2.5);
    const xt::xtensor<int, 2> integers{{1, 2}, {3, 4}};
    const parameter<double, shape<2, 2>> converted(2 * integers);
    CHECK(converted.value()(1, 0) == 6);
    CHECK_THROWS_WITH_AS((parameter<double, shape<3, dynamic>>(integers)),
                         "xgrad::parameter: expected the shape (3, dynamic), found (2, 2)",
                         shape_error);
}

TEST_CASE("parameter: value and gradient are xtensor views of the leaf's memory")
{
    parameter<double, shape<2, 2>> p;
    plan q(sum(p * p));
    p.value() = xt::xtensor<double, 2>{{1, 2}, {3, 4}};
    CHECK(p.data()[2] == 3);
    q.value_and_gradient();
    const xt::xtensor<double, 2> stepped = p.value() - 0.5 * p.gradient();
    CHECK(stepped == xt::zeros<double>({2, 2}));
}

TEST_CASE("parameter: adopts memory of the user's without a copy")
{
    std::vector<double> memory{1, 2, 3, 4, 5, 6};
    parameter<double, shape<dynamic, 3>> p(adopt, memory.data(), 2);
    parameter<double, shape<3>> own{1, 1, 1};
    plan q(sum(p * p * own));
    CHECK(p.data() == memory.data());
    memory[5] = 0;
    CHECK(q.value_and_gradient() == 1 + 4 + 9 + 16 + 25);
    CHECK(p.gradient()(1, 1) == 10);
    CHECK(own.gradient()(0) == 17);
    p.value()(0, 0) = 10;
    CHECK(memory[0] == 10);
}

TEST_CASE("parameter: has no gradient before a plan")
{
    parameter<double> p(1.0);
    CHECK_THROWS_AS(static_cast<void>(p.gradient()), unbound_error);
    plan q(p * p);
    CHECK(p.gradient() == 0);
}

TEST_CASE("input: is bound, bound again and assigned")
{
    input<double, shape<dynamic, 2>> x;
    parameter<double> w(1.0);
    plan p(sum(w * x));
    CHECK(x.size() == 0);
    const xt::xtensor<double, 2> a{{1, 2}, {3, 4}};
    const std::vector<double> b{10, 20};
    x.bind(a);
    CHECK(p.value_and_gradient() == 10);
    x.bind(b.data(), 1);
    CHECK(x.shape() == extents(1, 2));
    CHECK(p.value_and_gradient() == 30);
    x.assign(a + 1.0);
    CHECK(p.value_and_gradient() == 14);
    x.assign(xt::xtensor<float, 2>{{1, 1}});
    CHECK(p.value_and_gradient() == 2);
    x.bind(a);
    CHECK(p.value_and_gradient() == 10);
    CHECK_THROWS_WITH_AS(x.assign(xt::xtensor<double, 2>{{1, 2, 3}}),
                         "xgrad::input: expected the shape (dynamic, 2), found (1, 3)",
                         shape_error);
    CHECK(p.value_and_gradient() == 10);
}

TEST_CASE("input: a bound view is read where it begins")
{
    const xt::xtensor<double, 2> whole{{1, 2, 3}, {4, 5, 6}};
    const auto second = xt::view(whole, 1, xt::all());
    input<double, shape<3>> x;
    x.bind(second);
    CHECK(evaluation(sum(x)).forward() == 15);
}

TEST_CASE("input: a container without elements is bound as well")
{
    const xt::xtensor<double, 2> none(std::array<std::size_t, 2>{0, 3});
    input<double, shape<dynamic, 3>> x;
    parameter<double, shape<3>> w{1, 2, 3};
    plan p(sum(x * w));
    x.bind(none);
    CHECK(p.value_and_gradient() == 0);
    CHECK(w.gradient()(1) == 0);
    x.bind(static_cast<const double*>(nullptr), 0);
    CHECK(p.value_and_gradient() == 0);
    x.assign(none);
    CHECK(p.value_and_gradient() == 0);
}

TEST_CASE("input: a scalar is assigned or bound")
{
    input<double> x;
    plan p(x * parameter<double>(3.0));
    CHECK_THROWS_AS(p.forward(), unbound_error);
    x.assign(2.0);
    CHECK(p.forward() == 6);
    const double y = 5;
    x.bind(&y);
    CHECK(p.forward() == 15);
}

TEST_CASE("constant: takes any xtensor expression")
{
    const xt::xtensor<double, 2> table{{1, 2}, {3, 4}};
    parameter<double, shape<2>> w{1, 10};
    plan p(sum(constant(table + table) * w));
    CHECK(p.value_and_gradient() == 2 * 64);
    CHECK(w.gradient()(1) == 12);
    const xt::xarray<double> untyped = table;
    plan q(sum(constant<double, shape<dynamic, 2>>(untyped) * w));
    CHECK(q.value_and_gradient() == 64);
    CHECK(p.parameters().count() == 1);
}

TEST_CASE("named: messages and parameter sets tell the name")
{
    parameter<double, shape<2>, named<"weight">> w;
    parameter<double> other(1.0);
    plan p(sum(w * other));
    std::vector<std::string> names;
    p.parameters().for_each([&](const char* name, auto, auto, auto)
                            { names.emplace_back(name ? name : "-"); });
    CHECK(names == std::vector<std::string>{"weight", "-"});
}
