// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/record.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// The parameters of a plan with their gradients, as the few contiguous runs that they form in
/// memory: one for a network whose layers were made one after the other. Keeps the parameters
/// alive.
template <class T>
class parameter_set
{
public:
    /// Neighbouring values and their gradients, padding included (which is and stays zero).
    struct run
    {
        T* value;
        T* gradient;
        std::size_t size;
    };

    parameter_set() = default;

    /// @p shared: the threads of a pool read the values.
    explicit parameter_set(std::vector<detail::handle> leaves, bool shared = false)
        : m_leaves(std::move(leaves)), m_shared(shared)
    {
        find_runs();
    }

    /// Whether several threads read the values, so that whoever writes them had better do it past
    /// the caches.
    [[nodiscard]] bool shared() const { return m_shared; }

    [[nodiscard]] std::span<const run> runs() const { return m_runs; }

    /// Number of parameters (tensors).
    [[nodiscard]] std::size_t count() const { return m_leaves.size(); }

    /// Number of scalars in all.
    [[nodiscard]] std::size_t size() const
    {
        std::size_t result = 0;
        for (const auto& h : m_leaves)
            result += leaf(h).shape.size();
        return result;
    }

    /// Calls visit(name or null, values, gradients, extents) for each parameter.
    template <class F>
    void for_each(F visit) const
    {
        for (const auto& h : m_leaves)
        {
            const detail::leaf_record& l = leaf(h);
            const std::size_t n = l.shape.size();
            visit(l.name, std::span<T>(static_cast<T*>(l.value), n),
                  std::span<const T>(static_cast<const T*>(l.gradient), n), l.shape);
        }
    }

private:
    static const detail::leaf_record& leaf(const detail::handle& h)
    {
        return static_cast<const detail::leaf_record&>(*h.get());
    }

    [[gnu::cold]] void find_runs()
    {
        std::vector<const detail::leaf_record*> leaves;
        for (const auto& h : m_leaves)
            if (leaf(h).shape.size() > 0)
                leaves.push_back(&leaf(h));
        std::sort(leaves.begin(), leaves.end(),
                  [](const auto* a, const auto* b) { return std::less<>{}(a->value, b->value); });
        const detail::parameter_block* block = nullptr;
        for (const auto* l : leaves)
        {
            auto* const value = static_cast<T*>(l->value);
            const std::size_t size = l->shape.size();
            if (block && l->block.get() == block)
            {
                run& last = m_runs.back();
                const std::size_t padded = padded_bytes(last.size * sizeof(T)) / sizeof(T);
                if (value == last.value + padded)
                {
                    last.size = padded + size;
                    continue;
                }
            }
            block = l->block.get();
            m_runs.push_back({value, static_cast<T*>(l->gradient), size});
        }
    }

    std::vector<detail::handle> m_leaves;
    std::vector<run> m_runs;
    bool m_shared = false;
};

} // namespace xgrad::inline XGRAD_ABI
