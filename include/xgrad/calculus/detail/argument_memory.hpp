// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/list.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/record.hpp>

#include <cstddef>
#include <cstring>
#include <functional>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Where a tensor lies.
struct memory_range
{
    const void* first = nullptr;
    const void* last = nullptr;
};

/// What the leaf of a part of an argument keeps, whatever the types: compiled once, not once for
/// each argument. The record refers to this object, which therefore stays where it is.
class argument_memory
{
public:
    /// A leaf of the declared extents @p shape. Its elements are numbers of @p number_bytes, used
    /// where they lie, or take @p element_bytes in memory of the leaf's own if that is not 0, and
    /// so do those of its gradient if it is @p chosen.
    [[gnu::cold, gnu::noinline]] argument_memory(const extents& shape, std::size_t number_bytes,
                                                 std::size_t element_bytes, bool chosen)
        : m_record(new leaf_record), m_handle(m_record), m_number_bytes(number_bytes),
          m_element_bytes(element_bytes), m_chosen(chosen)
    {
        m_record->shape = shape;
        for (std::size_t& extent : m_record->shape.extent)
            extent = extent == dynamic ? 0 : extent;
    }

    argument_memory(const argument_memory&) = delete;
    argument_memory& operator=(const argument_memory&) = delete;

    [[nodiscard]] leaf_record& record() const { return *m_record; }
    [[nodiscard]] std::size_t size() const { return m_record->shape.size(); }

    /// Whether the elements are used where the numbers lie, whatever their type: as numbers whose
    /// parts lie apart.
    [[nodiscard]] bool apart() const { return m_apart; }
    void lay_apart(bool apart) { m_apart = apart; }

    /// Takes up a tensor's numbers, which are used where they lie if they can be. Whether the
    /// extents have changed.
    [[gnu::noinline]] bool take(const void* numbers, const extents& given)
    {
        const bool changed = !m_bound || !(given == m_record->shape);
        m_bound = true;
        m_numbers = numbers;
        if (changed)
            reshape(given);
        if (lends())
            m_record->value = const_cast<void*>(numbers);
        return changed;
    }

    /// Uses a copy of the tensor's numbers if they lie in one of @p ranges, to which something else
    /// is about to be written.
    [[gnu::noinline]] void leave(elements<const memory_range> ranges)
    {
        const std::less<const void*> before;
        const std::byte* const first = static_cast<const std::byte*>(m_numbers);
        const std::byte* const last = first + size() * m_number_bytes;
        for (const memory_range& range : ranges)
            if (before(first, range.last) && before(range.first, last))
                return copy_numbers();
    }

protected:
    [[gnu::cold, gnu::noinline]] ~argument_memory() {} // not inlined: there are many leaves

    [[nodiscard]] const handle& leaf() const { return m_handle; }
    [[nodiscard]] const void* numbers() const { return m_numbers; }
    void point_to(const void* numbers) { m_numbers = numbers; }

    /// Memory of the leaf's own for as many numbers as @p given has.
    [[gnu::cold, gnu::noinline]] void* copy_of(const extents& given)
    {
        m_copy.reserve(given.size() * m_number_bytes);
        return m_copy.at(0);
    }

private:
    [[nodiscard]] bool lends() const { return m_element_bytes == 0 || m_apart; }

    [[gnu::cold, gnu::noinline]] void reshape(const extents& given)
    {
        if (lends())
            return m_record->lend(nullptr, given);
        const std::size_t bytes = given.size() * m_element_bytes;
        m_record->allocate(given, bytes);
        if (m_chosen)
        {
            m_record->gradient_owner = make_aligned_buffer(bytes);
            m_record->gradient = m_record->gradient_owner.get();
        }
    }

    [[gnu::cold, gnu::noinline]] void copy_numbers()
    {
        void* const copy = copy_of(m_record->shape);
        std::memcpy(copy, m_numbers, size() * m_number_bytes);
        m_numbers = copy;
        if (lends())
            m_record->value = copy;
    }

    leaf_record* m_record;
    handle m_handle;
    const void* m_numbers = nullptr;
    std::size_t m_number_bytes;
    std::size_t m_element_bytes;
    workspace m_copy;
    bool m_chosen;
    bool m_bound = false;
    bool m_apart = false;
};

} // namespace xgrad::inline XGRAD_ABI::detail
