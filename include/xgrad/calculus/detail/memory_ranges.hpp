// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/detail/argument_memory.hpp>
#include <xgrad/core/list.hpp>
#include <xgrad/core/xtensor_shape.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

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

    operator elements<const memory_range>() const { return {m_ranges.data(), m_count}; }

private:
    std::array<memory_range, Count> m_ranges{};
    std::size_t m_count = 0;
};

/// Copies those of @p inputs that the caller gives out of @p results of the last call, as in
/// g(g(x)) or in a method of conjugate gradients: a sweep writes there while it reads.
template <class Inputs>
void copy_out_of(elements<const memory_range> results, Inputs& inputs)
{
    inputs.for_each_leaf(
        [&](auto& leaf)
        {
            if constexpr (!std::remove_reference_t<decltype(leaf)>::scalar_part)
                leaf.leave(results);
        });
}

} // namespace xgrad::inline XGRAD_ABI::detail
