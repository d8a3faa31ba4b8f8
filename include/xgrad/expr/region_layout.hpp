// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A region of a program by itself: its steps and inputs as a value that the loop is compiled for,
// and where they stand in the program.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// An operation of a region; an argument k >= 0 is an earlier step, k < 0 is input ~k.
struct region_step
{
    short operation = -1;
    short argument[max_arity] = {0, 0, 0};
    short arity = 0;
    bool gradient = false;
    bool guarded = false; ///< a gradient of 0 passes on 0, whatever the derivative
    bool still = false;   ///< derivatives that come with the value are 0

    friend constexpr bool operator==(const region_step&, const region_step&) = default;
};

/// A tensor that a region reads.
struct region_input
{
    bool repeated = false; ///< one value for the whole inner loop
    bool gradient = false;
    short group = -1;   ///< the lowest of several overlapping windows of one tensor, as an input
    short shift = 0;    ///< how many elements after the lowest the window begins
    bool still = false; ///< derivatives that come with the values are 0
    bool apart = false; ///< values and derivatives lie in arrays of their own
};

/// Windows of one tensor that begin no further apart than this may have their gradients added up
/// in registers.
inline constexpr std::size_t max_window_shift = 16;

/// The loop of a region as a value: the same loop in two graphs is one instantiation.
template <std::size_t Steps, std::size_t Inputs>
struct region_program
{
    region_step steps[Steps];
    region_input inputs[Inputs];
    std::size_t inner; ///< elements of the inner loop, or dynamic
    bool loads_root;   ///< backward reads the last step's value instead of computing it
};

/// Such a value as a type. What the compiler hashes, compares and writes out at every mention is
/// the value; the type it knows by its address.
template <auto Program>
struct region_type
{
    static constexpr const auto& program = Program;
};

/// A region together with where its steps and inputs stand in the program.
template <std::size_t Capacity>
struct region_layout
{
    region_step steps[Capacity]{};
    region_input inputs[Capacity]{};
    short step_entry[Capacity]{};
    short input_entry[Capacity]{};
    short operations[Capacity]{}; ///< the program's operations that the steps use
    std::size_t step_count = 0;
    std::size_t input_count = 0;
    std::size_t operation_count = 0;
    std::size_t outer_rank = 0; ///< axes that are walked row by row
    std::size_t inner = 1;      ///< elements of the remaining axes, or dynamic
    bool loads_root = false;
    bool input_needed[Capacity]{}; ///< whether backward reads the input's value
    bool root_needed = false;      ///< whether backward reads the region's value
};

/// How an operand lies along one axis of the region.
enum class axis_use : unsigned char
{
    either,
    present,
    repeated
};

constexpr axis_use use_of_axis(const extents& whole, const extents& operand, std::size_t axis)
{
    if (whole[axis] == 1)
        return axis_use::either;
    const std::size_t missing = whole.rank - operand.rank;
    if (axis < missing || operand[axis - missing] == 1)
        return axis_use::repeated;
    return axis_use::present;
}

/// Splits the axes so that along the inner ones every input is either contiguous or constant.
template <std::size_t Capacity, std::size_t N>
constexpr void split_axes(region_layout<Capacity>& r, const analysis<N>& a, const extents& whole)
{
    axis_use use[Capacity]{};
    r.outer_rank = whole.rank;
    while (r.outer_rank > 0)
    {
        const std::size_t axis = r.outer_rank - 1;
        bool fits = true;
        for (std::size_t i = 0; i < r.input_count; ++i)
        {
            const axis_use here = detail::use_of_axis(whole, a.shape[r.input_entry[i]], axis);
            fits =
                fits && (here == axis_use::either || use[i] == axis_use::either || here == use[i]);
        }
        if (!fits)
            break;
        for (std::size_t i = 0; i < r.input_count; ++i)
        {
            const axis_use here = detail::use_of_axis(whole, a.shape[r.input_entry[i]], axis);
            use[i] = use[i] == axis_use::either ? here : use[i];
        }
        --r.outer_rank;
    }
    for (std::size_t i = 0; i < r.input_count; ++i)
        r.inputs[i].repeated = use[i] == axis_use::repeated;
    for (std::size_t axis = r.outer_rank; axis < whole.rank; ++axis)
        r.inner = r.inner == dynamic || whole[axis] == dynamic ? dynamic : r.inner * whole[axis];
}

