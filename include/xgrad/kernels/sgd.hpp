// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_stream.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// value -= rate * gradient, element by element. With @p Shared the values go past the caches, as
/// other cores read them next; they begin at a cache line then.
template <bool Shared = false, class T>
void sgd_update(std::size_t count, T* value, const T* gradient, T rate)
{
    using V = simd::pack<T>;
    const V step = simd::broadcast<V>(-rate);
    std::size_t i = 0;
    for (; i + simd::lanes<V> <= count; i += simd::lanes<V>)
    {
        const V updated = simd::fma(step, simd::load<V>(gradient + i), simd::load<V>(value + i));
        if constexpr (Shared)
            simd::stream<V>(value + i, updated);
        else
            simd::store<V>(value + i, updated);
    }
    for (; i < count; ++i)
        value[i] = simd::fma(T(-rate), gradient[i], value[i]);
    if constexpr (Shared)
        simd::publish();
}

} // namespace xgrad::inline XGRAD_ABI::kernels
