// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/list.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What is looked up while the nodes of an expression are numbered: an entry, and a record or all
/// that makes a value of the entry another one.
using node_key = std::array<std::ptrdiff_t, 9>;

/// The number of each key: a hash table that is at most half full.
class node_table
{
public:
    /// The number of @p key, which is @p number if the key is new.
    [[gnu::cold, gnu::noinline]] std::size_t& number_of(const node_key& key, std::size_t number)
    {
        if (2 * (m_count + 1) > m_slots.size())
            grow();
        slot& found = find(key);
        if (!found.used)
        {
            found = {key, number, true};
            ++m_count;
        }
        return found.number;
    }

    [[nodiscard]] std::size_t size() const { return m_count; }

private:
    struct slot
    {
        node_key key{};
        std::size_t number = 0;
        bool used = false;
    };

    static std::size_t hash(const node_key& key)
    {
        std::uint64_t h = 0;
        for (const std::ptrdiff_t part : key)
        {
            h = (h ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15u;
            h ^= h >> 32;
        }
        return static_cast<std::size_t>(h);
    }

    /// Where the key is or belongs.
    slot& find(const node_key& key)
    {
        std::size_t i = hash(key) & (m_slots.size() - 1);
        while (m_slots[i].used && m_slots[i].key != key)
            i = (i + 1) & (m_slots.size() - 1);
        return m_slots[i];
    }

    [[gnu::cold]] void grow()
    {
        list<slot> former;
        former.swap(m_slots);
        m_slots.resize(former.empty() ? 64 : 2 * former.size()); // a power of two
        for (const slot& s : former)
            if (s.used)
                find(s.key) = s;
    }

    list<slot> m_slots;
    std::size_t m_count = 0;
};

} // namespace xgrad::inline XGRAD_ABI::detail
