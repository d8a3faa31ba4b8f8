// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>

#include <cstddef>

// The sum of eight operations on every element of x,
//
//     u = x a + b,   s = 1 / (1 + exp(-u)),   w = x s,   z = w w
//     dz/dx = 2 w (s + x a s (1 - s))
//
// in one loop of vectors written by hand. The number of elements is a multiple of 4 vectors.
namespace baseline
{

namespace simd = xgrad::simd;

template <class V>
struct chain
{
    simd::lane<V> a;
    simd::lane<V> b;

    /// s and w of x.
    [[nodiscard]] V sigmoid(const V& x) const
    {
        const V u = simd::fma(x, simd::broadcast<V>(a), simd::broadcast<V>(b));
        return simd::broadcast<V>(1) / (simd::broadcast<V>(1) + simd::exp(-u));
    }

    [[nodiscard]] V value(const V& x) const
    {
        const V w = x * sigmoid(x);
        return w * w;
    }

    [[nodiscard]] V value_and_gradient(const V& x, simd::lane<V>* gradient) const
    {
        const V s = sigmoid(x);
        const V w = x * s;
        const V inner = x * simd::broadcast<V>(a) * s * (simd::broadcast<V>(1) - s);
        simd::store<V>(gradient, (w + w) * (s + inner));
        return w * w;
    }
};

/// The sum over all elements of what @p term makes of the vector that begins at an index.
template <class V, class Term>
[[nodiscard]] simd::lane<V> sum_of(std::size_t size, Term term)
{
    constexpr std::size_t step = simd::lanes<V>;
    V sums[4] = {V(0), V(0), V(0), V(0)};
    for (std::size_t i = 0; i < size; i += 4 * step)
        for (std::size_t j = 0; j < 4; ++j)
            sums[j] = sums[j] + term(i + j * step);
    return simd::reduce_add((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

template <class T>
[[nodiscard]] T chain_value(std::size_t size, const T* x, T a, T b)
{
    using V = simd::pack<T>;
    const chain<V> f{a, b};
    return sum_of<V>(size, [&](std::size_t i) { return f.value(simd::load<V>(x + i)); });
}

template <class T>
[[nodiscard]] T chain_value_and_gradient(std::size_t size, const T* x, T a, T b, T* gradient)
{
    using V = simd::pack<T>;
    const chain<V> f{a, b};
    return sum_of<V>(size, [&](std::size_t i)
                     { return f.value_and_gradient(simd::load<V>(x + i), gradient + i); });
}

} // namespace baseline
