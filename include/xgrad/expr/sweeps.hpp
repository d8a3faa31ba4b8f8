// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The sweeps of a plan over one set of buffers: folds over the list of steps, forward and backward.

#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_listed.hpp>
#include <xgrad/expr/structure.hpp>
#include <xgrad/expr/sweep_state.hpp>

#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The sweeps over the expression E: functions, each compiled only where it is called.
template <class E, bool Differentiate>
class sweeps
{
    using structure = detail::structure<E, Differentiate>;
    using T = typename structure::value_type;
    using state = sweep_state<T>;

public:
    static void forward(state& s) { sweep_forward(s, structure::steps); }

    /// Goes back from forward() and the gradient that was set.
    static void backward(state& s, bool accumulate)
    {
        s.begin_backward(accumulate);
        sweep_backward(s, structure::steps);
    }

    /// Both sweeps, with the gradient @p seed of a scalar root, in as few passes as possible.
    static void value_and_gradient(state& s, T seed, bool accumulate)
    {
        if constexpr (structure::streamed.found)
            if (s.stream().runs())
                return stream_value_and_gradient(s, seed, accumulate);
        if constexpr (structure::single_pass)
        {
            sweep_forward(s, structure::steps_before_root);
            s.accumulate_leaves(accumulate);
            constexpr std::size_t last = structure::steps_size - 1; // the root is one node
            run_region_instance<last, structure::single_pass_of_1 ? region_mode::both_sum_of_1
                                                                  : region_mode::both_sum>(
                s, instance_of<last>(s), seed);
            sweep_backward(s, structure::steps_before_root);
            if (!accumulate)
                s.clear_unreached_leaves();
        }
        else
        {
            forward(s);
            s.set_gradient(accumulate, [seed](T* gradient) { *gradient = seed; });
            backward(s, accumulate);
        }
    }

private:
    /// Both sweeps, with one pass over the matrix of the streamed product.
    static void stream_value_and_gradient(state& s, T seed, bool accumulate)
    {
        [&]<std::size_t... S>(std::index_sequence<S...>)
        {
            (stream_forward_step<S>(s), ...);
            s.set_gradient(accumulate, [seed](T* gradient) { *gradient = seed; });
            s.begin_backward(accumulate);
            (stream_backward_step<sizeof...(S) - 1 - S>(s), ...);
        }
        (structure::steps);
    }

    template <std::size_t S>
    static void stream_forward_step(state& s)
    {
        constexpr std::size_t entry = structure::step_list[S].entry;
        if constexpr (entry == structure::streamed.sum)
        {
            region_instance& region = instance_of<S>(s);
            locate(s, region);
            using kernel =
                typename structure::template region_kernel<structure::step_list[S].region>;
            const T sum =
                s.stream().template sum<kernel, structure::streamed.input>(s.nodes(), region);
            *reinterpret_cast<T*>(s.nodes().nodes()[region.site].value) =
                scale_of<S>(s, region) * sum;
        }
        else if constexpr (entry != structure::streamed.product)
            forward_step<S>(s);
    }

    template <std::size_t S>
    static void stream_backward_step(state& s)
    {
        constexpr std::size_t entry = structure::step_list[S].entry;
        if constexpr (entry == structure::streamed.sum)
        {
            const region_instance& region = instance_of<S>(s);
            const node& site = s.nodes().nodes()[region.site];
            s.stream().differentiate_scalars(s.nodes(), region,
                                             scale_of<S>(s, region) *
                                                 *reinterpret_cast<const T*>(site.gradient));
        }
        else if constexpr (entry == structure::streamed.product)
            s.stream().differentiate_vector(s.nodes(), *s.nodes().nodes_of(entry).begin());
        else
            backward_step<S>(s);
    }

    template <std::size_t S>
    static region_instance& instance_of(state& s)
    {
        return *s.regions().instances_of(structure::step_list[S].region).begin();
    }

    template <std::size_t... S>
    static void sweep_forward(state& s, std::index_sequence<S...>)
    {
        (forward_step<S>(s), ...);
    }

    template <std::size_t... S>
    static void sweep_backward(state& s, std::index_sequence<S...>)
    {
        (backward_step<sizeof...(S) - 1 - S>(s), ...);
    }

    template <std::size_t S>
    static void forward_step(state& s)
    {
        constexpr auto step = structure::step_list[S];
        if constexpr (step.kernel)
            for (node& n : s.nodes().nodes_of(step.entry))
                structure::template kernel<step.entry>::forward(s.nodes(), n);
        else if constexpr (step.reduction)
            run_region<S, region_mode::forward_sum>(s);
        else
            run_region<S, region_mode::forward>(s);
    }

