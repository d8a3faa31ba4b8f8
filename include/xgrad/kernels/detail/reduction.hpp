// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <cstddef>
#include <limits>

// What a reduction does to a vector of elements. Each is a set of static functions:
//   start<V>()               the value of a reduction of nothing
//   fill(context)            an element that changes nothing, to fill up a short vector with
//   step(value, x, context)  takes x in; the context is one number per result
//   combine(a, b)            joins two partial results
//   across(v)                joins the lanes of one

namespace xgrad::inline XGRAD_ABI::kernels::detail
{

/// +infinity, or what comes next to it in a type that has none.
template <class T>
[[nodiscard]] T infinity()
{
    using limits = std::numeric_limits<T>;
    if constexpr (limits::is_specialized)
        return limits::has_infinity ? limits::infinity() : limits::max();
    else
        return T(std::numeric_limits<double>::infinity());
}

template <class T>
[[nodiscard]] T minus_infinity()
{
    if constexpr (std::numeric_limits<T>::is_specialized)
        return std::numeric_limits<T>::has_infinity ? -infinity<T>()
                                                    : std::numeric_limits<T>::lowest();
    else
        return -infinity<T>();
}

struct adding
{
    template <class V>
    [[nodiscard]] static V start()
    {
        return simd::broadcast<V>(simd::lane<V>(0));
    }

    template <class T>
    [[nodiscard]] static T fill(const T&)
    {
        return T(0);
    }

    template <class V>
    [[nodiscard]] static V step(const V& sum, const V& x, const V&)
    {
        return sum + x;
    }

    template <class V>
    [[nodiscard]] static V combine(const V& a, const V& b)
    {
        return a + b;
    }

    template <class V>
    [[nodiscard]] static simd::lane<V> across(const V& sum)
    {
        return simd::reduce_add(sum);
    }
};

/// Adds (x - context)^2.
struct adding_squares_about : adding
{
    template <class T>
    [[nodiscard]] static T fill(const T& context)
    {
        return context;
    }

    template <class V>
    [[nodiscard]] static V step(const V& sum, const V& x, const V& context)
    {
        const V difference = x - context;
        return simd::fma(difference, difference, sum);
    }
};

/// The number to subtract before exp, given the largest one: itself, unless it is infinite and the
/// difference of two infinities would turn the result into NaN.
template <class V>
[[nodiscard]] V finite_shift(const V& largest)
{
    return simd::select(simd::is_nan(V(largest - largest)), simd::broadcast<V>(simd::lane<V>(0)),
                        largest);
}

/// Adds exp(x - context), the context being the largest x.
struct adding_exponentials : adding
{
    template <class T>
    [[nodiscard]] static T fill(const T&)
    {
        return minus_infinity<T>();
    }

    template <class V>
    [[nodiscard]] static V step(const V& sum, const V& x, const V& context)
    {
        return sum + simd::exp(V(x - finite_shift(context)));
    }
};

struct multiplying
{
    template <class V>
    [[nodiscard]] static V start()
    {
        return simd::broadcast<V>(simd::lane<V>(1));
    }

    template <class T>
    [[nodiscard]] static T fill(const T&)
    {
        return T(1);
    }

    template <class V>
    [[nodiscard]] static V step(const V& product, const V& x, const V&)
    {
        return product * x;
    }

    template <class V>
    [[nodiscard]] static V combine(const V& a, const V& b)
    {
        return a * b;
    }

    template <class V>
    [[nodiscard]] static simd::lane<V> across(const V& product)
    {
        return simd::reduce(product, [](const V& a, const V& b) { return V(a * b); });
    }
};

/// Takes the largest element, or NaN if there is one: the maximum instructions would lose it.
struct taking_maximum
{
    template <class V>
    [[nodiscard]] static V start()
    {
        return simd::broadcast<V>(minus_infinity<simd::lane<V>>());
    }

    template <class T>
    [[nodiscard]] static T fill(const T&)
    {
        return minus_infinity<T>();
    }

    template <class V>
    [[nodiscard]] static V step(const V& a, const V& b, const V&)
    {
        return combine(a, b);
    }

    template <class V>
    [[nodiscard]] static V combine(const V& a, const V& b)
    {
        return simd::select(simd::is_nan(b), b, simd::select(b > a, b, a));
    }

    template <class V>
    [[nodiscard]] static simd::lane<V> across(const V& v)
    {
        return simd::reduce(v, [](const V& a, const V& b) { return combine(a, b); });
    }
};

/// Takes the largest of numbers in one instruction a step; if there is a NaN, the result may be any
/// element. For what is NaN in that case whatever it is shifted by.
struct taking_largest : taking_maximum
{
    template <class V>
    [[nodiscard]] static V step(const V& a, const V& b, const V&)
    {
        return combine(a, b);
    }

    template <class V>
    [[nodiscard]] static V combine(const V& a, const V& b)
    {
        return simd::max(a, b);
    }

    template <class V>
    [[nodiscard]] static simd::lane<V> across(const V& v)
    {
        return simd::reduce(v, [](const V& a, const V& b) { return combine(a, b); });
    }
};

/// Takes the smallest element, or NaN if there is one.
struct taking_minimum
{
    template <class V>
    [[nodiscard]] static V start()
    {
        return simd::broadcast<V>(infinity<simd::lane<V>>());
    }

    template <class T>
    [[nodiscard]] static T fill(const T&)
    {
        return infinity<T>();
    }

    template <class V>
    [[nodiscard]] static V step(const V& a, const V& b, const V&)
    {
        return combine(a, b);
    }

    template <class V>
    [[nodiscard]] static V combine(const V& a, const V& b)
    {
        return simd::select(simd::is_nan(b), b, simd::select(b < a, b, a));
    }

    template <class V>
    [[nodiscard]] static simd::lane<V> across(const V& v)
    {
        return simd::reduce(v, [](const V& a, const V& b) { return combine(a, b); });
    }
};

} // namespace xgrad::inline XGRAD_ABI::kernels::detail
