// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/elementary.hpp>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A gradient times a derivative that may be infinite or overflow: where no gradient arrives none
/// is passed on. So where(x > 0, sqrt(x), 0) and where(x < 0, exp(x), x) have gradients everywhere.
template <class V>
[[nodiscard]] V chain(const V& grad_out, const V& derivative)
{
    return simd::product_or_zero(grad_out, derivative);
}

} // namespace xgrad::inline XGRAD_ABI::detail
