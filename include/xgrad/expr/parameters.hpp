// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/record.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace xgrad
{

namespace detail
{

/// Moves the parameters that no plan has taken up yet into one flat buffer, with their gradients in
/// another of the same layout, and gives those that the user owns a gradient.
template <class T>
[[gnu::cold]] void gather_parameters(std::span<typed_leaf<T>* const> leaves)
{
    const auto stride = [](const leaf_record& leaf)
    { return padded_bytes(leaf.shape.size() * sizeof(T)) / sizeof(T); };
    std::size_t total = 0;
    for (const auto* leaf : leaves)
        total += leaf->movable ? stride(*leaf) : 0;
    const auto values = make_aligned_buffer(total * sizeof(T));
    const auto gradients = make_aligned_buffer(total * sizeof(T));
    std::size_t offset = 0;
    for (auto* leaf : leaves)
    {
        if (leaf->movable)
        {
            T* const to = reinterpret_cast<T*>(values.get()) + offset;
            std::copy_n(leaf->elements, leaf->shape.size(), to);
            leaf->set_value(to);
            leaf->set_gradient(reinterpret_cast<T*>(gradients.get()) + offset);
            leaf->value_owner = values;
            leaf->gradient_owner = gradients;
            leaf->movable = false;
            offset += stride(*leaf);
        }
        else if (!leaf->gradient)
        {
            auto memory = make_aligned_buffer(leaf->shape.size() * sizeof(T));
            leaf->set_gradient(reinterpret_cast<T*>(memory.get()));
            leaf->gradient_owner = std::move(memory);
        }
    }
}

} // namespace detail

/// The parameters of a plan with their gradients, as the few contiguous runs they form: one when
/// the plan was the first to take them up. Keeps the parameters alive.
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

    explicit parameter_set(std::vector<detail::handle> leaves) : m_leaves(std::move(leaves))
    {
        find_runs();
    }

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
            auto& l = leaf(h);
            const std::size_t n = l.shape.size();
            visit(l.name, std::span<T>(l.elements, n), std::span<const T>(l.gradient_elements, n),
                  l.shape);
        }
    }

private:
    static detail::typed_leaf<T>& leaf(const detail::handle& h)
    {
        return static_cast<detail::typed_leaf<T>&>(*h.get());
    }

    [[gnu::cold]] void find_runs()
    {
        for (const auto& h : m_leaves)
        {
            auto& l = leaf(h);
            auto* gradient = static_cast<T*>(l.gradient);
            if (!m_runs.empty())
            {
                run& last = m_runs.back();
                const std::size_t padded = padded_bytes(last.size * sizeof(T)) / sizeof(T);
                if (l.value_owner && l.gradient_owner && l.elements == last.value + padded &&
                    gradient == last.gradient + padded)
                {
                    last.size = padded + l.shape.size();
                    continue;
                }
            }
            m_runs.push_back({l.elements, gradient, l.shape.size()});
        }
    }

    std::vector<detail::handle> m_leaves;
    std::vector<run> m_runs;
};

} // namespace xgrad
