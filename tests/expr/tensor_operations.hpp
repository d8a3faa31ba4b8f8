// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Operations on whole tensors for the tests of the core, one of each kind.

#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace tiny
{

using xgrad::extents;
using xgrad::inferred;
using xgrad::is_wanted;
using xgrad::saved;

/// Adds @p amount to an element of a gradient that is wanted, or assigns it.
template <class G, class T>
void deliver(const G& gradient, std::size_t i, T amount)
{
    gradient.data()[i] = gradient.accumulate ? gradient.data()[i] + amount : amount;
}

struct sum_op
{
    static constexpr const char* name = "sum";
    static constexpr saved reads = saved::nothing;
    static constexpr auto full_reduction = xgrad::detail::reduction_kind::sum;

    static constexpr inferred infer(const extents& /*a*/) { return {}; }

    static void forward(auto /*context*/, auto out, auto a)
    {
        typename decltype(out)::value_type total{};
        for (std::size_t i = 0; i < a.size(); ++i)
            total = total + a.data()[i];
        *out.data() = total;
    }

    static void backward(auto /*context*/, auto grad_out, auto /*out*/, auto a, auto grad_a)
    {
        for (std::size_t i = 0; i < a.size(); ++i)
            tiny::deliver(grad_a, i, *grad_out.data());
    }
};

struct mean_op
{
    static constexpr const char* name = "mean";
    static constexpr saved reads = saved::nothing;
    static constexpr auto full_reduction = xgrad::detail::reduction_kind::mean;

    static constexpr inferred infer(const extents& /*a*/) { return {}; }

    static void forward(auto context, auto out, auto a)
    {
        sum_op::forward(context, out, a);
        using T = typename decltype(out)::value_type;
        *out.data() = *out.data() / static_cast<T>(a.size());
    }

    static void backward(auto /*context*/, auto grad_out, auto /*out*/, auto a, auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        for (std::size_t i = 0; i < a.size(); ++i)
            tiny::deliver(grad_a, i, *grad_out.data() / static_cast<T>(a.size()));
    }
};

inline constexpr xgrad::expectation matrices{"matrices"};
inline constexpr xgrad::expectation equal_inner_extents{"equal inner extents"};
inline constexpr xgrad::expectation a_vector{"a vector"};

/// The product of two matrices.
struct product_op
{
    static constexpr const char* name = "product";
    static constexpr saved reads = saved::arguments;

    static constexpr inferred infer(const extents& a, const extents& b)
    {
        if (a.rank != 2 || b.rank != 2)
            return {extents(1, 1), matrices};
        return inferred(extents(a[0], b[1]))
            .expect(xgrad::may_equal(a[1], b[0]), equal_inner_extents);
    }

    static void forward(auto /*context*/, auto out, auto a, auto b)
    {
        for (std::size_t m = 0; m < out.extent(0); ++m)
            for (std::size_t n = 0; n < out.extent(1); ++n)
            {
                typename decltype(out)::value_type total{};
                for (std::size_t k = 0; k < a.extent(1); ++k)
                    total = total + a.data()[m * a.extent(1) + k] * b.data()[k * b.extent(1) + n];
                out.data()[m * out.extent(1) + n] = total;
            }
    }

    static void backward(auto /*context*/, auto grad_out, auto /*out*/, auto a, auto b, auto grad_a,
                         auto grad_b)
    {
        using T = typename decltype(grad_out)::value_type;
        const std::size_t rows = a.extent(0);
        const std::size_t inner = a.extent(1);
        const std::size_t columns = b.extent(1);
        if constexpr (is_wanted<decltype(grad_a)>)
            for (std::size_t m = 0; m < rows; ++m)
                for (std::size_t k = 0; k < inner; ++k)
                {
                    std::remove_const_t<T> total{};
                    for (std::size_t n = 0; n < columns; ++n)
                        total =
                            total + grad_out.data()[m * columns + n] * b.data()[k * columns + n];
                    tiny::deliver(grad_a, m * inner + k, total);
                }
        if constexpr (is_wanted<decltype(grad_b)>)
            for (std::size_t k = 0; k < inner; ++k)
                for (std::size_t n = 0; n < columns; ++n)
                {
                    std::remove_const_t<T> total{};
                    for (std::size_t m = 0; m < rows; ++m)
                        total = total + a.data()[m * inner + k] * grad_out.data()[m * columns + n];
                    tiny::deliver(grad_b, k * columns + n, total);
                }
    }
};

/// The elements in opposite order: a kernel whose backward reads no values at all.
struct reversed_op
{
    static constexpr const char* name = "reversed";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents& a) { return a; }

    static void forward(auto /*context*/, auto out, auto a)
    {
        for (std::size_t i = 0; i < a.size(); ++i)
            out.data()[i] = a.data()[a.size() - 1 - i];
    }

    static void backward(auto /*context*/, auto grad_out, auto /*out*/, auto a, auto grad_a)
    {
        for (std::size_t i = 0; i < a.size(); ++i)
            tiny::deliver(grad_a, i, grad_out.data()[a.size() - 1 - i]);
    }
};

