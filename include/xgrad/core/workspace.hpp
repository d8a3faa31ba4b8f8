// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace xgrad::inline XGRAD_ABI
{

/// Buffers of xgrad start on a cache line, which is also the widest vector there is, in bytes.
inline constexpr std::size_t buffer_alignment = 64;

/// @p bytes rounded up to whole cache lines.
constexpr std::size_t padded_bytes(std::size_t bytes)
{
    return (bytes + buffer_alignment - 1) / buffer_alignment * buffer_alignment;
}

namespace detail
{

inline std::byte* allocate_aligned(std::size_t bytes)
{
    return static_cast<std::byte*>(::operator new[](bytes, std::align_val_t{buffer_alignment}));
}

struct aligned_delete
{
    void operator()(std::byte* memory) const
    {
        ::operator delete[](memory, std::align_val_t{buffer_alignment});
    }
};

} // namespace detail

/// Raw aligned memory that is zero when new and released with its last owner.
[[gnu::cold]] inline std::shared_ptr<std::byte> make_aligned_buffer(std::size_t bytes)
{
    const std::size_t size = padded_bytes(bytes > 0 ? bytes : 1);
    std::byte* const memory = detail::allocate_aligned(size);
    std::memset(memory, 0, size);
    return {memory, detail::aligned_delete{}};
}

/// One aligned block of memory that grows on demand and is carved at offsets known beforehand.
class workspace
{
public:
    /// Makes room for @p bytes. Whether the memory has moved; its content is lost then.
    bool reserve(std::size_t bytes)
    {
        if (bytes <= m_size && m_memory)
            return false;
        grow(bytes);
        return true;
    }

    [[nodiscard]] std::byte* at(std::size_t offset) const { return m_memory.get() + offset; }
    [[nodiscard]] std::size_t size() const { return m_size; }

private:
    [[gnu::cold, gnu::noinline]] void grow(std::size_t bytes)
    {
        m_memory = make_aligned_buffer(bytes);
        m_size = bytes;
    }

    std::shared_ptr<std::byte> m_memory;
    std::size_t m_size = 0;
};

} // namespace xgrad::inline XGRAD_ABI
