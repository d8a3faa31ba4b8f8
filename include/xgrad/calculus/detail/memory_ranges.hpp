// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/members.hpp>
#include <xgrad/core/xtensor_shape.hpp>

#include <array>
#include <cstddef>
#include <functional>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Where up to Count tensors lie.
template <std::size_t Count>
class memory_ranges
{
public:
    /// The elements of @p tensor; a number has none in memory that it shares.
    template <class Tensor>
    void add(const Tensor& tensor)
    {
        if constexpr (any_xtensor<Tensor>)
            m_ranges[m_count++] = {tensor.data(), tensor.data() + tensor.size()};
    }

    /// Whether any of the @p count elements at @p first lies in a tensor.
    template <class S>
    [[nodiscard]] bool overlap(const S* first, std::size_t count) const
    {
        const std::less<const void*> before;
        bool result = false;
        for (std::size_t i = 0; i < m_count; ++i)
            result = result ||
                     (before(first, m_ranges[i].last) && before(m_ranges[i].first, first + count));
        return result;
    }

private:
    struct range
    {
        const void* first = nullptr;
        const void* last = nullptr;
    };

    std::array<range, Count> m_ranges{};
    std::size_t m_count = 0;
};

/// Copies those of @p inputs that the caller gives out of @p results of the last call, as in
/// g(g(x)) or in a method of conjugate gradients: a sweep writes there while it reads.
template <std::size_t Count, class Inputs>
void copy_out_of(const memory_ranges<Count>& results, Inputs& inputs)
{
    inputs.for_each_leaf(
        [&](auto& leaf, auto)
        {
            if (results.overlap(leaf.values(), leaf.size()))
                leaf.copy_values();
        });
}

} // namespace xgrad::inline XGRAD_ABI::detail
