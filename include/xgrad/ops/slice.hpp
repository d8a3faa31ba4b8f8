// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/copy_blocks.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string_view>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// Where a range ends that goes to the end of its axis.
inline constexpr std::ptrdiff_t range_end = std::numeric_limits<std::ptrdiff_t>::max();

template <std::ptrdiff_t First, std::ptrdiff_t Last, std::ptrdiff_t Step>
struct range_t
{
};

/// The places First, First + Step, ... before Last of an axis; negative ones count from the end.
template <std::ptrdiff_t First, std::ptrdiff_t Last = range_end, std::ptrdiff_t Step = 1>
inline constexpr range_t<First, Last, Step> range{};

namespace expects
{

inline constexpr expectation a_step_of_at_least_1{"a step of at least 1"};
inline constexpr expectation a_range_that_begins_before_it_ends{
    "a range that begins before it ends"};
inline constexpr expectation a_range_within_the_axis{"a range within the axis"};

} // namespace expects

namespace detail
{

/// A range whose numbers are known when the program runs: the settings of its operation.
struct range_at_run_time
{
};

/// A range of an axis of known or unknown extent.
struct resolved_range
{
    std::size_t first = 0;
    std::size_t count = dynamic;
    std::size_t step = 1;
    bool fits = true;
    const expectation* unmet = nullptr;
};

constexpr resolved_range resolve_range(std::size_t extent, std::ptrdiff_t first,
                                       std::ptrdiff_t last, std::ptrdiff_t step)
{
    if (step < 1)
        return {0, dynamic, 1, false, &expects::a_step_of_at_least_1};
    const bool first_from_end = first < 0;
    const bool last_from_end = last < 0 || last == range_end;
    const bool known = extent != dynamic;
    if (!known && first_from_end != last_from_end)
        return {0, dynamic, static_cast<std::size_t>(step)};
    // Where the extent is unknown but both count from the same side, their distance is known.
    const std::ptrdiff_t size = known ? static_cast<std::ptrdiff_t>(extent) : 0;
    const std::ptrdiff_t begin = first_from_end ? first + size : first;
    const std::ptrdiff_t end = last == range_end ? size : last < 0 ? last + size : last;
    if (begin > end)
        return {0, 0, 1, false, &expects::a_range_that_begins_before_it_ends};
    if (known && (begin < 0 || end > size))
        return {0, 0, 1, false, &expects::a_range_within_the_axis};
    return {known ? static_cast<std::size_t>(begin) : 0,
            static_cast<std::size_t>((end - begin + step - 1) / step),
            static_cast<std::size_t>(step)};
}

template <std::ptrdiff_t First, std::ptrdiff_t Last, std::ptrdiff_t Step>
constexpr resolved_range resolve_range(std::size_t extent, range_t<First, Last, Step>,
                                       const settings*)
{
    return detail::resolve_range(extent, First, Last, Step);
}

constexpr resolved_range resolve_range(std::size_t extent, range_at_run_time,
                                       const settings* numbers)
{
    if (!numbers)
        return {};
    return detail::resolve_range(extent, (*numbers)[0], (*numbers)[1], (*numbers)[2]);
}

constexpr sentence text_of_range(std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t step)
{
    sentence text("range<");
    text.append(first).append(", ");
    last == range_end ? text.append("range_end") : text.append(last);
    return step == 1 ? text.append(">") : text.append(", ").append(step).append(">");
}

template <std::ptrdiff_t First, std::ptrdiff_t Last, std::ptrdiff_t Step>
constexpr sentence text_of(range_t<First, Last, Step>, const settings*)
{
    return detail::text_of_range(First, Last, Step);
}

constexpr sentence text_of(range_at_run_time, const settings* numbers)
{
    return numbers ? detail::text_of_range((*numbers)[0], (*numbers)[1], (*numbers)[2])
                   : sentence("a range given at run time");
}

/// Where a range of neighbouring places begins; `dynamic` where that is not known.
template <std::ptrdiff_t First, std::ptrdiff_t Last>
constexpr std::size_t first_place(std::size_t extent, range_t<First, Last, 1>)
{
    if (First >= 0)
        return static_cast<std::size_t>(First);
    return extent == dynamic ? dynamic : extent - static_cast<std::size_t>(-First);
}

template <class Range>
concept neighbouring_places = requires(Range places)
{
    detail::first_place(0, places);
};

} // namespace detail

