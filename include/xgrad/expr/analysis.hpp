// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What can be told about a program while compiling, by plain functions over arrays of numbers:
// shapes, where gradients flow, and which elementwise operations run together in one loop.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// How the value of an entry comes about.
enum class role : unsigned char
{
    leaf,      ///< memory of the leaf's own
    alias,     ///< memory of its operand, or a part of it
    interior,  ///< inside a region: only ever in registers
    region,    ///< the last operation of a region: written by the region's loop
    reduction, ///< a full reduction done by the loop of the region that is its operand
    kernel     ///< an operation on whole tensors
};

/// The most operations that one region may hold; longer chains are cut.
inline constexpr std::size_t max_region_steps = 96;

template <std::size_t N>
struct analysis
{
    extents shape[N]{};
    bool gradient[N]{}; ///< whether a derivative flows through the entry
    bool guarded[N]{};  ///< whether the entry lies below a branch that may not be taken
    bool still[N]{};    ///< whether derivatives that come with the values are known to be 0
    bool apart[N]{};    ///< whether values and derivatives lie in arrays of their own
    role roles[N]{};
    short region[N]{};       ///< the last entry of the region that the entry belongs to, or -1
    short consumers[N]{};    ///< number of operands that refer to the entry
    short base[N]{};         ///< the entry whose memory the entry uses: itself but for an alias
    std::size_t offset[N]{}; ///< where in that memory its first element lies, or dynamic
};

template <std::size_t N>
constexpr void infer_shapes(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = 0; i < N; ++i)
    {
        const operation_traits& op = traits[p.entries[i].operation];
        extents operands[max_arity];
        for (std::size_t k = 0; k < max_arity; ++k)
            if (const short from = p.entries[i].argument[k]; from >= 0)
                operands[k] = a.shape[from];
        a.shape[i] = op.leaf ? op.leaf_shape : op.infer(operands, nullptr).shape;
    }
}

/// A derivative flows through an entry when a differentiable leaf lies below it and the root, by
/// differentiable operations, above it.
template <std::size_t N>
constexpr void find_gradients(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = 0; i < N; ++i)
    {
        const operation_traits& op = traits[p.entries[i].operation];
        a.gradient[i] = op.leaf && op.differentiable;
        if (!op.leaf && op.differentiable)
            for (const short from : p.entries[i].argument)
                a.gradient[i] = a.gradient[i] || (from >= 0 && a.gradient[from]);
    }
    bool reached[N]{};
    reached[N - 1] = true;
    for (std::size_t i = N; i-- > 0;)
    {
        a.gradient[i] = a.gradient[i] && reached[i];
        if (a.gradient[i])
            for (const short from : p.entries[i].argument)
                if (from >= 0)
                    reached[from] = true;
    }
}

/// Where a branch is not taken its gradient is 0, and 0 it must stay: below the branches 0 times an
/// infinite derivative is 0, not NaN.
template <std::size_t N>
constexpr void find_guarded(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = N; i-- > 0;)
        for (std::size_t k = 0; k < max_arity; ++k)
        {
            const short from = p.entries[i].argument[k];
            const bool branch = traits[p.entries[i].operation].chooses && k > 0;
            if (from >= 0 && (branch || a.guarded[i]))
                a.guarded[from] = true;
        }
}

/// What elementwise operations make of still numbers is still, and so is a part of a still tensor.
template <std::size_t N>
constexpr void find_still(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = 0; i < N; ++i)
    {
        const operation_traits& op = traits[p.entries[i].operation];
        a.still[i] = op.leaf ? op.still : op.elementwise || a.roles[i] == role::alias;
        for (const short from : p.entries[i].argument)
            a.still[i] = a.still[i] && (from < 0 || a.still[from]);
    }
}

/// An elementwise entry joins the region of its consumers when all of them lie in one region of the
/// same shape; otherwise it ends a region of its own and its values are kept in memory.
template <std::size_t N>
constexpr void find_regions(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    constexpr short none = -1;
    constexpr short several = -2;
    short region_of_consumers[N]{};
    std::size_t steps[N]{};
    bool memory_of_root[N]{};
    memory_of_root[N - 1] = true;
    for (std::size_t i = 0; i < N; ++i)
    {
        region_of_consumers[i] = none;
        a.region[i] = none;
    }
    for (std::size_t i = N; i-- > 0;)
    {
        const operation_traits& op = traits[p.entries[i].operation];
        if (op.elementwise)
        {
            const short r = region_of_consumers[i];
            const bool joins = r >= 0 && a.shape[i] == a.shape[r] && steps[r] < max_region_steps;
            a.region[i] = joins ? r : static_cast<short>(i);
            a.roles[i] = joins ? role::interior : role::region;
            ++steps[a.region[i]];
        }
        else
        {
            // The gradient of the root is written as a whole, so its memory is no window.
            const short operand = p.entries[i].argument[0];
            const bool window = !op.leaf && !memory_of_root[i] && op.is_window(a.shape[operand]);
            a.roles[i] = op.leaf ? role::leaf : op.alias || window ? role::alias : role::kernel;
            if (a.roles[i] == role::alias)
                memory_of_root[operand] = memory_of_root[operand] || memory_of_root[i];
        }

        for (const short from : p.entries[i].argument)
            if (from >= 0)
            {
                ++a.consumers[from];
                short& seen = region_of_consumers[from];
                const short own = op.elementwise ? a.region[i] : several;
                seen = seen == none || seen == own ? own : several;
            }
    }
}

