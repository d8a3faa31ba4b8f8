// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/members.hpp>
#include <xgrad/core/list.hpp>
#include <xgrad/core/xtensor_shape.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Where a tensor lies.
struct memory_range
{
    const void* first = nullptr;
    const void* last = nullptr;
};

/// Whether @p range meets any of @p others. Not inlined: it is asked of every tensor of every call.
[[nodiscard, gnu::noinline]] inline bool meets_any(memory_range range,
                                                   elements<const memory_range> others)
{
    const std::less<const void*> before;
    for (const memory_range& other : others)
        if (before(range.first, other.last) && before(other.first, range.last))
            return true;
    return false;
}

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
        return detail::meets_any({first, first + count}, {m_ranges.data(), m_count});
    }

private:
    std::array<memory_range, Count> m_ranges{};
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
            if constexpr (!std::remove_reference_t<decltype(leaf)>::scalar_part)
                if (results.overlap(leaf.values(), leaf.size())) [[unlikely]]
                    leaf.copy_values();
        });
}

} // namespace xgrad::inline XGRAD_ABI::detail
