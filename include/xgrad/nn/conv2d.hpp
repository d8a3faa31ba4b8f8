// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/nn/module.hpp>
#include <xgrad/ops/conv2d.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::nn
{

/// Square filters over images, with a bias for each output channel. The words are those of
/// ops/window.hpp as types: `nn::conv2d<float, 1, 8, 3, same_t, stride_t<2>>`.
///   x: (N, Inputs, H, W)   ->   (N, Outputs, H', W')
template <class T, std::size_t Inputs, std::size_t Outputs, std::size_t Kernel,
          window_word... Words>
struct conv2d
{
    static constexpr std::size_t groups = xgrad::detail::options_of<Words...>().groups;
    static_assert(groups > 0 && Inputs % groups == 0 && Outputs % groups == 0,
                  "xgrad::nn::conv2d: the groups do not divide the channels");

    parameter<T, shape<Outputs, Inputs / groups, Kernel, Kernel>, named<"weight">> weight;
    parameter<T, shape<Outputs>, named<"bias">> bias;

    template <expression_like X>
    [[nodiscard]] auto operator()(const X& x) const
    {
        return xgrad::conv2d(x, weight, bias, Words{}...);
    }

    template <class F>
    void visit_parameters(F&& visit)
    {
        constexpr std::size_t taps = Kernel * Kernel;
        constexpr fans f{Inputs / groups * taps, Outputs / groups * taps};
        visit(weight, parameter_role::weight, f);
        visit(bias, parameter_role::bias, f);
    }
};

} // namespace xgrad::inline XGRAD_ABI::nn
