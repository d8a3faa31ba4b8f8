// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::kernels
{

/// out(o, i) = place of the first largest x(o, l, i) along l, or of the first NaN, where x has the
/// shape (outer, length, inner). Throws domain_error for rows of no elements, as that of a matrix.
template <class T, class Index>
void argmax(std::size_t outer, std::size_t length, std::size_t inner, const T* x, Index* out)
{
    if (inner == 1 || length == 0)
        return argmax(outer * inner, length, x, out);
    std::fill_n(out, outer * inner, Index(0));
    for (std::size_t o = 0; o < outer; ++o, x += length * inner, out += inner)
        for (std::size_t row = 1; row < length; ++row)
            for (std::size_t i = 0; i < inner; ++i)
            {
                const T& candidate = x[row * inner + i];
                const T& largest = x[static_cast<std::size_t>(out[i]) * inner + i];
                const bool first_nan = simd::is_nan(candidate) && !simd::is_nan(largest);
                if (candidate > largest || first_nan)
                    out[i] = static_cast<Index>(row);
            }
}

} // namespace xgrad::kernels
