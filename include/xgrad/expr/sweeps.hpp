// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The sweeps of a plan over one set of buffers: folds over the list of steps, forward and backward.

#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_listed.hpp>
#include <xgrad/expr/structure.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace xgrad::detail
{

template <class E, bool Differentiate>
class sweeps
{
    using structure = detail::structure<E, Differentiate>;
    using T = typename structure::value_type;

public:
    explicit sweeps(record* root)
        : m_nodes(structure::facts, root), m_regions(structure::regions, m_nodes)
    {
    }

    /// Whether nothing but the memory of leaves changes from one evaluation to the next.
    static constexpr bool static_extents = structure::static_extents;

    sweeps(const sweeps&) = delete; // the regions refer to the nodes
    sweeps& operator=(const sweeps&) = delete;

    [[nodiscard]] graph& nodes() { return m_nodes; }
    [[nodiscard]] const graph& nodes() const { return m_nodes; }
    [[nodiscard]] const region_graph& regions() const { return m_regions; }

    /// Works on @p leaves from now on; see graph::take.
    void take(std::span<const leaf_memory> leaves)
    {
        ++m_version;
        if (!m_nodes.take(leaves))
            return;
        m_regions.reshape();
        for (const auto& region : m_regions.instances())
            if (!region.regular)
                m_chunks.reserve(listed_region<T>::memory_bytes(region));
    }

    /// The same where only the memory of leaves can have changed.
    void take_memory() { m_version += m_nodes.take_memory(); }

    void forward() { sweep_forward(structure::steps); }

    /// Goes back from forward(), with the gradient of the root that @p write puts where it is told.
    template <class F>
    void backward(bool accumulate, F write)
    {
        seed_root(accumulate, write);
        sweep_backward(structure::steps, accumulate);
    }

    /// Both, with the gradient @p seed of a scalar root, in as few passes as possible.
    void value_and_gradient(T seed, bool accumulate)
    {
        if constexpr (structure::single_pass)
        {
            sweep_forward(structure::steps_before_root);
            accumulate_leaves(accumulate);
            m_seed = seed;
            run_region<structure::steps_size - 1, region_mode::both_sum>();
            sweep_backward(structure::steps_before_root, accumulate);
        }
        else
        {
            forward();
            backward(accumulate, [seed](T* gradient) { *gradient = seed; });
        }
    }

private:
    /// Hands the gradient of the root to @p write, which assigns it.
    template <class F>
    void seed_root(bool accumulate, F write)
    {
        node& root = m_nodes.root();
        T* gradient = reinterpret_cast<T*>(root.gradient);
        const bool leaf = m_nodes.facts(m_nodes.nodes()[root.base]).part == role::leaf;
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
        accumulate_leaves(accumulate);
        if (!accumulate)
            for (const std::size_t i : m_regions.unreached_leaves())
                std::fill_n(reinterpret_cast<T*>(m_nodes.nodes()[i].gradient),
                            m_nodes.nodes()[i].shape.size(), T{});
        (backward_step<sizeof...(S) - 1 - S>(), ...);
    }

    template <std::size_t S>
    void forward_step()
    {
        constexpr auto step = structure::step_list[S];
        if constexpr (step.kernel)
            for (node& n : m_nodes.nodes_of(step.entry))
                structure::template kernel<step.entry>::forward(m_nodes, n);
        else if constexpr (step.reduction)
            run_region<S, region_mode::forward_sum>();
        else
            run_region<S, region_mode::forward>();
    }

    template <std::size_t S>
    void backward_step()
    {
        constexpr auto step = structure::step_list[S];
        if constexpr (!structure::flows.gradient[step.entry])
            return;
        else if constexpr (step.kernel)
        {
            for (node& n : m_nodes.nodes_of(step.entry))
                if (!n.idle)
                    structure::template kernel<step.entry>::backward(m_nodes, n);
        }
        else if constexpr (step.reduction)
            run_region<S, region_mode::backward_sum>();
        else
            run_region<S, region_mode::backward>();
    }

    template <std::size_t S, region_mode Mode>
    void run_region()
    {
        constexpr auto step = structure::step_list[S];
        constexpr bool only_backward =
            Mode == region_mode::backward || Mode == region_mode::backward_sum;
        for (region_instance& region : m_regions.instances_of(step.region))
            if (!only_backward || !region.idle)
                run_region_instance<S, Mode>(region);
    }

    template <std::size_t S, region_mode Mode>
    void run_region_instance(region_instance& region)
    {
        constexpr auto step = structure::step_list[S];
        constexpr auto& layout = structure::template layout<step.region>;
        constexpr bool differentiates = detail::differentiates(Mode);
        const std::span<node> all = m_nodes.nodes();
        node& site = all[region.site];

        T scale(1);
        if constexpr (step.mean)
            scale = T(1) / T(static_cast<double>(all[region.root].shape.size()));
        T seed = scale * m_seed;
        if constexpr (Mode == region_mode::backward_sum)
            seed = scale * *reinterpret_cast<const T*>(site.gradient);
        auto* output = reinterpret_cast<T*>(site.value);
        const auto* output_gradient = reinterpret_cast<const T*>(site.gradient);

        T sum{};
        if (region.regular)
        {
            if (region.version != m_version)
                region.locate(all, m_version);
            region_call<T> call;
            call.value = region.value.data();
            call.gradient = region.gradient.data();
            call.add = region.add.data();
            call.output = output;
            call.output_gradient = output_gradient;
            call.seed = seed;
            if constexpr (!structure::template is_scalar_region<step.region>)
            {
                if constexpr (differentiates)
                    clear_gradients(region);
                call.stride = region.stride.data();
                call.outer = region.outer;
                call.inner = region.inner;
            }
            sum = run_compiled<S, Mode>(region, call);
        }
        else
            sum = listed_region<T>(m_nodes, region, structure::chunk_loops, m_chunks)
                      .run(Mode, layout.loads_root, output, output_gradient, seed);
        if constexpr (detail::sums(Mode))
            *output = scale * sum;
    }

    /// Runs the compiled loop of the region, in the form that it has.
    template <std::size_t S, region_mode Mode>
    T run_compiled(const region_instance& region, const region_call<T>& call)
    {
        constexpr std::size_t r = structure::step_list[S].region;
        constexpr bool scalar = structure::template is_scalar_region<r>;
        if constexpr (structure::template tree<r>.fits)
            if (region.tree)
                return structure::template tree_kernel<r>::template run<Mode, scalar>(call);
        return structure::template region_kernel<r>::template run<Mode, scalar>(call);
    }

    /// Zeros where a region only adds.
    void clear_gradients(const region_instance& region)
    {
        for (std::size_t i = 0; i < region.inputs.size(); ++i)
            if (region.clears[i] && region.contributes[i].wanted && !region.contributes[i].add)
                std::fill_n(reinterpret_cast<T*>(region.gradient[i]),
                            m_nodes.nodes()[region.inputs[i]].shape.size(), T{});
    }

    void accumulate_leaves(bool accumulate)
    {
        m_version += m_regions.accumulate_leaves(accumulate);
    }

    graph m_nodes;
    region_graph m_regions;
    workspace m_chunks;
    std::size_t m_version = 1; ///< counts the changes of the nodes' memory
    T m_seed{1};               ///< the gradient of the root in a single pass
};

} // namespace xgrad::detail
