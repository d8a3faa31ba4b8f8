// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/ops/diagonal.hpp>
#include <xgrad/ops/trace.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("diagonal: of matrices that are square, wide, tall or empty")
{
    for (const dimensions& e : {dimensions{0, 0}, {1, 1}, {3, 3}, {2, 5}, {5, 2}, {0, 4}, {17, 17}})
    {
        CAPTURE(to_string(e));
        const auto a = filled<named<"a">, unknown_matrix>(e);
        std::vector<double> expected;
        for (std::size_t i = 0; i < std::min(e[0], e[1]); ++i)
            expected.push_back(a.data()[i * e[1] + i]);
        check_values(values_of(diagonal(a)), expected);
        check_gradients(times(diagonal(a), diagonal(a)));
        double sum = 0;
        for (const double x : expected)
            sum += x;
        CHECK(agree(values_of(trace(a))[0], sum));
    }
}

TEST_CASE("diagonal and trace: of stacks, used twice, in float")
{
    const auto stack = filled<named<"s">, shape<dynamic, 2, 3>>({4, 2, 3});
    std::vector<double> expected;
    for (std::size_t i = 0; i < 4; ++i)
        expected.push_back(stack.data()[6 * i] + stack.data()[6 * i + 4]);
    check_values(values_of(trace(stack)), expected);
    check_gradients(times(trace(stack), trace(times(stack, stack))));
    check_batches<shape<dynamic, 3, 3>, shape<3, 3>>(
        [](const auto& in, const auto& w) { return sum(times(trace(times(in, w)), trace(w))); },
        {5, 3, 3}, {2, 3, 3}, {3, 3});
    static_assert(std::is_same_v<shape_of<decltype(diagonal(stack))>, shape<dynamic, 2>>);
    static_assert(std::is_same_v<shape_of<decltype(trace(stack))>, shape<dynamic>>);
}
