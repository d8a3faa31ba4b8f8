// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/detail/memory_ranges.hpp>
#include <xgrad/calculus/detail/tensor_values.hpp>
#include <xgrad/calculus/directions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/planned.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/plan.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// The plan of values and gradients for a given gradient of the value.
template <class F, class Wrt, class... A>
class pullback
{
    using leaves = arguments<plain_values, Wrt, A...>;
    using made = required_expression<jacobian_call, false, made_by<leaves, F>>;
    using root = expression_type<made>;
    static_assert(detail::require_differentiable<root, leaves>());

public:
    using scalar = value_type_of<root>;
    static constexpr std::size_t rank = root::rank;
    using gradient = typename leaves::gradient;

    pullback(const F& f, const A&... a) : m_leaves(a...), m_root(m_leaves.call(f)) {}

    [[nodiscard]] bool fits(const A&... a) const { return !m_leaves.differ(a...); }
    [[nodiscard]] leaves& inputs() { return m_leaves; }

    /// Takes up the arguments, out of @p results of the former call if they lie there; gradients go
    /// to @p target.
    void bind(gradient& target, elements<const memory_range> results, const A&... a)
    {
        const bool changed = m_leaves.bind(a...);
        detail::copy_out_of(results, m_leaves);
        if (changed || !m_plan) [[unlikely]]
        {
            m_leaves.attach(target);
            if (!m_plan)
                m_plan.emplace(m_root);
        }
    }

    decltype(auto) forward() { return m_plan->forward(); }

    template <class G>
    void backward(const G& cotangent)
    {
        if constexpr (rank == 0)
        {
            m_plan->backward();
            m_leaves.for_each_chosen(
                [&](auto& leaf)
                {
                    auto* const to = static_cast<scalar*>(leaf.record().gradient);
                    for (std::size_t i = 0; i < leaf.size(); ++i)
                        to[i] *= static_cast<scalar>(cotangent);
                });
        }
        else
            m_plan->backward(cotangent);
    }

private:
    leaves m_leaves;
    root m_root;
    std::optional<plan<root>> m_plan;
};

template <class F, class Wrt, class Arguments, class Cotangent>
class vector_jacobian_product_state;

template <class F, class Wrt, class... A, class Cotangent>
class vector_jacobian_product_state<F, Wrt, type_list<A...>, type_list<Cotangent>>
    : public planned_state
{
    using sweeps = pullback<F, Wrt, A...>;
    using S = typename sweeps::scalar;

public:
    using result = value_with_gradient<value_container<S, sweeps::rank>, typename sweeps::gradient>;
    static_assert((sweeps::rank == 0) != any_xtensor<Cotangent>,
                  "xgrad::vector_jacobian_product: the last argument is a gradient of the value; "
                  "expected a number for a scalar value, a tensor for a tensor");

    vector_jacobian_product_state(const F& f, const A&... a, const Cotangent&) : m_sweeps(f, a...)
    {
    }

    [[nodiscard]] bool fits(const A&... a, const Cotangent&) const { return m_sweeps.fits(a...); }

    const result& evaluate(const A&... a, const Cotangent& cotangent)
    {
        m_sweeps.bind(m_result.gradient, results(), a...);
        const auto value = m_sweeps.forward();
        const extents e = detail::value_extents(value);
        std::copy_n(detail::value_elements(value), e.size(),
                    detail::prepare_value<S, sweeps::rank>(m_result.value, e));
        m_sweeps.backward(cotangent);
        return m_result;
    }

private:
    auto results()
    {
        memory_ranges<1 + (part_count<A> + ...)> ranges;
        ranges.add(m_result.value);
        m_sweeps.inputs().for_each_gradient(m_result.gradient,
                                            [&](auto&, auto& part) { ranges.add(part); });
        return ranges;
    }

    sweeps m_sweeps;
    result m_result{};
};

template <class Wrt>
struct vector_jacobian_product_states
{
    template <class F, class... All>
    struct states
    {
        static_assert(
            sizeof...(All) > 1,
            "xgrad::vector_jacobian_product: expected the arguments of the function, then "
            "a gradient of its value");
        template <class Arguments, class Cotangent>
        using state = vector_jacobian_product_state<F, Wrt, Arguments, Cotangent>;
        using type = typename split_call<state, sizeof...(All) - 1, All...>::type;
    };

    template <class F, class... All>
    using state = typename states<F, All...>::type;
};

} // namespace detail

/// The function object that vector_jacobian_product() returns: {value, gradient} at the arguments
/// of f and a gradient of its value.
template <class F, class Wrt>
using vector_jacobian_product_function =
    detail::planned_function<F, detail::vector_jacobian_product_states<Wrt>>;

/// The function that computes the value of @p f and the gradients that belong to a given gradient
/// of the value, by one sweep forward and one backward (JAX's vjp).
///   arguments: those of f, then the gradient of the value: a number, or a tensor of its shape
///   result: {value, gradient}; the gradient as that of value_and_gradient
/// Throws shape_error for a gradient of another shape.
template <class F, std::size_t... Argument>
[[nodiscard]] auto vector_jacobian_product(F f, wrt_t<Argument...> = {})
{
    return vector_jacobian_product_function<F, wrt_t<Argument...>>(std::move(f));
}

} // namespace xgrad::inline XGRAD_ABI
