// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/mse.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("mse: is the mean of squared differences, and NaN for no elements")
{
    for (const std::size_t n : sizes())
    {
        CAPTURE(n);
        const auto a = filled<named<"a">, unknown_matrix>({n, 3});
        const auto b = filled<named<"b">, unknown_matrix>({n, 3}, 7);
        double sum = 0;
        for (std::size_t i = 0; i < 3 * n; ++i)
            sum += std::pow(a.data()[i] - b.data()[i], 2);
        check_values(values_of(mse(a, b)), {sum / static_cast<double>(3 * n)});
        check_gradients(mse(a, b));
    }
}

TEST_CASE("mse: the operands broadcast")
{
    for (const std::size_t n : sizes())
    {
        CAPTURE(n);
        const auto a = filled<named<"a">, unknown_matrix>({4, n});
        const auto b = filled<named<"b">, unknown_vector>(extents(n), 7);
        double sum = 0;
        for (std::size_t i = 0; i < 4 * n; ++i)
            sum += std::pow(a.data()[i] - b.data()[i % n], 2);
        check_values(values_of(mse(a, b)), {sum / static_cast<double>(4 * n)});
        check_gradients(mse(a, b));
        check_gradients(mse(b, a));
    }
}

TEST_CASE("mse: of a tensor with itself is zero, and so is its gradient")
{
    const auto a = filled<named<"a">, shape<2, 5>>({2, 5});
    plan p(mse(a, a));
    CHECK(p.value_and_gradient() == 0);
    for (const double g : elements_of(a.gradient()))
        CHECK(g == 0);
}

TEST_CASE("mse: takes one pass for the value and both gradients")
{
    const auto a = filled<named<"a">, shape<2, 5>>({2, 5});
    const auto b = filled<named<"b">, shape<2, 5>>({2, 5}, 4);
    const plan p(mse(a, b));
    CHECK(p.summary().forward_steps == 1);
    CHECK(p.summary().backward_steps == 0);
}

TEST_CASE("mse: among fused operations, in float, for the last smaller batch")
{
    const auto loss = [](const auto& in, const auto& w)
    { return mse(times(in, w), times(times(w, w), in)); };
    check_batches<shape<dynamic, 5>, shape<5>>(loss, {7, 5}, {4, 5}, extents(5));
}

TEST_CASE("mse: operands that do not broadcast are refused at run time")
{
    const auto a = filled<named<"a">, unknown_matrix>({2, 3});
    const auto b = filled<named<"b">, unknown_matrix>({2, 4});
    plan p(mse(a, b));
    CHECK_THROWS_AS(p.forward(), shape_error);
}
