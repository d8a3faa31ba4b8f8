// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a plan does, as text: the loops and kernels of its sweeps, what was fused into each, what
// they cost, how the batch is cut, and the memory that it takes. Templates, so that only a unit
// that asks for a description compiles what makes one.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/batch.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/region_graph.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace xgrad::inline XGRAD_ABI::detail
{

/// One line of the table of steps.
struct step_description
{
    std::size_t entry = 0;
    std::string operations;
    std::string how;
    std::string shape;
    double forward_flops = 0;
    double backward_flops = 0;
    double bytes = 0; ///< of operands read and results written, forward
    bool differentiated = false;
};

/// "1.25 M": @p count with a prefix of the SI.
[[nodiscard]] inline std::string with_prefix(double count)
{
    constexpr std::array<const char*, 5> prefix{"", " k", " M", " G", " T"};
    std::size_t power = 0;
    for (; count >= 999.5 && power + 1 < prefix.size(); count /= 1000)
        ++power;
    char text[32];
    std::snprintf(text, sizeof text, count < 9.995 && power > 0 ? "%.2f%s" : "%.0f%s", count,
                  prefix[power]);
    return text;
}

inline double bytes_touched(const graph& g, const node& n)
{
    const auto size = [&g](const node& x)
    { return static_cast<double>(x.shape.size() * g.facts(x).element_bytes); };
    double bytes = size(n);
    for (std::size_t k = 0; k < max_arity && n.argument[k] >= 0; ++k)
        bytes += size(g.operand(n, k));
    return bytes;
}

step_description describe_kernel(const auto& g, const node& n)
{
    const entry_facts& fact = g.facts(n);
    step_description d;
    d.entry = n.entry;
    d.operations = fact.traits->name;
    d.how = "kernel";
    if (fact.form)
    {
        std::array<extents, max_arity> operands;
        for (std::size_t k = 0; k < max_arity && n.argument[k] >= 0; ++k)
            operands[k] = g.operand(n, k).shape;
        d.how = fact.form(n.shape, operands.data());
    }
    d.shape = to_string(n.shape);
    d.forward_flops = detail::forward_flops(g, n);
    d.backward_flops = detail::backward_flops(g, n);
    d.bytes = detail::bytes_touched(g, n);
    d.differentiated = fact.gradient;
    return d;
}

step_description describe_region(const auto& g, const region_instance& region)
{
    step_description d;
    const node& site = g.nodes()[region.site];
    d.entry = site.entry;
    for (const listed_step& step : region.steps)
    {
        const node& n = g.nodes()[step.node];
        d.operations += (d.operations.empty() ? "" : ", ") + std::string(g.facts(n).traits->name);
        d.forward_flops += detail::forward_flops(g, n);
        d.backward_flops += detail::backward_flops(g, n);
    }
    if (region.site != region.root)
        d.operations += std::string(", ") + g.facts(site).traits->name;
    d.how = region.regular ? "one loop" : "loop by chunks";
    const node& root = g.nodes()[region.root];
    d.shape = to_string(root.shape);
    d.bytes = static_cast<double>(site.shape.size() * g.facts(site).element_bytes);
    for (const std::size_t input : region.inputs)
    {
        const node& n = g.nodes()[input];
        d.bytes += static_cast<double>(n.shape.size() * g.facts(n).element_bytes);
    }
    d.differentiated = g.facts(root).gradient;
    return d;
}

[[gnu::cold]] std::vector<step_description> describe_steps(const auto& g, const auto& regions)
{
    std::vector<step_description> steps;
    for (const node& n : g.nodes())
        if (g.facts(n).part == role::kernel)
            steps.push_back(detail::describe_kernel(g, n));
    for (const region_instance& region : regions.instances())
        steps.push_back(detail::describe_region(g, region));
    std::stable_sort(steps.begin(), steps.end(),
                     [](const auto& a, const auto& b) { return a.entry < b.entry; });
    return steps;
}

/// The rows of a table, the columns as wide as they need to be; the first two on the left.
[[gnu::cold]] std::string format_table(const auto& rows)
{
    std::vector<std::size_t> width(rows.front().size());
    for (const auto& row : rows)
        for (std::size_t k = 0; k < row.size(); ++k)
            width[k] = std::max(width[k], row[k].size());
    std::string text;
    for (const auto& row : rows)
    {
        std::string line;
        for (std::size_t k = 0; k < row.size(); ++k)
        {
            const std::string gap(width[k] - row[k].size(), ' ');
            line += (k > 0 ? "  " : "") + (k < 3 ? row[k] + gap : gap + row[k]);
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

/// The steps of a part of the batch, in the order of the forward sweep. Extents, and what follows
/// from them, are those of the last evaluation.
[[gnu::cold]] std::string describe_sweeps(const auto& g, const auto& regions, bool single_pass)
{
    std::vector<std::vector<std::string>> rows{
        {"step", "by", "shape", "flops forward", "backward", "bytes forward"}};
    double forward = 0;
    double backward = 0;
    for (const step_description& d : detail::describe_steps(g, regions))
    {
        rows.push_back({d.operations, d.how, d.shape, detail::with_prefix(d.forward_flops),
                        d.differentiated ? detail::with_prefix(d.backward_flops) : "-",
                        detail::with_prefix(d.bytes)});
        forward += d.forward_flops;
        backward += d.backward_flops;
    }
    rows.push_back(
        {"all", "", "", detail::with_prefix(forward), detail::with_prefix(backward), ""});
    std::string text = detail::format_table(rows);
    if (single_pass)
        text += "the last step takes value and gradient in a single pass\n";
    return text;
}

} // namespace xgrad::inline XGRAD_ABI::detail
