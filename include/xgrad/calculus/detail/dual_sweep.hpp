// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What derivatives along directions plan: the function on dual numbers.

#include <xgrad/calculus/detail/tensor_values.hpp>
#include <xgrad/calculus/directions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/expr/plan.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What messages say of second derivatives.
struct hessian_call
{
    static constexpr const char* name = "hessian";
};

/// The plan of @p F on dual numbers, of which Values tells the directions, for arguments of the
/// types A: of a gradient, for which F is a scalar, or of values alone.
template <bool Gradient, class F, class Wrt, class Values, class... A>
class dual_sweep
{
    using leaves = dual_arguments<Values, Wrt, A...>;
    using call = std::conditional_t<Gradient, hessian_call, jacobian_call>;
    using made = required_expression<call, Gradient, made_by<leaves, F>>;
    using root = expression_type<made>;
    static_assert(detail::require_differentiable<root, leaves>());

public:
    using scalar = typename value_type_of<root>::value_type;
    using gradient = typename leaves::gradient;
    static constexpr std::size_t rank = root::rank;

    dual_sweep(const F& f, const A&... a) : m_leaves(a...), m_root(m_leaves.call(f))
    {
        m_leaves.for_each_leaf([]<class Leaf>(Leaf& leaf)
                               { leaf.lay_apart(reads_apart<typename Leaf::expression_type>()); });
    }

    [[nodiscard]] bool fits(const A&... a) const { return !m_leaves.differ(a...); }
    [[nodiscard]] leaves& inputs() { return m_leaves; }

    /// Takes up the arguments; whether any extents have changed.
    bool bind(const A&... a)
    {
        const bool changed = m_leaves.bind(a...);
        m_leaves.fill_others();
        return changed;
    }

    decltype(auto) evaluate()
    {
        if (!m_plan) [[unlikely]]
            m_plan.emplace(m_root);
        if constexpr (Gradient)
            return m_plan->value_and_gradient();
        else
            return m_plan->forward();
    }

private:
    /// Whether the sweeps read the leaf's numbers with their parts apart.
    template <class Leaf>
    static constexpr bool reads_apart()
    {
        using compiled = structure<root, Gradient>;
        const short operation = []<class... Op>(type_list<Op...>) {
            return fused_of<root>::operations::template index_of<Op...>();
        }(typename Leaf::operations{});
        for (std::size_t i = 0; i < compiled::size; ++i)
            if (compiled::program.entries[i].operation == operation)
                return compiled::flows.apart[i];
        return false;
    }

    leaves m_leaves;
    root m_root;
    std::optional<std::conditional_t<Gradient, plan<root>, evaluation<root>>> m_plan;
};

/// Reverse mode on dual numbers: the gradient and its derivatives along the directions.
template <class F, class Wrt, class Values, class... A>
using dual_gradient = dual_sweep<true, F, Wrt, Values, A...>;

/// Values and their derivatives along the directions.
template <class F, class Wrt, class Values, class... A>
using dual_values = dual_sweep<false, F, Wrt, Values, A...>;

} // namespace xgrad::inline XGRAD_ABI::detail
