// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/expand.hpp>
#include <xgrad/kernels/permute.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/ops/detail/reduction.hpp>
#include <xgrad/ops/detail/target_shape.hpp>

#include <concepts>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation a_tensor_that_broadcasts_to_the_shape{
    "a tensor that broadcasts to the shape"};
inline constexpr expectation an_axis_for_each_dynamic_extent{
    "an axis from which each dynamic extent follows"};

} // namespace expects

/// Repeats along new axes in front and along axes of extent 1, by NumPy's rules.
///   x: a shape that broadcasts to Shape   out: Shape
///   forward    out     = x, repeated
///   backward   grad_x += grad_out summed over the repetitions
/// Saves nothing. Elementwise operations broadcast by themselves, without a copy.
template <class Shape, bool Given>
struct broadcast_to_op
{
    static constexpr const char* name = "broadcast_to";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents& a, const settings* numbers)
    {
        extents target = Shape::value;
        if (Given && numbers)
            target = detail::fill_from(target, *numbers);
        if (a.rank > target.rank)
            return {target, expects::a_tensor_that_broadcasts_to_the_shape};
        const std::size_t missing = target.rank - a.rank;
        for (std::size_t k = 0; k < target.rank; ++k)
        {
            const bool follows = !Given && target[k] == dynamic;
            if (k < missing && follows)
                return {target, expects::an_axis_for_each_dynamic_extent};
            if (k < missing)
                continue;
            const std::size_t extent = a[k - missing];
            if (follows)
                target[k] = extent;
            else if (extent != 1 && !may_equal(extent, target[k]))
                return {target, expects::a_tensor_that_broadcasts_to_the_shape};
        }
        const bool known = !numbers || target.dynamic_rank() == 0;
        return inferred(target).expect(known, expects::a_tensor_that_broadcasts_to_the_shape);
    }

    static constexpr detail::sentence given(const settings* numbers)
    {
        return detail::text_of_target(Shape::value, Given, numbers);
    }

    template <class T>
    static std::size_t scratch_bytes(const extents& out, const extents& a)
    {
        const detail::reduced_view v = view(out, a);
        return v.permuted ? v.size() * sizeof(T) : 0;
    }

    static void forward(const operation_context& context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        const detail::reduced_view v = view(out.shape(), a.shape());
        T* const target = v.permuted ? context.template scratch<T>() : out.data();
        kernels::expand<T>(v.outer, v.length, v.inner, a.data(), target);
        if (v.permuted)
            kernels::permute<T>(v.ordered, v.order_back(), target, out.data());
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto a, auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        const detail::reduced_view v = view(grad_out.shape(), a.shape());
        const T* source = grad_out.data();
        if (v.permuted)
        {
            T* const ordered = context.template scratch<T>();
            kernels::permute(grad_out.shape(), v.order, source, ordered);
            source = ordered;
        }
        kernels::sum(v.outer, v.length, v.inner, source, grad_a.data(), grad_a.accumulate);
    }

private:
    /// The result as a tensor that summing over the repeated axes brings back to the operand.
    static detail::reduced_view view(const extents& out, const extents& a)
    {
        detail::axis_set repeated;
        const std::size_t missing = out.rank - a.rank;
        for (std::size_t k = 0; k < out.rank; ++k)
            if (k < missing || a[k - missing] != out[k])
                repeated.insert(k);
        return detail::reduced_view(out, repeated);
    }
};

/// @p x repeated to the shape @p target. A dynamic extent is that of x, unless a number is given
/// for each: `broadcast_to(bias, shape<dynamic, 10>{}, rows)`.
template <expression_like X, detail::shape_like Shape, std::integral... N>
[[nodiscard]] auto broadcast_to(const X& x, Shape, N... extents_at_run_time)
{
    return apply_with<broadcast_to_op<Shape, (sizeof...(N) > 0)>>(
        detail::shape_settings<Shape>(extents_at_run_time...), x);
}

} // namespace xgrad::inline XGRAD_ABI
