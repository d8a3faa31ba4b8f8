// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/list.hpp>
#include <xgrad/core/workspace.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A time that never comes: the end of a buffer that must survive the sweep.
inline constexpr std::size_t forever = std::numeric_limits<std::size_t>::max();

/// A buffer that is used from one step to another, both included.
struct buffer
{
    std::size_t bytes = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t offset = 0;
};

constexpr bool overlap(const buffer& a, const buffer& b)
{
    return a.first <= b.last && b.first <= a.last;
}

/// Gives each buffer the lowest offset at which it meets none that is alive with it, the largest
/// first. Allocates nothing when @p order has the capacity.
/// @return the bytes needed in all
[[gnu::cold]] inline std::size_t lay_out(elements<buffer> buffers, list<std::size_t>& order)
{
    order.resize(buffers.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    detail::insertion_sort(order, [&](std::size_t a, std::size_t b)
                           { return buffers[a].bytes > buffers[b].bytes; });
    std::size_t total = 0;
    for (std::size_t placed = 0; placed < order.size(); ++placed)
    {
        buffer& next = buffers[order[placed]];
        next.bytes = padded_bytes(next.bytes);
        next.offset = 0;
        for (bool moved = true; moved;)
        {
            moved = false;
            for (std::size_t i = 0; i < placed; ++i)
            {
                const buffer& other = buffers[order[i]];
                if (detail::overlap(next, other) && next.offset < other.offset + other.bytes &&
                    other.offset < next.offset + next.bytes)
                {
                    next.offset = other.offset + other.bytes;
                    moved = true;
                }
            }
        }
        total = std::max(total, next.offset + next.bytes);
    }
    return total;
}

} // namespace xgrad::inline XGRAD_ABI::detail
