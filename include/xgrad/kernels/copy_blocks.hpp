// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/rows.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// Copies @p count blocks of @p block neighbouring elements, whose beginnings are @p x_step and
/// @p out_step elements apart; adds them to @p out when @p accumulate. The two do not overlap.
template <class T>
void copy_blocks(std::size_t count, std::size_t block, const T* x, std::size_t x_step, T* out,
                 std::size_t out_step, bool accumulate = false)
{
    // Above this a block is worth the call of memmove.
    constexpr std::size_t long_block = 512 / sizeof(T);
    if (x_step == block && out_step == block)
    {
        block *= count;
        count = block > 0;
    }
    if (block == 1)
    {
        for (std::size_t i = 0; i < count; ++i)
            out[i * out_step] = accumulate ? T(out[i * out_step] + x[i * x_step]) : x[i * x_step];
        return;
    }
    for (std::size_t i = 0; i < count; ++i, x += x_step, out += out_step)
        if (accumulate)
            detail::add_row(x, out, block);
        else if (block >= long_block)
            std::copy_n(x, block, out);
        else
            detail::copy_row(x, out, block);
}

} // namespace xgrad::inline XGRAD_ABI::kernels