/// Where in whose memory the values of each entry lie.
template <std::size_t N>
constexpr void find_memory(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = 0; i < N; ++i)
    {
        a.base[i] = static_cast<short>(i);
        if (a.roles[i] != role::alias)
            continue;
        const auto operand = static_cast<std::size_t>(p.entries[i].argument[0]);
        const operation_traits& op = traits[p.entries[i].operation];
        const std::size_t within = op.window_offset(a.shape[operand], nullptr);
        a.base[i] = a.base[operand];
        a.offset[i] = within == dynamic || a.offset[operand] == dynamic
                          ? dynamic
                          : a.offset[operand] + within;
    }
}

/// A full reduction whose operand is a region that nobody else reads is done by the region's loop.
template <std::size_t N>
constexpr void find_reductions(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = 0; i < N; ++i)
    {
        if (traits[p.entries[i].operation].reduction == reduction_kind::none)
            continue;
        const short operand = p.entries[i].argument[0];
        if (a.roles[operand] == role::region && a.consumers[operand] == 1)
        {
            a.roles[i] = role::reduction;
            a.roles[operand] = role::interior;
        }
    }
}

/// Regions read numbers whose parts lie apart. For all else that reads a leaf, or a part of it, the
/// numbers lie together.
template <std::size_t N>
constexpr void find_apart(analysis<N>& a, const program<N>& p, const operation_traits* traits)
{
    for (std::size_t i = 0; i < N; ++i)
        a.apart[i] = traits[p.entries[i].operation].apart;
    a.apart[a.base[N - 1]] = false;
    for (std::size_t i = 0; i < N; ++i)
        if (a.roles[i] == role::kernel)
            for (const short from : p.entries[i].argument)
                if (from >= 0)
                    a.apart[a.base[from]] = false;
    for (std::size_t i = 0; i < N; ++i)
        a.apart[i] = a.apart[a.base[i]];
}

/// Analyses a program; without @p differentiate no gradient flows anywhere.
template <std::size_t N>
constexpr analysis<N> analyse(const program<N>& p, const operation_traits* traits,
                              bool differentiate)
{
    analysis<N> a;
    detail::infer_shapes(a, p, traits);
    if (differentiate)
        detail::find_gradients(a, p, traits);
    detail::find_guarded(a, p, traits);
    detail::find_regions(a, p, traits);
    detail::find_still(a, p, traits);
    detail::find_memory(a, p, traits);
    detail::find_reductions(a, p, traits);
    detail::find_apart(a, p, traits);
    return a;
}

/// A leaf whose first axis is the batch.
constexpr bool is_batched_leaf(const operation_traits& leaf)
{
    return !leaf.differentiable && leaf.leaf_shape.rank > 0 && leaf.leaf_shape[0] == dynamic;
}

/// How the result of an operation, of the declared extents @p result, hangs on the batch, given
/// max_arity operands of which @p count are there.
constexpr spread spread_of(const operation_traits& op, const extents& result,
                           const spread_operand* operands, std::size_t count,
                           const settings& options)
{
    if (op.leaf)
        return detail::is_batched_leaf(op) ? spread::rows : spread::fixed;
    if (op.elementwise)
        return detail::spread_of_elementwise(op.linear, operands, count, result);
    return op.spread_of(operands, options);
}

/// The same of the whole program, as far as it is known before operations have their settings.
template <std::size_t N>
constexpr spread spread_of_root(const program<N>& p, const operation_traits* traits,
                                const analysis<N>& a)
{
    spread found[N]{};
    for (std::size_t i = 0; i < N; ++i)
    {
        spread_operand operands[max_arity];
        std::size_t count = 0;
        for (const short from : p.entries[i].argument)
            if (from >= 0)
                operands[count++] = {found[from], a.shape[from]};
        found[i] = detail::spread_of(traits[p.entries[i].operation], a.shape[i], operands, count,
                                     settings{});
    }
    return found[N - 1];
}

} // namespace xgrad::inline XGRAD_ABI::detail
