// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the reductions have in common: their options, the shapes of their results, and how a tensor
// and a set of its axes become the (outer, length, inner) that the kernels work on.

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/permute.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// The type of `correction<...>`.
template <std::size_t Count>
struct correction_t
{
};

/// How much less than the number of elements a variance is divided by (NumPy's ddof).
template <std::size_t Count>
inline constexpr correction_t<Count> correction{};

namespace detail
{

template <class>
inline constexpr bool is_correction = false;
template <std::size_t Count>
inline constexpr bool is_correction<correction_t<Count>> = true;

/// The axes among the options of a reduction; all when none are named.
template <class... Options>
struct axes_among
{
    using type = all_axes;
};
template <class First, class... Rest>
struct axes_among<First, Rest...> : axes_among<Rest...>
{
};
template <int... Axis, class... Rest>
struct axes_among<axes_t<Axis...>, Rest...>
{
    static_assert(
        std::is_same_v<typename axes_among<Rest...>::type, all_axes>,
        "xgrad: expected the axes of a reduction in one list, found several; write axes<0, 1>");
    using type = axes_t<Axis...>;
};

template <class... Options>
struct correction_among : std::integral_constant<std::size_t, 0>
{
};
template <class First, class... Rest>
struct correction_among<First, Rest...> : correction_among<Rest...>
{
};
template <std::size_t Count, class... Rest>
struct correction_among<correction_t<Count>, Rest...> : std::integral_constant<std::size_t, Count>
{
};

/// The axes that a reduction of A is over: a list that names every axis is all_axes.
template <class A, class... Options>
using chosen_axes =
    std::conditional_t<make_axis_set(typename axes_among<Options...>::type{}, A::rank).count ==
                           A::rank,
                       all_axes, typename axes_among<Options...>::type>;

template <class... Options>
inline constexpr bool keeps_dimensions = (std::is_same_v<Options, keep_dimensions_t> || ...);

/// `axis<...>`, `axes<...>` or `keep_dimensions`.
template <class O>
concept reduction_option = axes_like<O> || std::is_same_v<O, keep_dimensions_t>;

/// A reduction_option or `correction<...>`.
template <class O>
concept variance_option = reduction_option<O> || is_correction<O>;

constexpr extents reduced_extents(const extents& a, const axis_set& axes, bool keep)
{
    extents result;
    for (std::size_t k = 0; k < a.rank; ++k)
        if (!axes.has[k])
            result[result.rank++] = a[k];
        else if (keep)
            result[result.rank++] = 1;
    return result;
}

/// A tensor as (outer, length, inner), to be reduced over length. Where the reduced axes are not
/// neighbours, that is what it becomes when its axes are put into `order`: the kept ones, the
/// reduced ones, and the kept ones behind the last reduced one, which stay where they are.
struct reduced_view
{
    std::size_t outer = 1;
    std::size_t length = 1;
    std::size_t inner = 1;
    bool permuted = false;
    kernels::axis_order order{};
    extents ordered{};

    [[nodiscard]] std::size_t results() const { return outer * inner; }
    [[nodiscard]] std::size_t size() const { return outer * length * inner; }

    /// Of all elements, as one row.
    explicit reduced_view(std::size_t elements) : length(elements) {}

    [[gnu::noinline]] reduced_view(const extents& a, const axis_set& axes)
    {
        std::size_t behind = 0;
        for (std::size_t k = 0; k < a.rank; ++k)
            if (axes.has[k])
                behind = k + 1;
        bool reduced_before = false;
        for (std::size_t k = 0; k < behind; ++k)
        {
            const bool matters = a[k] != 1;
            permuted = permuted || (matters && !axes.has[k] && reduced_before);
            reduced_before = reduced_before || (matters && axes.has[k]);
            (axes.has[k] ? length : outer) *= a[k];
        }
        inner = a.product(behind, a.rank);
        append(a, 0, behind, axes, false);
        append(a, 0, behind, axes, true);
        for (; behind < a.rank; ++behind)
            append_axis(a, behind);
    }

    /// The order that undoes `order`.
    [[nodiscard]] kernels::axis_order order_back() const
    {
        kernels::axis_order result{};
        for (std::size_t k = 0; k < ordered.rank; ++k)
            result[order[k]] = k;
        return result;
    }

private:
    void append_axis(const extents& a, std::size_t k)
    {
        order[ordered.rank] = k;
        ordered[ordered.rank++] = a[k];
    }

