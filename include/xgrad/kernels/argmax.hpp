// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// The place of the first largest of @p count > 0 elements, or of the first NaN.
template <class T>
[[nodiscard]] std::size_t place_of_largest(std::size_t count, const T* x)
{
    const T largest = fold_row<taking_maximum, simd::pack<T>>(count, x, T(0));
    const bool is_nan = simd::is_nan(largest);
    std::size_t place = 0;
    while (is_nan ? !simd::is_nan(x[place]) : !(x[place] == largest))
        ++place;
    return place;
}

} // namespace detail

/// out(o, i) = place of the first largest x(o, l, i) along l, or of the first NaN, where x has the
/// shape (outer, length, inner). Throws domain_error if there are results but length is 0.
template <class T, class Index>
void argmax(std::size_t outer, std::size_t length, std::size_t inner, const T* x, Index* out)
{
    if (outer * inner > 0 && length == 0)
        throw domain_error("argmax: a row of no elements has no largest one");
    for (std::size_t o = 0; o < outer; ++o, x += length * inner, out += inner)
    {
        if (inner == 1)
        {
            *out = static_cast<Index>(detail::place_of_largest(length, x));
            continue;
        }
        std::fill_n(out, inner, Index(0));
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
}

} // namespace xgrad::inline XGRAD_ABI::kernels
