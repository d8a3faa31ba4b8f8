// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/batch_plan_state.hpp>
#include <xgrad/expr/describe.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/parameters.hpp>
#include <xgrad/expr/structure.hpp>
#include <xgrad/expr/sweeps.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation a_scalar{"a scalar expression"};
inline constexpr expectation a_scalar_or_a_given_gradient{
    "a scalar expression, or the gradient of its value"};

} // namespace expects

namespace detail
{

/// What messages say of a gradient, and of a backward sweep.
struct plan_gradient
{
    static constexpr const char* name = "plan::value_and_gradient";
};
struct plan_backward
{
    static constexpr const char* name = "plan::backward";
};

} // namespace detail

/// Counts of what a plan does in one evaluation.
struct plan_summary
{
    std::size_t nodes = 0;           ///< values, leaves included
    std::size_t forward_steps = 0;   ///< loops and kernels of the forward sweep
    std::size_t backward_steps = 0;  ///< loops and kernels of the backward sweep
    std::size_t regions = 0;         ///< loops over fused elementwise operations
    std::size_t general_regions = 0; ///< those of them that run in the general, slower form
    std::size_t streamed = 0;        ///< products that the loop of a sum computes as it goes
    std::size_t workspace_bytes = 0; ///< of all workers together
    std::size_t parts = 1;           ///< that the batch is cut into
    std::size_t lanes = 1;           ///< groups of parts that can run at the same time
};

/// Evaluates an expression, again and again: sizes and memory are settled at the first evaluation
/// and whenever the extents of an input change; otherwise nothing is allocated. Without
/// Differentiate only values are computed and nothing is kept for a backward sweep.
///
/// Large batches are worked on in parts, on the threads of a pool if one is given; see batch.hpp.
template <class E, bool Differentiate>
class basic_plan
{
    using structure = detail::structure<E, Differentiate>;
    using sweeps = detail::sweeps<E, Differentiate>;
    using T = typename structure::value_type;

    static constexpr std::size_t rank = E::rank;

public:
    using value_type = T;

    /// Plans @p root; the plan keeps alive everything that the expression mentions.
    explicit basic_plan(const E& root)
        : m_root(root),
          m_state(std::make_unique<state>(root.handle().get(), structure::all_facts, Differentiate))
    {
    }

    /// The same on the threads of @p pool.
    basic_plan(const E& root, thread_pool pool) : basic_plan(root) { use(std::move(pool)); }

    basic_plan(const basic_plan& other) : basic_plan(other.m_root, other.m_state->pool) {}
    basic_plan& operator=(const basic_plan& other) { return *this = basic_plan(other); }
    basic_plan(basic_plan&&) noexcept = default;
    basic_plan& operator=(basic_plan&&) noexcept = default;
    ~basic_plan() = default;

    /// Evaluates on the threads of @p pool from now on. Results do not depend on their number.
    void use(thread_pool pool) { m_state->pool = std::move(pool); }

    /// Computes the value: a T for a scalar, otherwise a view that lasts until the next evaluation.
    /// Throws unbound_error for an input without values and shape_error for extents that do not
    /// fit.
    decltype(auto) forward() &
    {
        m_can_go_back = false;
        if constexpr (Differentiate)
        {
            m_state->forward_whole(&sweeps::forward);
            m_can_go_back = true;
        }
        else
            m_state->forward(&sweeps::forward);
        return value();
    }

    /// A plan that is gone after the evaluation can leave a number, not a view.
    T forward() && requires(rank == 0) { return forward(); }
    void forward() && = delete;

    /// The value that the last evaluation left.
    [[nodiscard]] decltype(auto) value() const&
    {
        if (!m_state->value)
            throw error("xgrad: a plan has no value before its first evaluation");
        if constexpr (rank == 0)
            return T(*m_state->value);
        else
            return detail::view_of<rank>(m_state->value, m_state->shape);
    }

    void value() && = delete;

    /// The gradients of the parameters, from the last forward() and the gradient 1 of the value.
    /// Uses up what forward() kept: one backward() for each forward(), else xgrad::error.
    void backward() requires(Differentiate)
    {
        if constexpr (rank != 0)
            detail::refuse<detail::plan_backward, expects::a_scalar_or_a_given_gradient,
                           typename E::shape_type>();
        take_forward();
        go_back([](T* gradient) { *gradient = T(1); });
    }

    /// The same from a given gradient of the value, an xtensor expression of the value's shape.
    template <detail::any_xtensor G>
        requires(Differentiate)
    void backward(const G& gradient)
    {
        const extents& own = m_state->shape;
        const extents given = detail::extents_of(gradient);
        if (!(own == given))
            throw shape_error(
                std::string(detail::misfit(detail::plan_backward::name, own, given).text()));
        take_forward();
        go_back(
            [&](T* target)
            {
                auto view = detail::view_of<rank>(target, own);
                xt::noalias(view) = gradient;
            });
    }

