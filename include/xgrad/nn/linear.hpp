// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/nn/module.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/matmul.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::nn
{

/// x weight + bias.   x: (..., Inputs)   ->   (..., Outputs)
template <class T, std::size_t Inputs, std::size_t Outputs>
struct linear
{
    parameter<T, shape<Inputs, Outputs>, named<"weight">> weight;
    parameter<T, shape<Outputs>, named<"bias">> bias;

    template <expression_like X>
    [[nodiscard]] auto operator()(const X& x) const
    {
        return matmul(x, weight) + bias;
    }

    template <class F>
    void visit_parameters(F&& visit)
    {
        visit(weight, parameter_role::weight, fans{Inputs, Outputs});
        visit(bias, parameter_role::bias, fans{Inputs, Outputs});
    }
};

} // namespace xgrad::inline XGRAD_ABI::nn
