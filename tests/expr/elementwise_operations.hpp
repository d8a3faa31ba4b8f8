// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Operations of one element for the tests of the core, one of each kind.

#include <xgrad/expr/operation.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cmath>
#include <cstddef>

namespace tiny
{

using xgrad::elementwise;
using xgrad::saved;

struct add_op : elementwise<2>
{
    static constexpr const char* name = "add";
    static constexpr saved reads = saved::nothing;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return a + b;
    }

    template <class V>
    static void backward(const V& grad_out, const V& /*out*/, const V& /*a*/, const V& /*b*/,
                         V& grad_a, V& grad_b)
    {
        grad_a = grad_out;
        grad_b = grad_out;
    }
};

struct multiply_op : elementwise<2>
{
    static constexpr const char* name = "multiply";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return a * b;
    }

    template <class V>
    static void backward(const V& grad_out, const V& /*out*/, const V& a, const V& b, V& grad_a,
                         V& grad_b)
    {
        grad_a = grad_out * b;
        grad_b = grad_out * a;
    }
};

struct exp_op : elementwise<1>
{
    static constexpr const char* name = "exp";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& a)
    {
        using std::exp;
        return exp(a);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V& /*a*/, V& grad_a)
    {
        grad_a = grad_out * out;
    }
};

/// a * b + c
struct multiply_add_op : elementwise<3>
{
    static constexpr const char* name = "multiply_add";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& a, const V& b, const V& c)
    {
        return a * b + c;
    }

    template <class V>
    static void backward(const V& grad_out, const V& /*out*/, const V& a, const V& b,
                         const V& /*c*/, V& grad_a, V& grad_b, V& grad_c)
    {
        grad_a = grad_out * b;
        grad_b = grad_out * a;
        grad_c = grad_out;
    }
};

/// The value itself, of which no derivative is taken.
struct frozen_op : elementwise<1>
{
    static constexpr const char* name = "frozen";
    static constexpr saved reads = saved::nothing;
    static constexpr bool differentiable = false;

    template <class V>
    static V forward(const V& a)
    {
        return a;
    }

    template <class V>
    static void backward(const V& /*grad_out*/, const V& /*out*/, const V& /*a*/, V& grad_a)
    {
        grad_a = V(std::nan("")); // must never arrive anywhere
    }
};

/// The value itself; counts the elements that the sweeps visit.
struct counted_op : elementwise<1>
{
    static constexpr const char* name = "counted";
    static constexpr saved reads = saved::nothing;

    inline static std::size_t forward_elements = 0;
    inline static std::size_t backward_elements = 0;

    static void reset() { forward_elements = backward_elements = 0; }

    template <class V>
    static V forward(const V& a)
    {
        forward_elements += xgrad::simd::lanes<V>;
        return a;
    }

    template <class V>
    static void backward(const V& grad_out, const V& /*out*/, const V& /*a*/, V& grad_a)
    {
        backward_elements += xgrad::simd::lanes<V>;
        grad_a = grad_out;
    }
};

} // namespace tiny
