// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/parameters.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_listed.hpp>
#include <xgrad/expr/structure.hpp>
#include <xgrad/expr/view.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad
{

/// Counts of what a plan does in one evaluation.
struct plan_summary
{
    std::size_t nodes = 0;           ///< values, leaves included
    std::size_t forward_steps = 0;   ///< loops and kernels of the forward sweep
    std::size_t backward_steps = 0;  ///< loops and kernels of the backward sweep
    std::size_t regions = 0;         ///< loops over fused elementwise operations
    std::size_t general_regions = 0; ///< those of them that run in the general, slower form
    std::size_t workspace_bytes = 0;
};

/// Evaluates an expression, again and again: sizes and memory are settled at the first evaluation
/// and whenever the extents of an input change; otherwise nothing is allocated. Without
/// Differentiate only values are computed and nothing is kept for a backward sweep.
template <class E, bool Differentiate>
class basic_plan
{
    using structure = detail::structure<E, Differentiate>;
    using T = typename structure::value_type;

    static constexpr std::size_t rank = E::rank;

public:
    using value_type = T;

    /// Plans @p root; the plan keeps alive everything that the expression mentions.
    explicit basic_plan(const E& root) : m_root(root), m_state(make_state(root))
    {
        if constexpr (Differentiate)
            for (auto* leaf : parameter_leaves())
                leaf->require_gradient(leaf->shape.size() * sizeof(T));
    }

    basic_plan(const basic_plan& other) : basic_plan(other.m_root) {}
    basic_plan& operator=(const basic_plan& other) { return *this = basic_plan(other); }
    basic_plan(basic_plan&&) noexcept = default;
    basic_plan& operator=(basic_plan&&) noexcept = default;
    ~basic_plan() = default;

    /// Computes the value: a T for a scalar, otherwise a view that lasts until the next evaluation.
    /// Throws unbound_error for an input without values and shape_error for extents that do not
    /// fit.
    decltype(auto) forward() &
    {
        m_can_go_back = false;
        refresh();
        sweep_forward(structure::steps);
        m_can_go_back = true;
        return value();
    }

    /// A plan that is gone after the evaluation can leave a number, not a view.
    T forward() && requires(rank == 0) { return forward(); }
    void forward() && = delete;

    /// The value that the last evaluation left.
    [[nodiscard]] decltype(auto) value() const&
    {
        const T* data = reinterpret_cast<const T*>(nodes().root().value);
        if constexpr (rank == 0)
            return T(*data);
        else
            return detail::view_of<rank>(data, nodes().root().shape);
    }

    void value() && = delete;

    /// The gradients of the parameters, from the last forward() and the gradient 1 of the value.
    /// Uses up what forward() kept: one backward() for each forward(), else xgrad::error.
    void backward() requires(Differentiate)
    {
        static_assert(rank == 0, "xgrad: backward() without a seed needs a scalar expression; sum "
                                 "it, or give the gradient of its elements");
        take_forward();
        seed(false, [](T* gradient) { *gradient = T(1); });
        sweep_backward(structure::steps, false);
    }

    /// The same from a given gradient of the value, an xtensor expression of the value's shape.
    template <detail::any_xtensor G>
        requires(Differentiate)
    void backward(const G& gradient)
    {
        const extents& own = nodes().root().shape;
        const extents given = detail::extents_of(gradient);
        if (!(own == given))
            throw shape_error("xgrad: the value of shape " + to_string(own) +
                              " cannot take a gradient of shape " + to_string(given));
        take_forward();
        seed(false,
             [&](T* target)
             {
                 auto view = detail::view_of<rank>(target, own);
                 xt::noalias(view) = gradient;
             });
        sweep_backward(structure::steps, false);
    }

    /// The value of a scalar expression and the gradients of its parameters, which are overwritten.
    T value_and_gradient() requires(Differentiate) { return evaluate(false); }

    /// The same, but the gradients are added to those that are there: for micro-batches.
    T accumulate() requires(Differentiate) { return evaluate(true); }

    /// The parameters that the expression mentions, in the order in which it mentions them.
    [[nodiscard]] parameter_set<T> parameters() const
    {
        std::vector<detail::handle> leaves;
        for (auto* leaf : parameter_leaves())
            leaves.emplace_back(leaf);
        return parameter_set<T>(std::move(leaves));
    }

    /// What the plan does; sizes are those of the last evaluation.
    [[nodiscard]] plan_summary summary() const
    {
        plan_summary result;
        result.nodes = nodes().nodes().size();
        for (const detail::node& n : nodes().nodes())
            if (const auto part = nodes().facts(n).part; part == detail::role::kernel)
            {
                ++result.forward_steps;
                result.backward_steps += nodes().facts(n).gradient;
            }
        for (const auto& region : m_state->regions.instances())
        {
            const bool flows = nodes().facts(nodes().nodes()[region.root]).gradient;
            ++result.forward_steps;
            result.backward_steps += flows;
            ++result.regions;
            result.general_regions += !region.regular;
        }
        if constexpr (structure::single_pass)
            --result.backward_steps;
        result.workspace_bytes = nodes().workspace_bytes();
        return result;
    }

private:
    struct state
    {
        detail::graph nodes;
        detail::region_graph regions;
        workspace chunks;

        explicit state(detail::record* root)
            : nodes(structure::facts, root), regions(structure::regions, nodes)
        {
        }
    };

    static std::unique_ptr<state> make_state(const E& root)
    {
        return std::make_unique<state>(root.handle().get());
    }

    [[nodiscard]] detail::graph& nodes() { return m_state->nodes; }
    [[nodiscard]] const detail::graph& nodes() const { return m_state->nodes; }

    [[nodiscard]] std::vector<detail::leaf_record*> parameter_leaves() const
    {
        std::vector<detail::leaf_record*> leaves;
        for (const std::size_t i : nodes().leaves())
            if (const detail::node& n = nodes().nodes()[i]; nodes().facts(n).traits->differentiable)
                leaves.push_back(static_cast<detail::leaf_record*>(n.source));
        return leaves;
    }

    void refresh()
    {
        if (!nodes().refresh())
            return;
        m_state->regions.reshape();
        for (const auto& region : m_state->regions.instances())
            if (!region.regular)
                m_state->chunks.reserve(detail::listed_region<T>::memory_bytes(region));
    }

    void take_forward()
    {
        if (!m_can_go_back)
            throw error("xgrad: backward() goes back from a forward() of the same plan, once; "
                        "call forward() first");
        if (!nodes().is_fresh())
            throw error("xgrad: an input was bound to other values after forward(); "
                        "call forward() again before backward()");
        m_can_go_back = false;
    }

    T evaluate(bool accumulate)
    {
        static_assert(rank == 0, "xgrad: the gradient of an expression is that of a scalar; sum "
                                 "the expression first");
        m_can_go_back = false;
        refresh();
        if constexpr (structure::single_pass)
        {
            sweep_forward(structure::steps_before_root);
            m_state->regions.accumulate_leaves(accumulate);
            run_region<structure::steps_size - 1, detail::region_mode::both_sum>();
            sweep_backward(structure::steps_before_root, accumulate);
        }
        else
        {
            sweep_forward(structure::steps);
            seed(accumulate, [](T* gradient) { *gradient = T(1); });
            sweep_backward(structure::steps, accumulate);
        }
        return value();
    }

    /// Hands the gradient of the root to @p write, which assigns it.
    template <class F>
    void seed(bool accumulate, F write)
    {
        detail::node& root = nodes().root();
        T* gradient = reinterpret_cast<T*>(root.gradient);
        const bool leaf = nodes().facts(nodes().nodes()[root.base]).part == detail::role::leaf;
        if (!gradient)
            return;
        if (!leaf || !accumulate)
            return write(gradient);
        const T before = *gradient; // only scalars accumulate
        write(gradient);
        *gradient = before + *gradient;
    }

    template <std::size_t... S>
    void sweep_forward(std::index_sequence<S...>)
    {
        (forward_step<S>(), ...);
    }

    template <std::size_t... S>
    void sweep_backward(std::index_sequence<S...>, bool accumulate)
    {
        m_state->regions.accumulate_leaves(accumulate);
        if (!accumulate)
            for (const std::size_t i : m_state->regions.unreached_leaves())
                std::fill_n(reinterpret_cast<T*>(nodes().nodes()[i].gradient),
                            nodes().nodes()[i].shape.size(), T{});
        (backward_step<sizeof...(S) - 1 - S>(), ...);
    }

    template <std::size_t S>
    void forward_step()
    {
        constexpr auto step = structure::step_list[S];
        if constexpr (step.kernel)
            for (detail::node& n : nodes().nodes_of(step.entry))
                structure::template kernel<step.entry>::forward(nodes(), n);
        else if constexpr (step.reduction)
            run_region<S, detail::region_mode::forward_sum>();
        else
            run_region<S, detail::region_mode::forward>();
    }

    template <std::size_t S>
    void backward_step()
    {
        constexpr auto step = structure::step_list[S];
        if constexpr (!structure::flows.gradient[step.entry])
            return;
        else if constexpr (step.kernel)
        {
            for (detail::node& n : nodes().nodes_of(step.entry))
                if (!n.idle)
                    structure::template kernel<step.entry>::backward(nodes(), n);
        }
        else if constexpr (step.reduction)
            run_region<S, detail::region_mode::backward_sum>();
        else
            run_region<S, detail::region_mode::backward>();
    }

    template <std::size_t S, detail::region_mode Mode>
    void run_region()
    {
        constexpr auto step = structure::step_list[S];
        constexpr bool only_backward =
            Mode == detail::region_mode::backward || Mode == detail::region_mode::backward_sum;
        for (detail::region_instance& region : m_state->regions.instances_of(step.region))
            if (!only_backward || !region.idle)
                run_region_instance<S, Mode>(region);
    }

    template <std::size_t S, detail::region_mode Mode>
    void run_region_instance(const detail::region_instance& region)
    {
        constexpr auto step = structure::step_list[S];
        constexpr auto& layout = structure::template layout<step.region>;
        constexpr bool differentiates = detail::differentiates(Mode);
        const std::span<detail::node> all = nodes().nodes();
        detail::node& site = all[region.site];

        T scale(1);
        if constexpr (step.mean)
            scale = T(1) / T(static_cast<double>(all[region.root].shape.size()));
        T seed = scale;
        if constexpr (Mode == detail::region_mode::backward_sum)
            seed = scale * *reinterpret_cast<const T*>(site.gradient);
        auto* output = reinterpret_cast<T*>(site.value);
        const auto* output_gradient = reinterpret_cast<const T*>(site.gradient);

        T sum{};
        if (region.regular)
        {
            constexpr std::size_t inputs = layout.input_count;
            const T* value[inputs];
            T* gradient[inputs];
            bool add[inputs];
            for (std::size_t i = 0; i < inputs; ++i)
            {
                const detail::node& n = all[region.inputs[i]];
                value[i] = reinterpret_cast<const T*>(n.value);
                gradient[i] = reinterpret_cast<T*>(n.gradient);
                const detail::contribution& c = region.contributes[i];
                add[i] = c.add || region.clears[i];
                if (differentiates && c.wanted && region.clears[i] && !c.add)
                    std::fill_n(gradient[i], n.shape.size(), T{});
            }
            detail::region_call<T> call;
            call.value = value;
            call.gradient = gradient;
            call.add = add;
            call.stride = region.stride.data();
            call.outer = region.outer;
            call.inner = region.inner;
            call.output = output;
            call.output_gradient = output_gradient;
            call.seed = seed;
            sum = structure::template region_kernel<step.region>::template run<Mode>(call);
        }
        else
            sum = detail::listed_region<T>(nodes(), region, structure::chunk_loops, m_state->chunks)
                      .run(Mode, layout.loads_root, output, output_gradient, seed);
        if constexpr (detail::sums(Mode))
            *output = scale * sum;
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

/// Plans only the values of an expression; keeps nothing for a backward sweep.
template <class E>
class evaluation : public basic_plan<E, false>
{
public:
    using basic_plan<E, false>::basic_plan;
};

template <expression_like E>
evaluation(const E&) -> evaluation<detail::expression_type<E>>;

} // namespace xgrad