/// Finds the inputs that are windows of one tensor, a few elements apart: what the loop hands to
/// one of them it soon hands to another.
template <std::size_t Capacity, std::size_t N>
constexpr void group_windows(region_layout<Capacity>& r, const analysis<N>& a)
{
    if (r.outer_rank > 0)
        return;
    for (std::size_t i = 0; i < r.input_count; ++i)
    {
        const short base = a.base[r.input_entry[i]];
        std::size_t lowest = i;
        std::size_t members = 0;
        bool known = true;
        std::size_t first = dynamic;
        std::size_t last = 0;
        for (std::size_t j = 0; j < r.input_count; ++j)
        {
            if (a.base[r.input_entry[j]] != base)
                continue;
            const std::size_t offset = a.offset[r.input_entry[j]];
            known = known && offset != dynamic && r.inputs[j].gradient && !r.inputs[j].repeated;
            lowest = offset < first ? j : lowest;
            first = offset < first ? offset : first;
            last = offset > last ? offset : last;
            ++members;
        }
        if (!known || members == 1 || last - first > max_window_shift)
            continue;
        r.inputs[i].group = static_cast<short>(lowest);
        r.inputs[i].shift = static_cast<short>(a.offset[r.input_entry[i]] - first);
    }
}

/// Which values the backward loop reads, given what each operation declares.
template <std::size_t Capacity>
constexpr void find_needed(region_layout<Capacity>& r, const operation_traits* traits)
{
    bool needed[Capacity]{};
    for (std::size_t k = r.step_count; k-- > 0;)
    {
        const region_step& step = r.steps[k];
        const saved reads = traits[r.operations[step.operation]].reads;
        const bool root = k + 1 == r.step_count;
        if (step.gradient && reads_output(reads))
            needed[k] = true;
        const bool computed = needed[k] && !(root && r.loads_root);
        if (computed || (step.gradient && reads_arguments(reads)))
            for (short n = 0; n < step.arity; ++n)
                (step.argument[n] >= 0 ? needed[step.argument[n]]
                                       : r.input_needed[~step.argument[n]]) = true;
    }
    r.root_needed = r.loads_root && needed[r.step_count - 1];
}

/// The region that ends in the entry @p root.
template <std::size_t N>
constexpr region_layout<N> layout_region(const program<N>& p, const operation_traits* traits,
                                         const analysis<N>& a, std::size_t root)
{
    region_layout<N> r;
    short place[N]{};
    const auto input_index = [&](short entry)
    {
        for (std::size_t i = 0; i < r.input_count; ++i)
            if (r.input_entry[i] == entry)
                return static_cast<short>(i);
        r.inputs[r.input_count].gradient = a.gradient[entry];
        r.inputs[r.input_count].still = a.still[entry];
        r.inputs[r.input_count].apart = a.apart[entry];
        r.input_entry[r.input_count] = entry;
        return static_cast<short>(r.input_count++);
    };
    const auto operation_index = [&](short operation)
    {
        for (std::size_t i = 0; i < r.operation_count; ++i)
            if (r.operations[i] == operation)
                return static_cast<short>(i);
        r.operations[r.operation_count] = operation;
        return static_cast<short>(r.operation_count++);
    };
    for (std::size_t i = 0; i <= root; ++i)
    {
        if (a.region[i] != static_cast<short>(root))
            continue;
        region_step& step = r.steps[r.step_count];
        step.operation = operation_index(p.entries[i].operation);
        step.gradient = a.gradient[i];
        step.guarded = a.gradient[i] && a.guarded[i];
        step.still = a.still[i];
        for (const short from : p.entries[i].argument)
            if (from >= 0)
            {
                const bool inside = a.region[from] == static_cast<short>(root);
                step.argument[step.arity++] =
                    inside ? place[from] : static_cast<short>(~input_index(from));
            }
        place[i] = static_cast<short>(r.step_count);
        r.step_entry[r.step_count++] = static_cast<short>(i);
    }
    r.loads_root =
        a.roles[root] == role::region && reads_output(traits[p.entries[root].operation].reads);
    detail::split_axes(r, a, a.shape[root]);
    detail::group_windows(r, a);
    detail::find_needed(r, traits);
    return r;
}

template <std::size_t Steps, std::size_t Inputs, std::size_t Capacity>
constexpr region_program<Steps, Inputs> make_region_program(const region_layout<Capacity>& r)
{
    region_program<Steps, Inputs> result{};
    for (std::size_t k = 0; k < Steps; ++k)
        result.steps[k] = r.steps[k];
    for (std::size_t i = 0; i < Inputs; ++i)
        result.inputs[i] = r.inputs[i];
    result.inner = r.inner;
    result.loads_root = r.loads_root;
    return result;
}

} // namespace xgrad::inline XGRAD_ABI::detail