    template <std::size_t S>
    static void backward_step(state& s)
    {
        constexpr auto step = structure::step_list[S];
        if constexpr (!structure::flows.gradient[step.entry])
            return;
        else if constexpr (step.kernel)
        {
            for (node& n : s.nodes().nodes_of(step.entry))
                if (!n.idle)
                {
                    if constexpr (structure::template reads_alias<step.entry>)
                        s.nodes().clear_around_windows(n);
                    structure::template kernel<step.entry>::backward(s.nodes(), n);
                }
        }
        else if constexpr (step.reduction)
            run_region<S, region_mode::backward_sum>(s);
        else
            run_region<S, region_mode::backward>(s);
    }

    template <std::size_t S, region_mode Mode>
    static void run_region(state& s)
    {
        constexpr auto step = structure::step_list[S];
        constexpr bool only_backward =
            Mode == region_mode::backward || Mode == region_mode::backward_sum;
        for (region_instance& region : s.regions().instances_of(step.region))
            if (!only_backward || !region.idle)
                run_region_instance<S, Mode>(s, region, T(1));
    }

    template <std::size_t S, region_mode Mode>
    static void run_region_instance(state& s, region_instance& region, T root_gradient)
    {
        constexpr auto step = structure::step_list[S];
        const node& site = s.nodes().nodes()[region.site];
        region_call<T> call;
        call.output = reinterpret_cast<T*>(site.value);
        call.output_gradient = reinterpret_cast<const T*>(site.gradient);
        const T scale = scale_of<S>(s, region);
        call.seed = scale * root_gradient;
        if constexpr (Mode == region_mode::backward_sum)
            call.seed = scale * *call.output_gradient;

        if constexpr (structure::template reads_apart<step.region>)
            region.locate_tangents(s.nodes());
        T sum{};
        if (region.regular) [[likely]]
        {
            locate(s, region);
            call.value = region.value.data();
            call.gradient = region.gradient.data();
            call.add = region.add.data();
            constexpr bool scalar = structure::template is_scalar_region<step.region>;
            if constexpr (detail::differentiates(Mode) &&
                          (!scalar || structure::template reads_window<step.region>))
                if (region.clears_any)
                    s.clear_gradients(region);
            if constexpr (structure::template reads_apart<step.region>)
            {
                call.value_tangent = region.value_tangent.data();
                call.gradient_tangent = region.gradient_tangent.data();
            }
            if constexpr (!scalar)
            {
                call.stride = region.stride.data();
                call.outer = region.outer.extent.data();
                call.inner = region.inner;
            }
            sum = run_compiled<S, Mode>(region, call);
        }
        else
            sum =
                s.run_listed(region, {structure::chunk_loops.data(), structure::chunk_loops.size()},
                             Mode, structure::template layout<step.region>.loads_root, call.seed);
        if constexpr (detail::sums(Mode))
            *call.output = scale * sum;
    }

    static void locate(state& s, region_instance& region)
    {
        if (region.version != s.version())
            region.locate(s.nodes().nodes(), s.version());
    }

    /// What each value of a region counts for in its sum or mean.
    template <std::size_t S>
    static T scale_of(state& s, const region_instance& region)
    {
        if constexpr (structure::step_list[S].mean)
            return T(1) / T(static_cast<double>(s.nodes().nodes()[region.root].shape.size()));
        else
            return T(1);
    }

    /// Runs the compiled loop of the region, in the form that it has.
    template <std::size_t S, region_mode Mode>
    [[gnu::always_inline]] static T run_compiled(const region_instance& region,
                                                 const region_call<T>& call)
    {
        constexpr std::size_t r = structure::step_list[S].region;
        if constexpr (structure::template tree<r>.fits)
            if (region.tree)
                return run_loop<typename structure::template tree_kernel<r>, S, Mode>(call);
        return run_loop<typename structure::template region_kernel<r>, S, Mode>(call);
    }

    template <class Kernel, std::size_t S, region_mode Mode>
    [[gnu::always_inline]] static T run_loop(const region_call<T>& call)
    {
        constexpr std::size_t r = structure::step_list[S].region;
        if constexpr (structure::template is_scalar_region<r>)
            return Kernel::template run_scalar<Mode>(call);
        else
            return Kernel::template run_rows<Mode, structure::template layout<r>.outer_rank>(call);
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
