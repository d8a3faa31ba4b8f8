// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/permute.hpp>

#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation each_axis_of_the_operand_once{"each axis of the operand once"};

} // namespace expects

/// The axes in another order.
///   x: (n0, n1, ...)   out: (n_p0, n_p1, ...) for the permutation p = Axes
///   forward    out(i_p0, i_p1, ...)   = x(i0, i1, ...)
///   backward   grad_x(i0, i1, ...)   += grad_out(i_p0, i_p1, ...)
/// Saves nothing. The permutation that changes nothing is no copy.
template <class Axes>
struct transpose_op;

template <int... Axis>
struct transpose_op<axes_t<Axis...>>
{
    static constexpr const char* name = "transpose";
    static constexpr saved reads = saved::nothing;
    static constexpr std::size_t rank = sizeof...(Axis);

    static constexpr bool alias = []
    {
        [[maybe_unused]] int place = 0;
        return ((Axis == place++) && ... && true);
    }();

    static constexpr bool is_permutation(std::size_t axes)
    {
        return axes == rank && detail::axes_fit<axes_t<Axis...>>(axes);
    }

    static constexpr inferred infer(const extents& a)
    {
        if (!is_permutation(a.rank))
            return {a, expects::each_axis_of_the_operand_once};
        extents result;
        result.rank = rank;
        std::size_t k = 0;
        ((result[k++] = a[detail::axis_position(Axis, rank)]), ...);
        return result;
    }

    static constexpr detail::sentence given(const settings*)
    {
        return detail::text_of(axes_t<Axis...>{});
    }

    static void forward(const operation_context&, auto out, auto a)
    {
        kernels::permute(a.shape(), order(), a.data(), out.data());
    }

    static void backward(const operation_context&, auto grad_out, auto, auto, auto grad_a)
    {
        kernels::permute(grad_out.shape(), order_back(), grad_out.data(), grad_a.data(),
                         grad_a.accumulate);
    }

private:
    static constexpr kernels::axis_order order() { return {detail::axis_position(Axis, rank)...}; }

    static constexpr kernels::axis_order order_back()
    {
        kernels::axis_order result{};
        for (std::size_t k = 0; k < rank; ++k)
            result[order()[k]] = k;
        return result;
    }
};

namespace detail
{

template <std::size_t... I>
axes_t<(static_cast<int>(sizeof...(I) - 1 - I))...> reversed_axes(std::index_sequence<I...>);

} // namespace detail

/// @p x with its axes in reverse order: the transpose of a matrix.
template <expression_like X>
[[nodiscard]] auto transpose(const X& x)
{
    using axes_type = decltype(detail::reversed_axes(std::make_index_sequence<X::rank>{}));
    return apply<transpose_op<axes_type>>(x);
}

/// @p x with its axes in the given order: axis k of the result is the k-th of the list.
template <expression_like X, axes_like Axes>
[[nodiscard]] auto transpose(const X& x, Axes)
{
    return apply<transpose_op<Axes>>(x);
}

} // namespace xgrad::inline XGRAD_ABI
