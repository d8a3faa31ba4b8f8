// SPDX-License-Identifier: BSD-3-Clause
#include "unit.hpp"

#include <xgrad/expr.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/exponential.hpp>
#include <xgrad/ops/logsumexp.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>

#include <cstddef>

// Compiled once for every processor, with UNIT as its name.

namespace
{

/// A product, a reduction and an elementwise loop, of extents that leave remainders in every
/// vector.
mixed_units::evaluation evaluate()
{
    using namespace xgrad;

    xt::xtensor<float, 2> rows({13, 19});
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows.data()[i] = static_cast<float>(i % 7) - 3.0F;
    xt::xtensor<float, 2> weights({19, 21});
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights.data()[i] = static_cast<float>(i % 5) / 16.0F - 0.125F;

    input<float, shape<dynamic, 19>> x;
    parameter<float, shape<19, 21>> w(weights);
    x.bind(rows);
    const auto scores = matmul(x, w);
    plan f(sum(logsumexp(scores, axis<1>)) + sum(exp(-scores * scores)));

    mixed_units::evaluation result;
    result.value = static_cast<double>(f.value_and_gradient());
    for (const float g : w.gradient())
        result.gradient.push_back(static_cast<double>(g));
    return result;
}

const bool listed = (mixed_units::units().push_back({UNIT, &evaluate}), true);

} // namespace