    void append(const extents& a, std::size_t first, std::size_t last, const axis_set& axes,
                bool reduced)
    {
        for (std::size_t k = first; k < last; ++k)
            if (axes.has[k] == reduced)
                append_axis(a, k);
    }
};

/// Whether the axes may not be neighbours: one axis, or all of them, need no other order.
template <class Axes>
inline constexpr bool names_several_axes = false;
template <int First, int Second, int... Rest>
inline constexpr bool names_several_axes<axes_t<First, Second, Rest...>> = true;

/// Everything the backward of a reduction works on. x and grad_x may be the same memory, then
/// without accumulating.
template <class T>
struct reduction_gradient
{
    const T* grad_out;
    const T* out;
    const T* x;
    T* grad_x;
    bool accumulate;
    T* buffer; ///< Op::buffer_size(view) elements
    T* saved;  ///< Op::saved_size(view) elements
};

/// Base of a reduction Op over Axes, which has
///     template <class T> static void reduce(view, const T* x, T* out, T* saved);
///     template <class T> static void reduce_backward(view, const reduction_gradient<T>&);
/// and may have buffer_size<T>(view) and saved_size(view), in elements; if it saves for its
/// backward alone, reduce_only(view, x, out) too, which saves nothing.
template <class Op, class Axes, bool Keep>
struct reduction
{
    static constexpr inferred infer(const extents& a)
    {
        const axis_set axes = detail::make_axis_set(Axes{}, a.rank);
        if (!axes.valid)
            return {a, expects::axes_of_the_operand_each_named_once};
        return detail::reduced_extents(a, axes, Keep);
    }

    static constexpr sentence given(const settings*) { return detail::text_of(Axes{}); }

    /// Row by row where the first axis stays; Op::over_batch says what becomes of it otherwise.
    static constexpr spread spread_of(const spread_operand* x, const settings&)
    {
        if (x[0].kind == spread::rows && detail::make_axis_set(Axes{}, x[0].shape.rank).has[0])
            if constexpr (requires { Op::over_batch; })
                return Op::over_batch;
            else
                return spread::mixed;
        else
            return rows_of_first(x, 1);
    }

    template <class T>
    static std::size_t buffer_size(const reduced_view&)
    {
        return 0;
    }

    template <class T>
    static std::size_t scratch_bytes(const extents&, const extents& a)
    {
        const reduced_view v = view(a);
        return sizeof(T) * (Op::template buffer_size<T>(v) + (v.permuted ? v.size() : 0));
    }

    static void forward(const operation_context& context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        const reduced_view v = view(a.shape());
        Op::template reduce<T>(v, reduction::ordered(context, v, a), out.data(),
                               context.template saved<T>());
    }

    static void evaluate(const operation_context& context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        const reduced_view v = view(a.shape());
        Op::template reduce_only<T>(v, reduction::ordered(context, v, a), out.data());
    }

    static void backward(const operation_context& context, auto grad_out, auto out, auto a,
                         auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        const reduced_view v = view(a.shape());
        const reduction_gradient<T> g{grad_out.data(),
                                      out.data(),
                                      a.data(),
                                      grad_a.data(),
                                      grad_a.accumulate,
                                      context.template scratch<T>(),
                                      context.template saved<T>()};
        if constexpr (names_several_axes<Axes>)
            if (v.permuted)
                return reduce_permuted_backward(v, g, a.shape());
        Op::template reduce_backward<T>(v, g);
    }

private:
    /// The elements of @p a, with the reduced axes side by side.
    static const auto* ordered(const operation_context& context, const reduced_view& v,
                               const auto& a)
    {
        using T = typename std::remove_cvref_t<decltype(a)>::value_type;
        if constexpr (names_several_axes<Axes>)
            if (v.permuted)
            {
                auto* const result = context.template scratch<std::remove_const_t<T>>();
                kernels::permute(a.shape(), v.order, a.data(), result);
                return static_cast<const T*>(result);
            }
        return static_cast<const T*>(a.data());
    }

    static reduced_view view(const extents& a)
    {
        if constexpr (std::is_same_v<Axes, all_axes>)
            return reduced_view(a.size());
        else
            return reduced_view(a, detail::make_axis_set(Axes{}, a.rank));
    }

    template <class T>
    static void reduce_permuted_backward(const reduced_view& v, reduction_gradient<T> g,
                                         const extents& shape)
    {
        T* const ordered = g.buffer + Op::template buffer_size<T>(v);
        if constexpr (xgrad::reads_arguments(Op::reads))
            kernels::permute(shape, v.order, g.x, ordered);
        T* const target = std::exchange(g.grad_x, ordered);
        const bool accumulate = std::exchange(g.accumulate, false);
        g.x = ordered;
        Op::template reduce_backward<T>(v, g);
        kernels::permute(v.ordered, v.order_back(), static_cast<const T*>(ordered), target,
                         accumulate);
    }
};

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