/// x / sum(x): keeps the sum for backward, and copies through memory of its own for one call.
struct share_op
{
    static constexpr const char* name = "share";
    static constexpr saved reads = saved::output;

    static constexpr inferred infer(const extents& a) { return a; }

    template <class T>
    static std::size_t scratch_bytes(const extents& out, const extents& /*a*/)
    {
        return out.size() * sizeof(T);
    }

    template <class T>
    static std::size_t saved_bytes(const extents& /*out*/, const extents& /*a*/)
    {
        return sizeof(T);
    }

    static void forward(auto context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        T* const copy = context.template scratch<T>();
        T total{};
        for (std::size_t i = 0; i < a.size(); ++i)
        {
            copy[i] = a.data()[i];
            total = total + copy[i];
        }
        for (std::size_t i = 0; i < a.size(); ++i)
            out.data()[i] = copy[i] / total;
        *context.template saved<T>() = total;
    }

    static void backward(auto context, auto grad_out, auto out, auto a, auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        T* const weighted = context.template scratch<T>();
        const T total = *context.template saved<T>();
        T common{};
        for (std::size_t i = 0; i < a.size(); ++i)
        {
            weighted[i] = grad_out.data()[i] * out.data()[i];
            common = common + weighted[i];
        }
        for (std::size_t i = 0; i < a.size(); ++i)
            tiny::deliver(grad_a, i, (grad_out.data()[i] - common) / total);
    }
};

/// A copy of which no derivative is taken, as a kernel.
struct detached_op
{
    static constexpr const char* name = "detached";
    static constexpr saved reads = saved::nothing;
    static constexpr bool differentiable = false;

    static constexpr inferred infer(const extents& a) { return a; }

    static void forward(auto /*context*/, auto out, auto a)
    {
        std::copy_n(a.data(), a.size(), out.data());
    }
};

/// The same memory as a vector.
struct flatten_op
{
    static constexpr const char* name = "flatten";
    static constexpr saved reads = saved::nothing;
    static constexpr bool alias = true;

    static constexpr inferred infer(const extents& a)
    {
        return extents(a.dynamic_rank() > 0 ? xgrad::dynamic : a.size());
    }
};

/// The same memory of a vector as a matrix of one column.
struct column_op
{
    static constexpr const char* name = "column";
    static constexpr saved reads = saved::nothing;
    static constexpr bool alias = true;

    static constexpr inferred infer(const extents& a)
    {
        return inferred(extents(a[0], 1)).expect(a.rank == 1, a_vector);
    }
};

/// x times a number that is given when the expression is written.
struct scaled_op
{
    static constexpr const char* name = "scaled";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents& a) { return a; }

    static void forward(auto context, auto out, auto a)
    {
        using T = typename decltype(out)::value_type;
        for (std::size_t i = 0; i < a.size(); ++i)
            out.data()[i] = a.data()[i] * static_cast<T>(context.options[0]);
    }

    static void backward(auto context, auto grad_out, auto /*out*/, auto a, auto grad_a)
    {
        using T = typename decltype(grad_a)::value_type;
        for (std::size_t i = 0; i < a.size(); ++i)
            tiny::deliver(grad_a, i, grad_out.data()[i] * static_cast<T>(context.options[0]));
    }
};

} // namespace tiny
