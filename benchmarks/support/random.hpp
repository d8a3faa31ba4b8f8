// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/random.hpp>
#include <xgrad/core/workspace.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace benchmarks
{

/// An array on a cache line, as the buffers of xgrad are: zero, or uniform in [low, high).
template <class T>
class array
{
public:
    explicit array(std::size_t size) : m_size{size} {}

    array(std::size_t size, T low, T high, std::uint64_t seed = 1) : array(size)
    {
        xgrad::random_stream stream(seed);
        for (T& value : span())
            value = static_cast<T>(xgrad::random::uniform(stream, double{low}, double{high}));
    }

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] T* data() const { return reinterpret_cast<T*>(m_memory.get()); }
    [[nodiscard]] std::span<T> span() const { return {data(), m_size}; }
    T& operator[](std::size_t i) const { return data()[i]; }

private:
    std::size_t m_size;
    std::shared_ptr<std::byte> m_memory = xgrad::make_aligned_buffer(m_size * sizeof(T));
};

} // namespace benchmarks
