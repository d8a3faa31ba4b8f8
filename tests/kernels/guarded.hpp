// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace xgrad::test
{

/// Elements between two runs of NaN. A kernel that writes outside of its range destroys a NaN, one
/// that reads outside of its range spreads it.
template <class T>
class guarded
{
public:
    /// @p size elements that start @p misalignment elements behind a multiple of 64 bytes.
    explicit guarded(std::size_t size, std::size_t misalignment = 0, T value = T{})
        : m_storage(size + 2 * margin + line, std::numeric_limits<T>::quiet_NaN()), m_size{size}
    {
        const auto address = reinterpret_cast<std::uintptr_t>(m_storage.data() + margin);
        const std::size_t past = address / sizeof(T) % line;
        m_begin = margin + (past == 0 ? 0 : line - past) + misalignment;
        std::fill_n(data(), size, value);
    }

    T* data() { return m_storage.data() + m_begin; }
    const T* data() const { return m_storage.data() + m_begin; }
    std::size_t size() const { return m_size; }
    T& operator[](std::size_t i) { return data()[i]; }
    const T& operator[](std::size_t i) const { return data()[i]; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + m_size; }

    /// Whether the elements before and behind the range are still what they were.
    bool intact() const
    {
        const auto is_nan = [](T value) { return std::isnan(value); };
        return std::all_of(m_storage.data(), data(), is_nan) &&
               std::all_of(data() + m_size, m_storage.data() + m_storage.size(), is_nan);
    }

    /// Small integers that depend on @p seed: their sums of products are exact in any order.
    guarded& fill_integers(std::uint32_t seed)
    {
        std::uint32_t state = seed * 2654435761u + 1u;
        for (std::size_t i = 0; i < m_size; ++i)
        {
            state = state * 1664525u + 1013904223u;
            data()[i] = static_cast<T>(static_cast<int>(state >> 29) - 3);
        }
        return *this;
    }

    friend bool operator==(const guarded& a, const guarded& b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    static constexpr std::size_t line = 64 / sizeof(T);
    static constexpr std::size_t margin = 2 * line;

    std::vector<T> m_storage;
    std::size_t m_size;
    std::size_t m_begin = 0;
};

/// The sum of a[i] * b[i], in double.
template <class T>
double inner_product(const guarded<T>& a, const guarded<T>& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

} // namespace xgrad::test