    /// The value of a scalar expression and the gradients of its parameters, which are overwritten.
    T value_and_gradient() requires(Differentiate) { return evaluate(false); }

    /// The same, but the gradients are added to those that are there: for micro-batches.
    T accumulate() requires(Differentiate) { return evaluate(true); }

    /// The parameters that the expression mentions, in the order in which it mentions them.
    [[nodiscard]] parameter_set<T> parameters() const
    {
        return parameter_set<T>(m_state->parameters(), m_state->pool.size() > 1);
    }

    /// What the plan does; sizes are those of the last evaluation.
    [[nodiscard]] plan_summary summary() const
    {
        plan_summary result;
        const detail::graph& nodes = m_state->first().nodes();
        result.nodes = nodes.nodes().size();
        for (const detail::node& n : nodes.nodes())
            if (nodes.facts(n).part == detail::role::kernel)
            {
                ++result.forward_steps;
                result.backward_steps += nodes.facts(n).gradient;
            }
        for (const auto& region : m_state->first().regions().instances())
        {
            ++result.forward_steps;
            result.backward_steps += nodes.facts(nodes.nodes()[region.root]).gradient;
            ++result.regions;
            result.general_regions += !region.regular;
        }
        if constexpr (structure::single_pass)
            --result.backward_steps;
        result.streamed = m_state->first().stream().runs();
        result.workspace_bytes = m_state->workspace_bytes();
        result.parts = m_state->cut.parts;
        result.lanes = m_state->cut.lanes;
        return result;
    }

    /// A table of what the plan does, for reading: the loops and kernels of the forward sweep with
    /// what was fused into each and what it costs, the parts of the batch, and the memory. Extents
    /// are those of the last evaluation, in parts those of one part.
    [[nodiscard]] std::string describe() const
    {
        const auto& first = m_state->first();
        std::string text =
            detail::describe_sweeps(first.nodes(), first.regions(), structure::single_pass);
        if (first.stream().runs())
            text += "value and gradient multiply the vector by the matrix within the loop of the "
                    "sum: one pass over it\n";
        const detail::batch_cut& cut = m_state->cut;
        if (cut.parts > 1)
            text += "a batch of " + std::to_string(cut.rows) + " rows in " +
                    std::to_string(cut.parts) + " parts, up to " + std::to_string(cut.lanes) +
                    " at a time; threads: " + std::to_string(m_state->pool.size()) + '\n';
        return text + "workspace " +
               detail::with_prefix(static_cast<double>(m_state->workspace_bytes())) + "B\n";
    }

private:
    using state = detail::plan_state_of<structure>;

    void take_forward()
    {
        if (!m_can_go_back)
            throw error("xgrad: backward() goes back from a forward() of the same plan, once; "
                        "call forward() first");
        if (!m_state->first().nodes().is_fresh())
            throw error("xgrad: an input was bound to other values after forward(); "
                        "call forward() again before backward()");
        m_can_go_back = false;
    }

    /// Sweeps back from the gradient of the value that @p write writes.
    template <class F>
    void go_back(F write)
    {
        m_state->first().set_gradient(false, write);
        sweeps::backward(m_state->first(), false);
    }

    T evaluate(bool accumulate)
    {
        if constexpr (rank != 0)
            detail::refuse<detail::plan_gradient, expects::a_scalar, typename E::shape_type>();
        m_can_go_back = false;
        m_state->value_and_gradient(&sweeps::value_and_gradient, accumulate);
        if constexpr (rank == 0)
            return value();
        else
            return T();
    }

    E m_root;
    std::unique_ptr<state> m_state;
    bool m_can_go_back = false;
};

/// Plans values and gradients of an expression:
///     plan training(loss);
///     float value = training.value_and_gradient();
template <class E>
class plan : public basic_plan<E, true>
{
public:
    using basic_plan<E, true>::basic_plan;
};

template <expression_like E>
plan(const E&) -> plan<detail::expression_type<E>>;

template <expression_like E>
plan(const E&, thread_pool) -> plan<detail::expression_type<E>>;

/// Plans only the values of an expression; keeps nothing for a backward sweep.
template <class E>
class evaluation : public basic_plan<E, false>
{
public:
    using basic_plan<E, false>::basic_plan;
};

template <expression_like E>
evaluation(const E&) -> evaluation<detail::expression_type<E>>;

template <expression_like E>
evaluation(const E&, thread_pool) -> evaluation<detail::expression_type<E>>;

} // namespace xgrad::inline XGRAD_ABI
