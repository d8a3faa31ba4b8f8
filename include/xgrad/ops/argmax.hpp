// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/kernels/argmax.hpp>
#include <xgrad/ops/detail/reduction.hpp>

#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation an_axis_with_elements{"an axis with elements"};

} // namespace expects

/// Place of the largest element along an axis: the first of equal ones, or the first NaN.
///   x: any shape   out: x without the axis, or with the extent 1 there
/// Not differentiable. Places are numbers of x's element type: exact to 2^24 in float. An axis
/// without elements is a shape_error.
template <class Axes, bool Keep>
struct argmax_op : detail::reduction<argmax_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "argmax";
    static constexpr saved reads = saved::nothing;
    static constexpr bool differentiable = false;

    static constexpr inferred infer(const extents& a)
    {
        inferred result = detail::reduction<argmax_op, Axes, Keep>::infer(a);
        const detail::axis_set axes = detail::make_axis_set(Axes{}, a.rank);
        for (std::size_t k = 0; k < a.rank; ++k)
            result.expect(!axes.has[k] || a[k] != 0, expects::an_axis_with_elements);
        return result;
    }

    template <class T>
    static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::argmax(v.outer, v.length, v.inner, x, out);
    }
};

/// Place of the largest of all elements, counted row by row.
template <expression_like X>
[[nodiscard]] auto argmax(const X& x)
{
    return apply<argmax_op<detail::all_axes, false>>(x);
}

/// Place of the largest element along an axis.
template <expression_like X, int Axis>
[[nodiscard]] auto argmax(const X& x, axes_t<Axis>)
{
    return apply<argmax_op<axes_t<Axis>, false>>(x);
}

/// The same, with the axis kept as one of extent 1.
template <expression_like X, int Axis>
[[nodiscard]] auto argmax(const X& x, axes_t<Axis>, keep_dimensions_t)
{
    return apply<argmax_op<axes_t<Axis>, true>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
