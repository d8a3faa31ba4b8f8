// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/copy_blocks.hpp>
#include <xgrad/ops/squeeze.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation an_axis_of_the_operands{"an axis of the operands"};
inline constexpr expectation equal_numbers_of_axes{"equal numbers of axes"};
inline constexpr expectation equal_extents_along_the_other_axes{
    "equal extents along the other axes"};

} // namespace expects

/// Two or three tensors behind each other along an axis.
///   a: (..., n, ...)   b: (..., m, ...)   out: (..., n + m, ...)
///   forward    out     = a, then b
///   backward   grad_a += the first n places of grad_out, grad_b += the following m
/// Saves nothing.
template <int Axis, std::size_t Count>
struct concatenate_op
{
    static constexpr const char* name = "concatenate";
    static constexpr saved reads = saved::nothing;

    template <std::same_as<extents>... E>
        requires(sizeof...(E) == Count)
    static constexpr inferred infer(const E&... operands)
    {
        const extents all[] = {operands...};
        inferred result(all[0]);
        const std::size_t along = detail::axis_position(Axis, all[0].rank);
        if (along == max_rank)
            return {all[0], expects::an_axis_of_the_operands};
        for (std::size_t i = 1; i < Count; ++i)
            append(result, all[i], along);
        return result;
    }

    static constexpr detail::sentence given(const settings*)
    {
        return detail::text_of(axes_t<Axis>{});
    }

    static void forward(const operation_context&, auto out, auto... operand)
    {
        std::size_t place = 0;
        const auto copy = [&](const auto& a)
        {
            const std::size_t block = block_of(a);
            kernels::copy_blocks(outer(a), block, a.data(), block, out.data() + place,
                                 block_of(out));
            place += block;
        };
        (copy(operand), ...);
    }

    static void backward(const operation_context&, auto grad_out, auto, auto a, auto b, auto grad_a,
                         auto grad_b)
    {
        give(grad_out, 0, grad_a);
        give(grad_out, block_of(a), grad_b);
        static_cast<void>(b);
    }

    static void backward(const operation_context&, auto grad_out, auto, auto a, auto b, auto c,
                         auto grad_a, auto grad_b, auto grad_c)
    {
        give(grad_out, 0, grad_a);
        give(grad_out, block_of(a), grad_b);
        give(grad_out, block_of(a) + block_of(b), grad_c);
        static_cast<void>(c);
    }

private:
    static constexpr void append(inferred& result, const extents& next, std::size_t along)
    {
        result.expect(next.rank == result.shape.rank, expects::equal_numbers_of_axes);
        if (!result.fits)
            return;
        for (std::size_t k = 0; k < next.rank; ++k)
        {
            std::size_t& extent = result.shape[k];
            if (k == along)
                extent = extent == dynamic || next[k] == dynamic ? dynamic : extent + next[k];
            else if (!may_equal(extent, next[k]))
                result.expect(false, expects::equal_extents_along_the_other_axes);
            else if (extent == dynamic)
                extent = next[k];
        }
    }

    template <class View>
    static constexpr std::size_t along = detail::axis_position(Axis, View::rank);

    template <class View>
    static std::size_t outer(const View& a)
    {
        return a.shape().product(0, along<View>);
    }

    /// Number of neighbouring elements that come from one operand.
    template <class View>
    static std::size_t block_of(const View& a)
    {
        return a.shape().product(along<View>, View::rank);
    }

    /// Hands an operand its part of the gradient, which begins @p place elements into each block.
    template <class G>
    static void give(const auto& grad_out, std::size_t place, const G& grad_a)
    {
        if constexpr (is_wanted<G>)
        {
            const std::size_t block = block_of(grad_a);
            kernels::copy_blocks(outer(grad_a), block, grad_out.data() + place, block_of(grad_out),
                                 grad_a.data(), block, grad_a.accumulate);
        }
    }
};

namespace detail
{

/// Joins Count of the operands from the one number First on: three at a time, so that of n operands
/// each is copied log3(n) times.
template <int Axis, std::size_t First, std::size_t Count, class Operands>
auto concatenate_some(const Operands& operands)
{
    if constexpr (Count == 1)
        return std::get<First>(operands);
    else if constexpr (Count == 2)
        return apply<concatenate_op<Axis, 2>>(std::get<First>(operands),
                                              std::get<First + 1>(operands));
    else
    {
        constexpr std::size_t one = Count / 3;
        constexpr std::size_t two = (Count - one) / 2;
        return apply<concatenate_op<Axis, 3>>(
            concatenate_some<Axis, First, one>(operands),
            concatenate_some<Axis, First + one, two>(operands),
            concatenate_some<Axis, First + one + two, Count - one - two>(operands));
    }
}

/// The expression itself without its leaf: a copyable handle.
template <class X>
expression_type<X> as_expression(const X& x)
{
    return x;
}

} // namespace detail

/// The tensors @p x behind each other along an axis; their other extents are equal.
template <int Axis, expression_like... X>
    requires(sizeof...(X) >= 1)
[[nodiscard]] auto concatenate(axes_t<Axis>, const X&... x)
{
    return detail::concatenate_some<Axis, 0, sizeof...(X)>(
        std::make_tuple(detail::as_expression(x)...));
}

/// The tensors @p x, all of one shape, behind each other along a new axis: its place in the result
/// is the given one.
template <int Axis, expression_like... X>
    requires(sizeof...(X) >= 1)
[[nodiscard]] auto stack(axes_t<Axis> along, const X&... x)
{
    return xgrad::concatenate(along, xgrad::expand_dimensions(x, along)...);
}

} // namespace xgrad::inline XGRAD_ABI
