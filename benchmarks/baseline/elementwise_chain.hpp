// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>

// The sum of eight operations on every element of x,
//
//     t = tanh(x a + b),   e = exp(-(t t + x)),   z = x e
//     dz/dx = e (1 - x (1 + 2 a t (1 - t t)))
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

    [[nodiscard]] V hyperbolic(const V& x) const
    {
        return simd::tanh(simd::fma(x, simd::broadcast<V>(a), simd::broadcast<V>(b)));
    }

    [[nodiscard]] V value(const V& x) const
    {
        const V t = hyperbolic(x);
        return x * simd::exp(simd::negate(simd::fma(t, t, x)));
    }

    [[nodiscard]] V value_and_gradient(const V& x, simd::lane<V>* gradient) const
    {
        const V one = simd::broadcast<V>(1);
        const V t = hyperbolic(x);
        const V square = t * t;
        const V e = simd::exp(simd::negate(V(square + x)));
        const V inner = simd::fma(simd::broadcast<V>(2 * a) * t, one - square, one);
        simd::store<V>(gradient, e * (one - x * inner));
        return x * e;
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
