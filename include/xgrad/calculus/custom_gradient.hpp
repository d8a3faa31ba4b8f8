// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/nested.hpp>
#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/ops/concatenate.hpp>
#include <xgrad/ops/reshape.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// The expressions that a function returns, one or a tuple of them, as one vector of all elements.
template <class Made>
auto joined(const Made& made)
{
    if constexpr (is_tuple<Made>)
        return std::apply(
            [](const auto&... part)
            {
                static_assert((expression_like<decltype(part)> && ...),
                              "xgrad: expected a tuple of expressions, found another type");
                return xgrad::concatenate(axis<0>, xgrad::flatten(part, axis<0>)...);
            },
            made);
    else
    {
        static_assert(expression_like<Made>, "xgrad: expected an expression or a tuple of "
                                             "expressions, found another type");
        return xgrad::flatten(made, axis<0>);
    }
}

/// The gradients of operands, as the user's function gives them, in one vector.
template <class Adjoint>
struct joined_adjoint
{
    [[no_unique_address]] Adjoint adjoint;

    template <class... E>
    auto operator()(const E&... e) const
    {
        using made = decltype(adjoint(e...));
        constexpr std::size_t operands = sizeof...(E) - 2;
        if constexpr (is_tuple<made>)
            static_assert(std::tuple_size_v<made> == operands,
                          "xgrad::custom_gradient: expected one gradient for each argument of the "
                          "function, found another number");
        else
            static_assert(operands == 1, "xgrad::custom_gradient: expected a tuple of one gradient "
                                         "for each argument of the function, found one expression");
        return detail::joined(adjoint(e...));
    }
};

template <class ForwardPool, class AdjointPool>
struct custom_gradient_state
{
    std::shared_ptr<ForwardPool> forward;
    std::shared_ptr<AdjointPool> adjoint;
};

} // namespace detail

/// A function of expressions with a gradient that the user gives.
///   operands: those of the function, one to three tensors   out: its value
///   forward    out     = f(a, b, c)
///   backward   grad_a, grad_b, grad_c += adjoint(grad_out, out, a, b, c)
template <class Forward, class Adjoint, class State>
struct custom_gradient_op : detail::nested_operation<typename Forward::root, Forward::operand_count>
{
    static constexpr const char* name = "custom_gradient";
    static constexpr saved reads = saved::both;

    static void forward(const operation_context& context, auto out, auto... a)
    {
        auto& pool = *detail::state_of<State>(context.options).forward;
        typename std::remove_reference_t<decltype(pool)>::use plan(pool);
        detail::lend_operands<0>(*plan, a...);
        std::copy_n(plan->forward(), out.size(), out.data());
    }

    template <class Out, class... Rest>
    static void backward(const operation_context& context, Out grad_out, Out out, Rest... rest)
    {
        auto& pool = *detail::state_of<State>(context.options).adjoint;
        typename std::remove_reference_t<decltype(pool)>::use plan(pool);
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            constexpr std::size_t count = sizeof...(K);
            auto all = std::tie(rest...);
            detail::lend_operands<0>(*plan, grad_out, out, std::get<K>(all)...);
            const auto* from = plan->forward();
            const std::size_t expected = (std::get<K>(all).size() + ...);
            if (plan->size() != expected)
                throw shape_error("xgrad::custom_gradient: expected gradients of the shapes of the "
                                  "arguments, with " +
                                  std::to_string(expected) + " elements in all, found " +
                                  std::to_string(plan->size()));
            ((give(from, std::get<count + K>(all)), from += std::get<K>(all).size()), ...);
        }
        (std::make_index_sequence<sizeof...(Rest) / 2>{});
    }

private:
    template <class T, class G>
    static void give(const T* from, const G& gradient)
    {
        if constexpr (is_wanted<G>)
            for (std::size_t i = 0; i < gradient.size(); ++i)
                gradient.data()[i] = gradient.accumulate ? gradient.data()[i] + from[i] : from[i];
    }
};

/// What custom_gradient() returns: a function of expressions.
template <class F, class Adjoint>
class custom_gradient_function
{
public:
    custom_gradient_function(F f, Adjoint adjoint)
        : m_function(std::move(f)), m_adjoint{std::move(adjoint)}
    {
    }

    template <expression_like... X>
        requires(sizeof...(X) >= 1 && sizeof...(X) <= max_arity)
    [[nodiscard]] auto operator()(const X&... x) const
    {
        using operands =
            detail::type_list<detail::nested_operand<value_type_of<X>, shape_of<X>, false>...>;
        using forward = detail::nested_plan<F, operands, false>;
        using value = detail::nested_operand<value_type_of<typename forward::root>,
                                             shape_of<typename forward::root>, false>;
        using adjoint_operands =
            detail::type_list<value, value,
                              detail::nested_operand<value_type_of<X>, shape_of<X>, false>...>;
        using gradients = detail::joined_adjoint<Adjoint>;
        using adjoint = detail::nested_plan<gradients, adjoint_operands, false>;
        using state = detail::custom_gradient_state<detail::plan_pool<forward, F>,
                                                    detail::plan_pool<adjoint, gradients>>;
        return detail::apply_with_state<custom_gradient_op<forward, adjoint, state>>(
            state{detail::pool_for<forward, F>(m_function),
                  detail::pool_for<adjoint, gradients>(m_adjoint)},
            x...);
    }

private:
    [[no_unique_address]] F m_function;
    [[no_unique_address]] detail::joined_adjoint<Adjoint> m_adjoint;
};

/// A function of expressions whose gradient the user knows better (JAX's custom_vjp).
///   f: takes one to three expressions and makes one
///   adjoint: takes the gradient of f's value, the value and f's arguments, all as expressions, and
///            makes the gradient of the argument, or a tuple of those of the arguments
///   result: a function of expressions; check_gradient checks it like any other
/// Throws shape_error when a gradient has not the number of elements of its argument.
///
///     const auto clipped = xgrad::custom_gradient(
///         [](const auto& x) { return +x; },
///         [](const auto& grad, const auto&, const auto&) { return minimum(grad, 1.0); });
template <class F, class Adjoint>
[[nodiscard]] auto custom_gradient(F f, Adjoint adjoint)
{
    return custom_gradient_function<F, Adjoint>(std::move(f), std::move(adjoint));
}

} // namespace xgrad::inline XGRAD_ABI
