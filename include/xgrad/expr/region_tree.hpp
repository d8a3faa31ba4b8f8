// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The tree form of a region: every use of a value is a step or an input of its own. It is right
// whichever values an entry stands for, so that a[0] * a[1], two leaves of one type, run as one
// compiled loop as well. It is compiled for regions that read leaves of which the type says that
// there are several, and only if it is short.

#include <xgrad/expr/region_layout.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The most steps and inputs of a tree.
inline constexpr std::size_t max_tree_size = 24;

/// A region as a tree; of no use when @p fits is false.
struct region_tree
{
    region_layout<max_tree_size> layout{};
    bool fits = true;
};

/// Adds step @p k of @p r and what it reads; its place in the tree.
template <std::size_t N>
constexpr short grow_tree(region_tree& tree, const region_layout<N>& r, short k)
{
    region_step step = r.steps[k];
    for (short n = 0; n < step.arity; ++n)
        if (const short from = step.argument[n]; from >= 0)
            step.argument[n] = detail::grow_tree(tree, r, from);
        else if (tree.layout.input_count < max_tree_size)
        {
            tree.layout.inputs[tree.layout.input_count] = r.inputs[~from];
            tree.layout.inputs[tree.layout.input_count].group = -1;
            tree.layout.inputs[tree.layout.input_count].shift = 0;
            step.argument[n] = static_cast<short>(~tree.layout.input_count++);
        }
        else
            tree.fits = false;
    if (!tree.fits || tree.layout.step_count == max_tree_size)
    {
        tree.fits = false;
        return 0;
    }
    tree.layout.steps[tree.layout.step_count] = step;
    return static_cast<short>(tree.layout.step_count++);
}

template <std::size_t N>
constexpr region_tree make_tree(const region_layout<N>& r)
{
    region_tree tree;
    tree.layout.inner = r.inner;
    tree.layout.outer_rank = r.outer_rank;
    tree.layout.loads_root = r.loads_root;
    detail::grow_tree(tree, r, static_cast<short>(r.step_count - 1));
    return tree;
}

} // namespace xgrad::inline XGRAD_ABI::detail
