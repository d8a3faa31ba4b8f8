// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/ops/outer.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("outer: all products of two vectors")
{
    for (const std::size_t n : sizes())
    {
        const auto a = filled<named<"a">, unknown_vector>(extents(n));
        const auto b = filled<named<"b">, shape<3>>(extents(3), 5);
        std::vector<double> expected;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < 3; ++j)
                expected.push_back(a.data()[i] * b.data()[j]);
        check_values(values_of(outer(a, b)), expected);
        check_gradients(outer(a, b));
        check_gradients(outer(a, a));
        static_assert(std::is_same_v<shape_of<decltype(outer(a, b))>, shape<dynamic, 3>>);
    }
}
