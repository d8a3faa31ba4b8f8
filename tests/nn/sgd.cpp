// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/expr.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/nn/sgd.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace xgrad;

TEST_CASE_TEMPLATE("sgd_update: every length and alignment", T, float, double)
{
    for (std::size_t n = 0; n <= 3 * simd::width<T> + 1; ++n)
        for (std::size_t offset = 0; offset < 3; ++offset)
        {
            std::vector<T> value(n + offset + 1, T(2));
            std::vector<T> gradient(n + offset + 1);
            for (std::size_t i = 0; i < gradient.size(); ++i)
                gradient[i] = static_cast<T>(i);
            kernels::sgd_update(n, value.data() + offset, gradient.data() + offset, T(0.5));
            for (std::size_t i = 0; i < value.size(); ++i)
            {
                const bool inside = i >= offset && i < n + offset;
                CHECK(value[i] == (inside ? T(2) - T(0.5) * static_cast<T>(i) : T(2)));
            }
        }
}

TEST_CASE("sgd: one run over parameters made one after the other, and the rate can change")
{
    parameter<double, shape<3>> a{1, 2, 3};
    parameter<double> b(4.0);
    plan p(sum(a * a) * b);
    nn::sgd optimizer(p.parameters(), 0.25);
    CHECK(optimizer.parameters().runs().size() == 1);
    CHECK(p.value_and_gradient() == 56);
    optimizer.update();
    CHECK(a.value()(2) == 3 - 0.25 * 2 * 3 * 4);
    CHECK(b.value() == 4 - 0.25 * 14);
    optimizer.set_learning_rate(0);
    optimizer.update();
    CHECK(b.value() == 4 - 0.25 * 14);
}

TEST_CASE("sgd: adopted memory is updated where it lies")
{
    std::vector<double> memory{1, 2};
    parameter<double, shape<dynamic>> a(adopt, memory.data(), 2);
    parameter<double, shape<2>> b{1, 1};
    plan p(sum(a * b));
    nn::sgd optimizer(p.parameters(), 1.0);
    CHECK(optimizer.parameters().runs().size() == 2);
    p.value_and_gradient();
    optimizer.update();
    CHECK(memory == std::vector<double>{0, 1});
    CHECK(b.value()(1) == -1);
}
