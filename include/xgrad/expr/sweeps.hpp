// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The sweeps of a plan over one set of buffers: folds over the list of steps, forward and backward.

#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_listed.hpp>
#include <xgrad/expr/structure.hpp>
#include <xgrad/expr/sweep_state.hpp>
#include <xgrad/kernels/elementary.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Number types of a user may have no comparison.
template <class T>
inline constexpr bool can_be_1 = requires(const T& number)
{
    bool(number == number);
};

template <class E, bool Differentiate>
class sweeps final : public sweep_state<typename E::value_type>
{
    using structure = detail::structure<E, Differentiate>;
    using T = typename structure::value_type;
    using base = sweep_state<T>;
    using base::m_chunks;
    using base::m_nodes;
    using base::m_regions;
    using base::m_version;

public:
    explicit sweeps(record* root)
        : base({structure::facts.data(), structure::facts.size()},
               {structure::regions.data(), structure::regions.size()}, root,
               structure::static_extents)
    {
    }

    /// A new object of this type, for those who do not know it.
    static std::unique_ptr<base> make(record* root) { return std::make_unique<sweeps>(root); }

    void forward() override { sweep_forward(structure::steps); }

    void value_and_gradient(T seed, bool accumulate) override
    {
        if constexpr (structure::single_pass)
        {
            constexpr bool of_1 = structure::single_pass_of_1 && detail::can_be_1<T>;
            bool fits = true;
            if constexpr (of_1)
                fits = simd::is_zero(T(seed - T(1))); // a dual number's derivatives too
            if (fits)
            {
                sweep_forward(structure::steps_before_root);
                this->accumulate_leaves(accumulate);
                m_seed = seed;
                run_region<structure::steps_size - 1,
                           of_1 ? region_mode::both_sum_of_1 : region_mode::both_sum>();
                return sweep_backward(structure::steps_before_root, accumulate);
            }
        }
        forward();
        base::backward(accumulate, [seed](T* gradient) { *gradient = seed; });
    }

private:
    void sweep_back(bool accumulate) override { sweep_backward(structure::steps, accumulate); }

    template <std::size_t... S>
    void sweep_forward(std::index_sequence<S...>)
    {
        (forward_step<S>(), ...);
    }

    template <std::size_t... S>
    void sweep_backward(std::index_sequence<S...>, bool accumulate)
    {
        this->accumulate_leaves(accumulate);
        if (!accumulate)
            this->clear_unreached_leaves();
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
                {
                    if constexpr (structure::template reads_alias<step.entry>)
                        m_nodes.clear_around_windows(n);
                    structure::template kernel<step.entry>::backward(m_nodes, n);
                }
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
        const elements<node> all = m_nodes.nodes();
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
            constexpr bool scalar = structure::template is_scalar_region<step.region>;
            if constexpr (differentiates &&
                          (!scalar || structure::template reads_window<step.region>))
                this->clear_gradients(region);
            if constexpr (!scalar)
            {
                call.stride = region.stride.data();
                call.outer = region.outer;
                call.inner = region.inner;
            }
            sum = run_compiled<S, Mode>(region, call);
        }
        else
            sum = listed_region<T>(m_nodes, region,
                                   {structure::chunk_loops.data(), structure::chunk_loops.size()},
                                   m_chunks)
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

    T m_seed{1}; ///< the gradient of the root in a single pass
};

} // namespace xgrad::inline XGRAD_ABI::detail
