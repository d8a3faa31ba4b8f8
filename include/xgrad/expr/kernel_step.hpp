// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Calls the kernels of operations on the values of a graph.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/node.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>

#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// An operand of a kernel: element type, shape, and whether its gradient is wanted.
template <class T, class Shape, bool Gradient>
struct operand_type
{
    using value_type = T;
    using const_view = tensor_view<const T, Shape>;

    static auto gradient(const node& n, bool add)
    {
        if constexpr (Gradient)
            return gradient_view<T, Shape>(reinterpret_cast<T*>(n.gradient), n.shape, add);
        else
            return no_gradient{};
    }
};

/// Calls the kernels of an operation on nodes. Knows nothing of the graph's type, so that equal
/// layers share one instantiation.
template <class Op, class Out, class... Operands>
struct kernel_step
{
    using T = typename Out::value_type;

    static operation_context context(const node& n, std::byte* scratch)
    {
        return {n.source->options, scratch, n.saved};
    }

    template <class Operand>
    static auto view(const node& n)
    {
        return typename Operand::const_view(
            reinterpret_cast<const typename Operand::value_type*>(n.value), n.shape);
    }

    static void forward(graph& g, node& n)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            const auto run = [&](const auto&... operand)
            {
                const operation_context c = context(n, n.scratch);
                const typename Out::view out(reinterpret_cast<T*>(n.value), n.shape);
                if constexpr (Out::forgetful)
                    Op::evaluate(c, out, operand...);
                else
                    Op::forward(c, out, operand...);
            };
            run(view<Operands>(g.operand(n, K))...);
        }
        (std::index_sequence_for<Operands...>{});
    }

    static void backward(graph& g, node& n)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            using const_out = typename Out::const_view;
            Op::backward(context(n, n.backward_scratch),
                         const_out(reinterpret_cast<const T*>(n.gradient), n.shape),
                         const_out(reinterpret_cast<const T*>(n.value), n.shape),
                         view<Operands>(g.operand(n, K))...,
                         Operands::gradient(g.operand(n, K), n.contributes[K].add)...);
        }
        (std::index_sequence_for<Operands...>{});
    }
};

/// The result of a kernel: element type, shape, and whether forward saves anything for a backward
/// that will never run.
template <class T, class Shape, bool Forgetful = false>
struct result_type
{
    using value_type = T;
    static constexpr bool forgetful = Forgetful;
    using view = tensor_view<T, Shape>;
    using const_view = tensor_view<const T, Shape>;
};

using bytes_function = std::size_t (*)(const extents& out, const extents* operands);

/// What a kernel asks for in memory, and what it calls the form that it takes.
struct memory_needs
{
    bytes_function scratch = nullptr;
    bytes_function saved = nullptr;
    bool saved_for_backward = false; ///< and for nothing else
    const char* (*form)(const extents& out, const extents* operands) = nullptr;
};

/// The memory functions of an operation on operands of the given static shapes, as functions of the
/// extents. An operation may ask for the shapes or not.
template <class Op, class T, class... Shapes>
struct kernel_memory
{
    template <std::size_t... K>
    static std::size_t scratch(const extents& out, const extents* a, std::index_sequence<K...>)
    {
        if constexpr (requires { Op::template scratch_bytes<T, Shapes...>(out, a[K]...); })
            return Op::template scratch_bytes<T, Shapes...>(out, a[K]...);
        else
            return Op::template scratch_bytes<T>(out, a[K]...);
    }

    template <std::size_t... K>
    static std::size_t saved(const extents& out, const extents* a, std::index_sequence<K...>)
    {
        if constexpr (requires { Op::template saved_bytes<T, Shapes...>(out, a[K]...); })
            return Op::template saved_bytes<T, Shapes...>(out, a[K]...);
        else
            return Op::template saved_bytes<T>(out, a[K]...);
    }

    static constexpr memory_needs needs()
    {
        using operands = std::index_sequence_for<Shapes...>;
        memory_needs result;
        if constexpr (
            requires { &Op::template scratch_bytes<T>; } ||
            requires { &Op::template scratch_bytes<T, Shapes...>; })
            result.scratch = [](const extents& out, const extents* a)
            { return scratch(out, a, operands{}); };
        if constexpr (
            requires { &Op::template saved_bytes<T>; } ||
            requires { &Op::template saved_bytes<T, Shapes...>; })
            result.saved = [](const extents& out, const extents* a)
            { return saved(out, a, operands{}); };
        if constexpr (requires { Op::saves_for_backward; })
            result.saved_for_backward = Op::saves_for_backward;
        if constexpr (requires { &Op::template form<T, Shapes...>; })
            result.form = &Op::template form<T, Shapes...>;
        return result;
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