/// A range of the places along an axis.
///   x: (..., n, ...)   out: (..., number of places in the range, ...)
///   forward    out(..., j, ...)                   = x(..., first + step j, ...)
///   backward   grad_x(..., first + step j, ...) += grad_out(..., j, ...)
/// Saves nothing. A range that goes beyond the axis is an error: it is never cut short.
/// Neighbouring places of the first axis (or of one that has only axes of extent 1 before it) are a
/// run of x's memory and are not copied, unless the slice is the result of the whole expression.
template <int Axis, class Range>
struct slice_op
{
    static constexpr const char* name = "slice";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents& a, const settings* numbers)
    {
        const std::size_t k = detail::axis_position(Axis, a.rank);
        if (k == max_rank)
            return {a, expects::an_axis_of_the_operand};
        const auto places = detail::resolve_range(a[k], Range{}, numbers);
        inferred result(a);
        result.shape[k] = places.count;
        return places.fits ? result : inferred(result.shape, *places.unmet);
    }

    static constexpr detail::sentence given(const settings* numbers)
    {
        return detail::text_of(axes_t<Axis>{})
            .append(", ")
            .append(detail::text_of(Range{}, numbers).text());
    }

    static constexpr bool is_window(const extents& a) requires(detail::neighbouring_places<Range>)
    {
        for (std::size_t axis = 0; axis < detail::axis_position(Axis, a.rank); ++axis)
            if (axis == a.rank || a[axis] != 1)
                return false;
        return true;
    }

    static constexpr std::size_t
    window_offset(const extents& a, const settings*) requires(detail::neighbouring_places<Range>)
    {
        const std::size_t k = detail::axis_position(Axis, a.rank);
        std::size_t offset = detail::first_place(a[k], Range{});
        for (std::size_t axis = k + 1; axis < a.rank && offset > 0; ++axis)
            offset = offset == dynamic || a[axis] == dynamic ? dynamic : offset * a[axis];
        return offset;
    }

    static void forward(const operation_context& context, auto out, auto a)
    {
        const layout l(context, a);
        for (std::size_t o = 0; o < l.outer; ++o)
            kernels::copy_blocks(l.places.count, l.inner, a.data() + l.source(o),
                                 l.places.step * l.inner, out.data() + l.target(o), l.inner);
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto a, auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        if (!grad_a.accumulate)
            std::fill_n(grad_a.data(), grad_a.size(), T(0));
        const layout l(context, a);
        for (std::size_t o = 0; o < l.outer; ++o)
            kernels::copy_blocks(l.places.count, l.inner, grad_out.data() + l.target(o), l.inner,
                                 grad_a.data() + l.source(o), l.places.step * l.inner,
                                 grad_a.accumulate);
    }

private:
    /// The operand as (outer, extent, inner), and its places.
    struct layout
    {
        std::size_t outer;
        std::size_t extent;
        std::size_t inner;
        detail::resolved_range places;

        layout(const operation_context& context, const auto& a)
        {
            constexpr std::size_t rank = std::remove_cvref_t<decltype(a)>::rank;
            constexpr std::size_t k = detail::axis_position(Axis, rank);
            outer = a.shape().product(0, k);
            extent = a.template extent<k>();
            inner = a.shape().product(k + 1, rank);
            places = detail::resolve_range(extent, Range{}, &context.options);
        }

        [[nodiscard]] std::size_t source(std::size_t o) const
        {
            return (o * extent + (places.count > 0 ? places.first : 0)) * inner;
        }

        [[nodiscard]] std::size_t target(std::size_t o) const { return o * places.count * inner; }
    };
};

/// The places of a range along an axis: `slice(x, axis<1>, range<2, 5>)`, `range<-3>` for the last
/// three, `range<0, range_end, 2>` for every second.
template <expression_like X, int Axis, std::ptrdiff_t First, std::ptrdiff_t Last,
          std::ptrdiff_t Step>
[[nodiscard]] auto slice(const X& x, axes_t<Axis>, range_t<First, Last, Step> places)
{
    return apply<slice_op<Axis, decltype(places)>>(x);
}

/// The places @p first, @p first + @p step, ... before @p last along an axis; negative ones count
/// from the end. The extent of the result is dynamic.
template <expression_like X, int Axis>
[[nodiscard]] auto slice(const X& x, axes_t<Axis>, std::ptrdiff_t first, std::ptrdiff_t last,
                         std::ptrdiff_t step = 1)
{
    return apply_with<slice_op<Axis, detail::range_at_run_time>>(settings{first, last, step}, x);
}

} // namespace xgrad::inline XGRAD_ABI
