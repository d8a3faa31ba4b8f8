// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a graph consists of: values, what is known of all values of an entry, and the memory of
// leaves.

#include <xgrad/core/row_source.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/record.hpp>

#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// How backward delivers a gradient: the first contribution assigns, later ones add.
struct contribution
{
    bool wanted = false;
    bool add = false;
    bool opens_leaf = false; ///< the first that a leaf receives in a sweep
    bool to_window = false;  ///< the target is a part of the memory that the gradient is of
};

/// One value of an entry. Most entries have one; two when a block of operations was written once
/// and called twice.
struct node
{
    record* source = nullptr;
    std::size_t entry = 0;
    std::array<int, max_arity> argument{-1, -1, -1};
    std::size_t base = 0;   ///< the node whose memory this one uses: itself but for an alias
    std::size_t offset = 0; ///< in bytes, from the beginning of that memory
    extents shape{};
    std::byte* value = nullptr;
    std::byte* gradient = nullptr;
    std::byte* saved = nullptr;
    std::byte* scratch = nullptr;
    std::byte* backward_scratch = nullptr;
    std::array<contribution, max_arity> contributes{};
    bool idle = false; ///< no derivative arrives, although one does at other values of the entry
};

/// What the graph must know of an entry; filled from the analysis by the plan.
struct entry_facts
{
    entry what{};
    const operation_traits* traits = nullptr;
    extents declared{}; ///< the extents that the type knows
    short hops = 0;     ///< operations that the entry's own has absorbed, see fusion.hpp
    role part = role::leaf;
    bool gradient = false;
    bool apart = false; ///< values and derivatives of its numbers lie apart, see number_parts.hpp
    bool reads_output = false;                    ///< backward reads the entry's own value
    std::array<bool, max_arity> reads_argument{}; ///< backward reads the operand's value
    std::size_t step = 0;                         ///< the entry whose step computes this one
    short region = -1;                            ///< the region it belongs to, by its last entry
    std::size_t element_bytes = 0;
    std::size_t (*scratch_bytes)(const extents& out, const extents* operands) = nullptr;
    std::size_t (*saved_bytes)(const extents& out, const extents* operands) = nullptr;
    const char* (*form)(const extents& out, const extents* operands) = nullptr; ///< of the kernel
};

/// What a leaf stands for in a sweep.
struct leaf_memory
{
    std::byte* value = nullptr;
    std::byte* gradient = nullptr;
    extents shape{};
    row_writer rows{}; ///< writes the values of an input, which are not at `value` yet
};

} // namespace xgrad::inline XGRAD_ABI::detail
