// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/dot.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace xgrad;

TEST_CASE("dot: vectors of every length, and a vector with itself")
{
    for (const std::size_t n : {0U, 1U, 2U, 3U, 4U, 5U, 9U})
    {
        parameter<double, shape<dynamic>> a(n);
        parameter<double, shape<dynamic>> b(n);
        double expected = 0;
        for (std::size_t i = 0; i < n; ++i)
        {
            a.data()[i] = static_cast<double>(i) - 1.5;
            b.data()[i] = 0.25 * static_cast<double>(i * i) + 1;
            expected += a.data()[i] * b.data()[i];
        }
        CHECK(evaluation(dot(a, b)).forward() == doctest::Approx(expected));
        const auto both = check_gradient(dot(a, b) + 2.0 * dot(a, a));
        CHECK_MESSAGE(both.passed, both.message);
    }
}

TEST_CASE("dot: matrices are multiplied")
{
    parameter<double, shape<2, 3>> a(xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    parameter<double, shape<3>> b{1, 0, -1};
    evaluation e(dot(a, b));
    CHECK(e.forward()(0) == -2);
    CHECK(e.value()(1) == -2);
}
