// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/ops/softmax.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// By the definition, for logits of moderate size.
std::vector<double> naive_softmax(const std::vector<double>& x, std::size_t columns)
{
    std::vector<double> result;
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        const std::size_t row = i / columns * columns;
        double sum = 0;
        for (std::size_t k = 0; k < columns; ++k)
            sum += std::exp(x[row + k]);
        result.push_back(std::exp(x[i]) / sum);
    }
    return result;
}

std::vector<double> logarithms(std::vector<double> values)
{
    for (double& v : values)
        v = std::log(v);
    return values;
}

void check_rows(const dimensions& e)
{
    CAPTURE(to_string(e));
    const cube x = make_cube(e);
    const auto expected = naive_softmax(elements_of(x.value()), e[2]);
    check_values(values_of(softmax(x)), expected);
    check_gradients(softmax(x));
    check_values(values_of(log_softmax(x)), logarithms(expected));
    check_gradients(log_softmax(x));
}

} // namespace

TEST_CASE("softmax, log_softmax: equal their definitions along the last axis")
{
    for (const std::size_t n : sizes())
    {
        check_rows({2, 3, n});
        check_rows({n, 1, 3});
        check_rows({1, n, 37});
    }
}

TEST_CASE("softmax, log_softmax: a static row gives what a dynamic one gives")
{
    const auto fixed = filled<named<"f">, shape<3, 10>>({3, 10});
    const auto expected = naive_softmax(elements_of(fixed.value()), 10);
    check_values(values_of(softmax(fixed)), expected);
    check_values(values_of(log_softmax(fixed)), logarithms(expected));
    const auto vector = filled<named<"v">, shape<5>>(extents(5));
    check_values(values_of(softmax(vector)), naive_softmax(elements_of(vector.value()), 5));
    check_gradients(softmax(vector));
}

TEST_CASE("softmax, log_softmax: logits of a thousand neither overflow nor vanish")
{
    parameter<double, shape<2, 3>, named<"x">> logits;
    const std::vector<double> extreme{1e3, -1e3, 1e3, -1e3, -1e3, -1e3};
    std::copy(extreme.begin(), extreme.end(), logits.data());
    const double third = 1.0 / 3.0;
    check_values(values_of(softmax(logits)), {0.5, 0, 0.5, third, third, third});
    const double l2 = -std::log(2.0);
    const double l3 = -std::log(3.0);
    check_values(values_of(log_softmax(logits)), {l2, -2e3 + l2, l2, l3, l3, l3});
    // Differences at logits of a thousand take steps of 6e-3, which is what the tolerance is for.
    gradient_check_options options;
    options.tolerance = 1e-4;
    const auto normal = check_gradient(softmax(logits), options);
    CHECK_MESSAGE(normal, normal.message);
    const auto logarithmic = check_gradient(log_softmax(logits), options);
    CHECK_MESSAGE(logarithmic, logarithmic.message);
}

TEST_CASE("softmax, log_softmax: among fused operations, in float, for the last smaller batch")
{
    const auto loss = [](const auto& in, const auto& w)
    {
        const auto x = times(in, w);
        return mean(times(times(softmax(x), log_softmax(x)), x));
    };
    check_batches<shape<dynamic, 7>, shape<7>>(loss, {6, 7}, {3, 7}, extents(7));
}

TEST_CASE("softmax: a scalar is refused")
{
    CHECK_FALSE(softmax_op::infer(extents{}).fits);
    CHECK_FALSE(log_softmax_op::infer(extents{}).fits);
    CHECK(softmax_op::infer(extents(3)).fits);
}
