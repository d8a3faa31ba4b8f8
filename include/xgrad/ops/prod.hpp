// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/reduce_backward.hpp>
#include <xgrad/ops/detail/reduction.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

/// Product over axes; 1 for no elements.
///   x: any shape   out: x without the reduced axes, or with the extent 1 there
///   forward    out     = product of x
///   backward   grad_x += grad_out * product of the other x
/// Saves x. The others are multiplied, not divided out, so zeros in the data are no special case.
template <class Axes, bool Keep>
struct prod_op : detail::reduction<prod_op<Axes, Keep>, Axes, Keep>
{
    static constexpr const char* name = "prod";
    static constexpr saved reads = saved::arguments;

    template <class T>
    static std::size_t buffer_size(const detail::reduced_view& v)
    {
        return kernels::product_backward_buffer<T>(v.length, v.inner);
    }

    template <class T>
    static void reduce(const detail::reduced_view& v, const T* x, T* out, T*)
    {
        kernels::product(v.outer, v.length, v.inner, x, out);
    }

    template <class T>
    static void reduce_backward(const detail::reduced_view& v,
                                const detail::reduction_gradient<T>& g)
    {
        kernels::product_backward(v.outer, v.length, v.inner, g.x, g.grad_out, g.grad_x,
                                  g.accumulate, g.buffer);
    }
};

/// Product of all elements, or over `axis<...>` or `axes<...>`; with `keep_dimensions` reduced axes
/// stay with the extent 1.
template <expression_like X, detail::reduction_option... Options>
[[nodiscard]] auto prod(const X& x, Options...)
{
    return apply<prod_op<detail::chosen_axes<X, Options...>, detail::keeps_dimensions<Options...>>>(
        x);
}

} // namespace xgrad::inline XGRAD_ABI
