// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/nested.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// Memory for the gradients of operands, one after the other, each on a cache line.
template <class T>
std::size_t operand_bytes(const extents& a)
{
    return padded_bytes(a.size() * sizeof(T));
}

/// Runs @p backward with the gradient of each operand in its place, or in scratch memory where it
/// must be added to what is there or nobody wants it.
template <class T, class Plan, class Backward, std::size_t... K, class... G>
void with_gradients(const operation_context& context, Plan& plan, Backward backward,
                    std::index_sequence<K...>, const G&... gradient)
{
    std::byte* free = context.scratch_memory;
    const auto place = [&]<std::size_t N, class Gradient>(std::integral_constant<std::size_t, N>,
                                                          const Gradient& g)
    {
        leaf_record& leaf = plan.template leaf<N>();
        if constexpr (is_wanted<Gradient>)
            if (!g.accumulate)
            {
                leaf.gradient = g.data();
                return;
            }
        leaf.gradient = free;
        free += operand_bytes<T>(leaf.shape);
    };
    (place(std::integral_constant<std::size_t, K>{}, gradient), ...);
    backward();
    const auto add = [&]<std::size_t N, class Gradient>(std::integral_constant<std::size_t, N>,
                                                        const Gradient& g)
    {
        if constexpr (is_wanted<Gradient>)
            if (g.accumulate)
            {
                const T* const from = static_cast<const T*>(plan.template leaf<N>().gradient);
                std::transform(g.data(), g.data() + g.size(), from, g.data(),
                               [](T a, T b) { return a + b; });
            }
    };
    (add(std::integral_constant<std::size_t, K>{}, gradient), ...);
}

} // namespace detail

/// A function of expressions as one operation: nothing of its inside is kept for backward, which
/// evaluates it again.
///   operands: those of the function, one to three tensors   out: its value
///   forward    out     = f(a, b, c)
///   backward   grad_a += the function's gradient, from a second evaluation
/// T. Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.
template <class Pool, class Plan>
struct checkpoint_op : detail::nested_operation<typename Plan::root, Plan::operand_count>
{
    static constexpr const char* name = "checkpoint";
    static constexpr saved reads = saved::arguments;

    template <class T, class... E>
    static std::size_t scratch_bytes(const extents&, const E&... operands)
    {
        return (detail::operand_bytes<T>(operands) + ...);
    }

    static void forward(const operation_context& context, auto out, auto... a)
    {
        typename Pool::use plan(*detail::state_of<std::shared_ptr<Pool>>(context.options));
        detail::lend_operands<0>(*plan, a...);
        std::copy_n(plan->forward(), out.size(), out.data());
    }

    template <class Out, class... Rest>
    static void backward(const operation_context& context, Out grad_out, Out, Rest... rest)
    {
        using T = std::remove_const_t<typename Out::value_type>;
        typename Pool::use plan(*detail::state_of<std::shared_ptr<Pool>>(context.options));
        [&]<std::size_t... K>(std::index_sequence<K...> operands)
        {
            auto all = std::tie(rest...);
            detail::lend_operands<0>(*plan, std::get<K>(all)...);
            const auto run = [&]
            {
                plan->forward();
                plan->backward(grad_out.data(), grad_out.shape());
            };
            detail::with_gradients<T>(context, *plan, run, operands,
                                      std::get<sizeof...(K) + K>(all)...);
        }
        (std::make_index_sequence<sizeof...(Rest) / 2>{});
    }
};

/// f(x...) as one operation that keeps only its operands and evaluates @p f again for the gradient:
/// for long computations whose intermediate values would not fit.
///   f: takes one to three expressions and makes one; all it depends on are its arguments
/// Many checkpoints of one function without captures use the memory of one.
template <class F, expression_like... X>
    requires(sizeof...(X) >= 1 && sizeof...(X) <= max_arity)
[[nodiscard]] auto checkpoint(F f, const X&... x)
{
    using plan = detail::nested_plan<F, detail::type_list<detail::nested_operand_of<X>...>>;
    using pool = detail::plan_pool<plan, F>;
    return detail::apply_with_state<checkpoint_op<pool, plan>>(detail::pool_for<plan, F>(f), x...);
}

} // namespace xgrad::inline XGRAD_ABI
