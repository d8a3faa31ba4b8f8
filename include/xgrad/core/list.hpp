// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a plan keeps its tables in. std::vector and std::span do the same, but each of their element
// types costs the compiler some thirty milliseconds, in every unit that includes xgrad; a list
// costs next to nothing, because all that is more than a line is done by code that knows no type.

#include <xgrad/core/abi.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Elements that lie side by side in memory that someone else owns.
template <class T>
struct elements
{
    T* first = nullptr;
    std::size_t count = 0;

    constexpr T* begin() const { return first; }
    constexpr T* end() const { return first + count; }
    constexpr std::size_t size() const { return count; }
    constexpr bool empty() const { return count == 0; }
    constexpr T& operator[](std::size_t i) const { return first[i]; }

    constexpr operator elements<const T>() const requires(!std::is_const_v<T>)
    {
        return {first, count};
    }
};

/// The memory of a list.
class list_memory
{
public:
    list_memory() = default;
    list_memory(list_memory&& other) noexcept { swap(other); }
    list_memory& operator=(list_memory&& other) noexcept
    {
        swap(other);
        return *this;
    }
    ~list_memory() { ::operator delete(static_cast<void*>(m_first)); }

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    void clear() { m_size = 0; }

    void swap(list_memory& other) noexcept
    {
        std::swap(m_first, other.m_first);
        std::swap(m_size, other.m_size);
        std::swap(m_capacity, other.m_capacity);
    }

protected:
    /// Stands for the first element. A type of its own: what may point to anything, void*, would
    /// have to be read again after every pointer that is written.
    struct element;

    /// Makes room for @p count elements of @p bytes each.
    [[gnu::noinline]] void reserve_elements(std::size_t count, std::size_t bytes)
    {
        if (count <= m_capacity)
            return;
        const std::size_t capacity = count < 2 * m_capacity ? 2 * m_capacity : count;
        void* const memory = ::operator new(capacity* bytes);
        if (m_size > 0)
            std::memcpy(memory, m_first, m_size * bytes);
        ::operator delete(static_cast<void*>(m_first));
        m_first = static_cast<element*>(memory);
        m_capacity = capacity;
    }

    element* m_first = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

/// A sequence of plain values that grows. Copied only by assign().
template <class T>
class list : public list_memory
{
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));

public:
    list() = default;
    explicit list(std::size_t size) { resize(size); }

    [[nodiscard]] T* begin() { return reinterpret_cast<T*>(m_first); }
    [[nodiscard]] T* end() { return begin() + m_size; }
    [[nodiscard]] const T* begin() const { return reinterpret_cast<const T*>(m_first); }
    [[nodiscard]] const T* end() const { return begin() + m_size; }
    [[nodiscard]] T* data() { return begin(); }
    [[nodiscard]] const T* data() const { return begin(); }
    [[nodiscard]] T& operator[](std::size_t i) { return begin()[i]; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return begin()[i]; }
    [[nodiscard]] T& back() { return begin()[m_size - 1]; }
    [[nodiscard]] const T& back() const { return begin()[m_size - 1]; }

    operator elements<T>() { return {begin(), m_size}; }
    operator elements<const T>() const { return {begin(), m_size}; }

    void reserve(std::size_t count) { reserve_elements(count, sizeof(T)); }

    void push_back(const T& value)
    {
        const T copy = value; // it may be an element
        reserve(m_size + 1);
        ::new (static_cast<void*>(begin() + m_size)) T(copy);
        ++m_size;
    }

    /// New elements are T{}.
    void resize(std::size_t size)
    {
        reserve(size);
        for (; m_size < size; ++m_size)
            ::new (static_cast<void*>(begin() + m_size)) T{};
        m_size = size;
    }

    void assign(elements<const T> values)
    {
        clear();
        reserve(values.size());
        for (const T& value : values)
            push_back(value);
    }

    [[nodiscard]] bool contains(const T& value) const { return position_of(value) < m_size; }

    /// Where the first element equal to @p value stands, or size().
    [[nodiscard]] std::size_t position_of(const T& value) const
    {
        std::size_t i = 0;
        while (i < m_size && !((*this)[i] == value))
            ++i;
        return i;
    }
};

/// Sorts a few numbers, or many that are nearly in order.
template <class Before>
void insertion_sort(elements<std::size_t> numbers, Before before)
{
    for (std::size_t i = 1; i < numbers.size(); ++i)
        for (std::size_t j = i; j > 0 && before(numbers[j], numbers[j - 1]); --j)
            std::swap(numbers[j], numbers[j - 1]);
}

} // namespace xgrad::inline XGRAD_ABI::detail
