// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/softmax.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation an_axis_to_normalise{"an axis to normalise"};

} // namespace expects

namespace detail
{

/// What softmax and log_softmax have in common: rows along the last axis.
struct along_last_axis
{
    static constexpr inferred infer(const extents& x)
    {
        return inferred(x).expect(x.rank > 0, expects::an_axis_to_normalise);
    }

    static constexpr spread spread_of(const spread_operand* x, const settings&)
    {
        return x[0].shape.rank > 1 ? rows_of_first(x, 1) : spread::mixed;
    }

    static std::size_t columns(const auto& x) { return x.extent(x.rank - 1); }
    static std::size_t rows(const auto& x) { return x.shape().product(0, x.rank - 1); }
};

} // namespace detail

/// Exponentials that add up to one along the last axis, without overflow.
///   x: (..., C)   out: (..., C)
///   forward    out     = exp(x - max) / sum of exp(x - max)
///   backward   grad_x += out (grad_out - sum of grad_out out)
struct softmax_op : detail::along_last_axis
{
    static constexpr const char* name = "softmax";
    static constexpr saved reads = saved::output;

    static void forward(const operation_context&, auto out, auto x)
    {
        kernels::softmax_forward(rows(x), columns(x), x.data(), out.data());
    }

    static void backward(const operation_context&, auto grad_out, auto out, auto x, auto grad_x)
    {
        kernels::softmax_backward(rows(x), columns(x), out.data(), grad_out.data(), grad_x.data(),
                                  grad_x.accumulate);
    }
};

/// The logarithm of softmax, without overflow or log(0).
///   x: (..., C)   out: (..., C)
///   forward    out     = x - max - log(sum of exp(x - max))
///   backward   grad_x += grad_out - exp(out) sum of grad_out
struct log_softmax_op : detail::along_last_axis
{
    static constexpr const char* name = "log_softmax";
    static constexpr saved reads = saved::output;

    static void forward(const operation_context&, auto out, auto x)
    {
        kernels::log_softmax_forward(rows(x), columns(x), x.data(), out.data());
    }

    static void backward(const operation_context&, auto grad_out, auto out, auto x, auto grad_x)
    {
        kernels::log_softmax_backward(rows(x), columns(x), out.data(), grad_out.data(),
                                      grad_x.data(), grad_x.accumulate);
    }
};

/// softmax(x) along the last axis.
template <expression_like X>
[[nodiscard]] auto softmax(const X& x)
{
    return apply<softmax_op>(x);
}

/// log(softmax(x)) along the last axis.
template <expression_like X>
[[nodiscard]] auto log_softmax(const X& x)
{
    return apply<log_softmax_op>(x);
}

} // namespace xgrad::inline XGRAD_ABI
