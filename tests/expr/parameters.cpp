// SPDX-License-Identifier: BSD-3-Clause
#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

using namespace xgrad;
using namespace tiny;

TEST_CASE("parameter_set: parameters of one plan form one run, padding zero")
{
    parameter<float, shape<3>> a{1, 2, 3};
    parameter<float, shape<0>> nothing;
    parameter<float, shape<17>> b;
    tiny::fill(b);
    plan p(sum(a) * sum(b) * (sum(nothing) + sum(a)));
    p.value_and_gradient();
    const auto set = p.parameters();
    CHECK(set.count() == 3);
    CHECK(set.size() == 20);
    REQUIRE(set.runs().size() == 1);
    const auto& run = set.runs()[0];
    CHECK(reinterpret_cast<std::uintptr_t>(run.value) % buffer_alignment == 0);
    CHECK(run.value == a.data());
    double values = 0;
    double gradients = 0;
    for (std::size_t i = 0; i < run.size; ++i)
    {
        values += static_cast<double>(run.value[i]);
        gradients += static_cast<double>(run.gradient[i]);
    }
    double expected_values = 0;
    double expected_gradients = 0;
    set.for_each(
        [&](auto, auto v, auto g, auto)
        {
            for (std::size_t i = 0; i < v.size(); ++i)
            {
                expected_values += static_cast<double>(v[i]);
                expected_gradients += static_cast<double>(g[i]);
            }
        });
    CHECK(values == expected_values);
    CHECK(gradients == expected_gradients);
    CHECK(expected_gradients > 0);
}

TEST_CASE("parameter_set: adopted parameters and those of an earlier plan are runs of their own")
{
    std::vector<double> memory(4, 1.0);
    parameter<double, shape<4>> adopted(adopt, memory.data());
    parameter<double, shape<4>> early;
    parameter<double, shape<4>> late;
    plan first(sum(early * early));
    plan second(sum(adopted * early * late));
    const auto set = second.parameters();
    CHECK(set.count() == 3);
    std::size_t covered = 0;
    std::size_t lent = 0;
    for (const auto& run : set.runs())
    {
        covered += run.size;
        lent += run.value == memory.data() ? run.size : 0;
    }
    CHECK(covered >= 12);
    CHECK(lent == 4);
    CHECK(parameter_set<double>().size() == 0);
}
