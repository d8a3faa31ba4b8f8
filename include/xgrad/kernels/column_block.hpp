// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Products with a few columns of a matrix, which lie in the nearest cache from the first use to the
// second: of a vector with the columns and, once it is known what each of them weighs, their sum.

#include <xgrad/kernels/simd.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::kernels
{

/// out_j = sum over k of vector_k matrix_kj for the columns of N vectors V
///   vector: (inner)    matrix: (inner, N lanes), its rows @p pitch elements apart    out: (N
///   lanes)
template <std::size_t N, class V, class T>
void multiply_columns(std::size_t inner, const T* vector, const T* matrix, std::size_t pitch,
                      T* out)
{
    V sum[N];
    for (std::size_t i = 0; i < N; ++i)
        sum[i] = simd::broadcast<V>(T{});
    for (std::size_t k = 0; k < inner; ++k, matrix += pitch)
    {
        const V factor = simd::broadcast<V>(vector[k]);
        for (std::size_t i = 0; i < N; ++i)
            sum[i] = simd::fma(factor, simd::load<V>(matrix + i * simd::lanes<V>), sum[i]);
    }
    for (std::size_t i = 0; i < N; ++i)
        simd::store<V>(out + i * simd::lanes<V>, sum[i]);
}

/// sums_k += sum over j of weight_j matrix_kj, where sums_k is what simd::width<T> numbers add up
/// to
///   weight: (N lanes)    matrix: as above    sums: (inner, simd::width<T>)
template <std::size_t N, class V, class T>
void add_weighted_columns(std::size_t inner, const T* weight, const T* matrix, std::size_t pitch,
                          T* sums)
{
    V w[N];
    for (std::size_t i = 0; i < N; ++i)
        w[i] = simd::load<V>(weight + i * simd::lanes<V>);
    for (std::size_t k = 0; k < inner; ++k, matrix += pitch, sums += simd::width<T>)
    {
        // Two sums: an addition need not wait for the one before it.
        V sum[2] = {simd::load<V>(sums), simd::broadcast<V>(T{})};
        for (std::size_t i = 0; i < N; ++i)
            sum[i % 2] = simd::fma(w[i], simd::load<V>(matrix + i * simd::lanes<V>), sum[i % 2]);
        simd::store<V>(sums, sum[0] + sum[1]);
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels
