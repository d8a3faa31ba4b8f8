// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How an evaluation is cut along the batch: into parts that stay in the cache, and these into lanes
// that threads can work on at once, each adding up gradients of its own. The cut follows from the
// expression and its extents alone, never from the number of threads, so that neither do results.

#include <xgrad/core/list.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/spread.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Whether parts of the batch can be worked on one after the other.
constexpr bool divisible(spread root)
{
    return root == spread::rows || root == spread::average || root == spread::total;
}

/// What the batch is to an expression.
struct batch_use
{
    spread root = spread::mixed;
    list<bool> batched; ///< per leaf of the graph: its first axis is the batch

    [[nodiscard]] bool divisible() const
    {
        return batched.contains(true) && detail::divisible(root);
    }
};

[[gnu::cold]] inline spread spread_of(const graph& g, const node& n, elements<const spread> found)
{
    const entry_facts& fact = g.facts(n);
    std::array<spread_operand, max_arity> operands;
    std::size_t count = 0;
    for (; count < max_arity && n.argument[count] >= 0; ++count)
        operands[count] = {found[static_cast<std::size_t>(n.argument[count])],
                           g.facts(g.operand(n, count)).declared};
    return detail::spread_of(*fact.traits, fact.declared, operands.data(), count,
                             n.source->options);
}

[[gnu::cold]] inline batch_use find_batch(const graph& g)
{
    list<spread> found;
    for (const node& n : g.nodes())
        found.push_back(detail::spread_of(g, n, found));
    batch_use result;
    result.root = found.back();
    for (const std::size_t i : g.leaves())
        result.batched.push_back(detail::is_batched_leaf(*g.facts(g.nodes()[i]).traits));
    return result;
}

/// What a sweep costs, for deciding how to cut and for the reader of a description.
struct sweep_cost
{
    double flops = 0;         ///< forward, and backward where derivatives flow
    double buffer_bytes = 0;  ///< of values, gradients and kept data, before memory is shared
    double gradient_size = 0; ///< numbers that are differentiated by
};

/// Of one node with the extents it has now.
[[gnu::cold]] inline double forward_flops(const graph& g, const node& n)
{
    const entry_facts& fact = g.facts(n);
    if (fact.part == role::leaf || fact.part == role::alias)
        return 0;
    std::array<extents, max_arity> operands;
    double read = 0;
    for (std::size_t k = 0; k < max_arity && n.argument[k] >= 0; ++k)
    {
        operands[k] = g.operand(n, k).shape;
        read = std::max(read, static_cast<double>(operands[k].size()));
    }
    if (fact.traits->flops)
        return fact.traits->flops(n.shape, operands.data());
    return fact.traits->elementwise ? static_cast<double>(n.shape.size()) : read;
}

/// The backward of an operation costs about a forward for each operand that wants a gradient; what
/// is added to a product, a third operand, costs nothing beside it.
[[gnu::cold]] inline double backward_flops(const graph& g, const node& n)
{
    double wanted = 0;
    const std::size_t factors = g.facts(n).traits->flops ? 2 : max_arity;
    for (std::size_t k = 0; k < factors && n.argument[k] >= 0; ++k)
        wanted += g.facts(n).gradient && g.facts(g.operand(n, k)).gradient;
    return wanted * detail::forward_flops(g, n);
}

[[gnu::cold]] inline sweep_cost cost_of(const graph& g)
{
    sweep_cost cost;
    for (std::size_t i = 0; i < g.nodes().size(); ++i)
    {
        const node& n = g.nodes()[i];
        const entry_facts& fact = g.facts(n);
        const auto size = static_cast<double>(n.shape.size());
        cost.flops += detail::forward_flops(g, n) + detail::backward_flops(g, n);
        if (g.owns_memory(i))
            cost.buffer_bytes +=
                size * static_cast<double>(fact.element_bytes) * (fact.gradient ? 2 : 1);
        if (fact.traits->leaf && fact.gradient)
            cost.gradient_size += size;
    }
    return cost;
}

/// The parts of a batch, as equal as they can be: `parts` of them, in `lanes` groups of neighbours.
struct batch_cut
{
    std::size_t rows = 0;
    std::size_t lanes = 1;
    std::size_t parts = 1;

    /// The first row of the part number @p k; that of the part behind the last is the end.
    [[nodiscard]] std::size_t first_row(std::size_t k) const
    {
        return k * (rows / parts) + std::min(k, rows % parts);
    }

    [[nodiscard]] std::size_t parts_per_lane() const { return parts / lanes; }
};

/// The largest power of two that is not above @p x, and not above @p most.
constexpr std::size_t power_of_two_below(double x, std::size_t most)
{
    std::size_t power = 1;
    while (power < most && static_cast<double>(2 * power) <= x)
        power *= 2;
    return power;
}

/// How to cut a batch of @p rows rows whose sweep costs @p cost.
constexpr batch_cut cut_batch(std::size_t rows, const sweep_cost& cost, bool differentiate)
{
    constexpr double cached_bytes = 512 * 1024; // about half of a second-level cache
    constexpr std::size_t least_rows = 16;      // fewer would starve the kernels
    constexpr double least_flops = 5e5;         // a lane is worth waking a thread for
    constexpr double flops_per_gradient = 200;  // a lane's own gradient adds a few per cent
    constexpr std::size_t most_lanes = 8;
    batch_cut cut{rows, 1, 1};
    if (rows < 2 * least_rows)
        return cut;
    const std::size_t most_parts = rows / least_rows;
    double lanes = cost.flops / least_flops;
    if (differentiate && cost.gradient_size > 0)
        lanes = std::min(lanes, cost.flops / cost.gradient_size / flops_per_gradient);
    cut.lanes = detail::power_of_two_below(std::min(lanes, static_cast<double>(most_parts)),
                                           differentiate ? most_lanes : most_parts);
    const auto cached =
        static_cast<std::size_t>(cost.buffer_bytes / cached_bytes / static_cast<double>(cut.lanes));
    cut.parts = cut.lanes * std::clamp<std::size_t>(cached + 1, 1, most_parts / cut.lanes);
    return cut;
}

} // namespace xgrad::inline XGRAD_ABI::detail
