// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where parameters live. Parameters that a thread makes one after the other lie one after the other
// in a block, and their gradients in a second buffer of the same layout, so that an optimizer or an
// exchange of gradients sees few long runs. Nothing ever moves: references and views stay valid.

#include <xgrad/core/workspace.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A stretch of memory for parameters; lives as long as any of them.
class parameter_block
{
public:
    explicit parameter_block(std::size_t bytes)
        : m_size(bytes), m_values(allocate_aligned(bytes), aligned_delete{})
    {
    }

    /// Zeroed memory for @p bytes, or null when they do not fit any more.
    std::byte* carve(std::size_t bytes)
    {
        const std::size_t padded = padded_bytes(bytes);
        if (padded > m_size - m_used)
            return nullptr;
        std::byte* const memory = m_values.get() + m_used;
        std::memset(memory, 0, padded);
        m_used += padded;
        return memory;
    }

    /// Where the gradient of the parameter at @p value lies: zeros at first.
    std::byte* gradient_of(const std::byte* value)
    {
        std::call_once(m_once, [this] { m_gradients = make_aligned_buffer(m_size); });
        return m_gradients.get() + (value - m_values.get());
    }

private:
    std::size_t m_size;
    std::size_t m_used = 0;
    std::unique_ptr<std::byte, aligned_delete> m_values;
    std::once_flag m_once;
    std::shared_ptr<std::byte> m_gradients;
};

/// Memory for one parameter and the block that owns it.
struct parameter_memory
{
    std::shared_ptr<parameter_block> block;
    std::byte* value = nullptr;
};

inline parameter_memory allocate_parameter(std::size_t bytes)
{
    constexpr std::size_t block_bytes = 256 * 1024;
    thread_local std::shared_ptr<parameter_block> current;
    std::byte* value = current ? current->carve(bytes) : nullptr;
    if (!value)
    {
        current = std::make_shared<parameter_block>(std::max(block_bytes, padded_bytes(bytes)));
        value = current->carve(bytes);
    }
    return {current, value};
}

} // namespace xgrad::inline XGRAD_ABI::detail
