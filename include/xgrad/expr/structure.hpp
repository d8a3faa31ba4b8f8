// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Joins the analysis of a program with the code of its operations: everything about a plan that is
// settled while compiling.

#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/fusion.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/kernel_step.hpp>
#include <xgrad/expr/number_parts.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_kernel.hpp>
#include <xgrad/expr/region_layout.hpp>
#include <xgrad/expr/region_listed.hpp>
#include <xgrad/expr/region_tree.hpp>
#include <xgrad/expr/streamed_product.hpp>
#include <xgrad/expr/sweep_state.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A loop or a kernel of the sweeps.
struct sweep_step
{
    std::size_t entry = 0;  ///< the entry whose value the step writes
    bool kernel = false;    ///< an operation on whole tensors; else the loop of a region
    std::size_t region = 0; ///< the number of the region
    bool reduction = false; ///< the region's values are summed
    bool mean = false;      ///< and divided by their count
};

/// Whether entries of this role have a step of their own in the sweeps.
constexpr bool makes_step(role part)
{
    return part == role::kernel || part == role::region || part == role::reduction;
}

/// Tells the entries of a region where they run and what backward reads. With @p single_pass the
/// loop that writes the gradients is the one that reads the values, so these must last as long.
template <std::size_t N>
constexpr void note_region(std::array<entry_facts, N>& facts, const region_layout<N>& r,
                           std::size_t step, bool single_pass)
{
    for (std::size_t k = 0; k < r.step_count; ++k)
    {
        entry_facts& fact = facts[static_cast<std::size_t>(r.step_entry[k])];
        fact.step = step;
        for (std::size_t n = 0; n < max_arity; ++n)
            if (n < static_cast<std::size_t>(r.steps[k].arity) && r.steps[k].argument[n] < 0)
                fact.reads_argument[n] = single_pass || r.input_needed[~r.steps[k].argument[n]];
    }
    const auto root = static_cast<std::size_t>(r.step_entry[r.step_count - 1]);
    facts[root].reads_output = r.root_needed;
}

/// The rewritten program of an expression.
template <class E, class Operations = typename E::operations>
struct fused_of;

template <class E, class... Operations>
struct fused_of<E, type_list<Operations...>> : fused<E::packed_program, Operations...>
{
};

template <class E, bool Differentiate, class Operations = typename fused_of<E>::operations>
struct structure;

template <class E, bool Differentiate, class... Operations>
struct structure<E, Differentiate, type_list<Operations...>>
{
    using value_type = typename E::value_type;
    using T = value_type;

    static constexpr auto& program = fused_of<E>::program;
    static constexpr std::size_t size = fused_of<E>::program.size;
    static constexpr operation_traits traits[] = {traits_of<Operations>()...};
    static constexpr auto flows = detail::analyse(program, traits, Differentiate);

    template <std::size_t I>
    using operation = std::tuple_element_t<static_cast<std::size_t>(program.entries[I].operation),
                                           std::tuple<Operations...>>;

    // ---- steps ------------------------------------------------------------------------------

    static constexpr std::size_t steps_size = []
    {
        std::size_t count = 0;
        for (std::size_t i = 0; i < size; ++i)
            count += detail::makes_step(flows.roles[i]);
        return count;
    }();

    static constexpr auto step_list = []
    {
        std::array<sweep_step, steps_size> list{};
        std::size_t count = 0;
        std::size_t regions = 0;
        for (std::size_t i = 0; i < size; ++i)
            if (detail::makes_step(flows.roles[i]))
            {
                sweep_step& step = list[count++];
                step.entry = i;
                step.kernel = flows.roles[i] == role::kernel;
                step.region = step.kernel ? 0 : regions++;
                step.reduction = flows.roles[i] == role::reduction;
                step.mean = traits[program.entries[i].operation].reduction == reduction_kind::mean;
            }
        return list;
    }();

    static constexpr auto steps = std::make_index_sequence<steps_size>{};
    static constexpr auto steps_before_root =
        std::make_index_sequence < steps_size == 0 ? 0 : steps_size - 1 > {};

    static constexpr spread root_spread = detail::spread_of_root(program, traits, flows);

    /// Whether value and gradient come from one pass: the root is a reduction done by a region.
    /// or a region of a single element.
    static constexpr bool single_pass =
        flows.gradient[size - 1] &&
        (flows.roles[size - 1] == role::reduction ||
         (flows.roles[size - 1] == role::region && flows.shape[size - 1].rank == 0));

    /// Whether that pass is written for the gradient 1 of the root, which is what nearly all ask
    /// for: no multiplication by it. A mean has another one for each value, and the root of a part
    /// of the batch, of which averages are taken, has that part's weight.
    static constexpr bool single_pass_of_1 =
        single_pass &&
        traits[program.entries[size - 1].operation].reduction != reduction_kind::mean &&
        root_spread != spread::average;

    /// Whether the type tells all extents. Run-time numbers of operations have theirs from records,
    /// which never change.
    static constexpr bool static_extents = []
    {
        for (std::size_t i = 0; i < size; ++i)
            if (traits[program.entries[i].operation].leaf && flows.shape[i].dynamic_rank() > 0)
                return false;
        return true;
    }();

    // ---- regions ----------------------------------------------------------------------------

    static constexpr std::size_t region_count = []
    {
        std::size_t count = 0;
        for (const sweep_step& step : step_list)
            count += !step.kernel;
        return count;
    }();

    /// The last entry of the region number R.
    static constexpr std::size_t region_root(std::size_t r)
    {
        for (const sweep_step& step : step_list)
            if (!step.kernel && step.region == r)
                return step.reduction
                           ? static_cast<std::size_t>(program.entries[step.entry].argument[0])
                           : step.entry;
        return size;
    }

    static constexpr std::size_t region_step_entry(std::size_t r)
    {
        for (const sweep_step& step : step_list)
            if (!step.kernel && step.region == r)
                return step.entry;
        return size;
    }

    template <std::size_t R>
    static constexpr auto layout = detail::layout_region(program, traits, flows, region_root(R));

    /// Whether a region reads values that depend on leaves of which there are several.
    template <std::size_t R>
    static constexpr bool reads_shared = []
    {
        std::array<bool, size> shared{};
        for (std::size_t i = 0; i < size; ++i)
        {
            shared[i] = traits[program.entries[i].operation].shared;
            for (const short from : program.entries[i].argument)
                shared[i] = shared[i] || (from >= 0 && shared[static_cast<std::size_t>(from)]);
        }
        bool result = false;
        for (std::size_t i = 0; i < layout<R>.input_count; ++i)
            result = result || shared[static_cast<std::size_t>(layout<R>.input_entry[i])];
        return result;
    }();

    template <std::size_t R>
    static constexpr auto tree = reads_shared<R> ? detail::make_tree(layout<R>)
                                                 : region_tree{{}, false};

    template <std::size_t R, class = std::make_index_sequence<layout<R>.operation_count>>
    struct region_kernel_of;

    template <std::size_t R, std::size_t... K>
    struct region_kernel_of<R, std::index_sequence<K...>>
    {
        using type = detail::region_kernel<
            region_type<detail::make_region_program<layout<R>.step_count, layout<R>.input_count>(
                layout<R>)>,
            T,
            std::tuple_element_t<static_cast<std::size_t>(layout<R>.operations[K]),
                                 std::tuple<Operations...>>...>;
        using of_tree = detail::region_kernel<
            region_type<detail::make_region_program<tree<R>.fits ? tree<R>.layout.step_count : 1,
                                                    tree<R>.fits ? tree<R>.layout.input_count : 1>(
                tree<R>.layout)>,
            T,
            std::tuple_element_t<static_cast<std::size_t>(layout<R>.operations[K]),
                                 std::tuple<Operations...>>...>;
    };

    template <std::size_t R>
    using region_kernel = typename region_kernel_of<R>::type;

    template <std::size_t R>
    using tree_kernel = typename region_kernel_of<R>::of_tree;

    /// Whether the region R has one element.
    template <std::size_t R>
    static constexpr bool is_scalar_region = flows.shape[region_root(R)].rank == 0;

    /// Whether a gradient of the region R is of a part of a tensor.
    template <std::size_t R>
    static constexpr bool reads_window = []
    {
        for (std::size_t i = 0; i < layout<R>.input_count; ++i)
            if (flows.base[layout<R>.input_entry[i]] != layout<R>.input_entry[i])
                return true;
        return false;
    }();

    /// Whether the region R reads numbers whose parts lie apart.
    template <std::size_t R>
    static constexpr bool reads_apart = region_kernel<R>::any_apart;

    /// Whether the entry I has an operand that is an alias.
    template <std::size_t I>
    static constexpr bool reads_alias = []
    {
        for (const short from : program.entries[I].argument)
            if (from >= 0 && flows.roles[from] == role::alias)
                return true;
        return false;
    }();

    static constexpr auto regions = []<std::size_t... R>(std::index_sequence<R...>)
    {
        return std::array<region_facts, sizeof...(R)>{
            region_facts{region_root(R),
                         region_step_entry(R),
                         {layout<R>.step_entry, layout<R>.step_count},
                         {layout<R>.input_entry, layout<R>.input_count},
                         {layout<R>.inputs, layout<R>.input_count},
                         {tree<R>.layout.inputs, tree<R>.fits ? tree<R>.layout.input_count : 0},
                         layout<R>.outer_rank,
                         region_kernel<R>::lanes,
                         {region_kernel<R>::slides.data(), region_kernel<R>::slides.size()}}...};
    }
    (std::make_index_sequence<region_count>{});

    static constexpr auto chunk_loops = std::array<detail::chunk_loops<T>, sizeof...(Operations)>{
        chunk_loops_of<Operations, T>()...};

    /// The first product that a region streams.
    static constexpr streamed_product streamed = []<std::size_t... R>(std::index_sequence<R...>)
    {
        streamed_product result;
        if constexpr (std::is_floating_point_v<T>)
            ((result = result.found ? result
                                    : detail::find_streamed_product(
                                          program, traits, flows, layout<R>, R, region_root(R),
                                          region_step_entry(R), simd::width<T>)),
             ...);
        return result;
    }
    (std::make_index_sequence<region_count>{});

    // ---- kernels ----------------------------------------------------------------------------

    /// The leaf that gives the entry its element type: that of the first operand, all the way down.
    static constexpr std::size_t first_leaf(std::size_t i)
    {
        while (program.entries[i].argument[0] >= 0)
            i = static_cast<std::size_t>(program.entries[i].argument[0]);
        return i;
    }

    template <std::size_t I>
    using value_type_at = typename operation<first_leaf(I)>::value_type;

    /// The static shape of the entry I. (Not by way of a template argument of type extents: g++ 12
    /// fails on its members.)
    template <std::size_t I, std::size_t... Axis>
    static shape<flows.shape[I].extent[Axis]...> shape_with(std::index_sequence<Axis...>);

    template <std::size_t I>
    using shape_at = decltype(structure::template shape_with<I>(
        std::make_index_sequence<flows.shape[I].rank>{}));

    template <std::size_t I>
    using operand_at = operand_type<value_type_at<I>, shape_at<I>, flows.gradient[I]>;

    template <std::size_t I, class = std::make_index_sequence<arity<operation<I>>>>
    struct kernel;

    template <std::size_t I, class = std::make_index_sequence<arity<operation<I>>>>
    struct memory_of;

    template <std::size_t I, std::size_t... K>
    struct memory_of<I, std::index_sequence<K...>>
        : kernel_memory<operation<I>, value_type_at<I>,
                        shape_at<static_cast<std::size_t>(program.entries[I].argument[K])>...>
    {
    };

    template <std::size_t I>
    static constexpr memory_needs needs_of()
    {
        if constexpr (flows.roles[I] == role::kernel)
            return memory_of<I>::needs();
        else
            return {};
    }

    template <std::size_t I, std::size_t... K>
    struct kernel<I, std::index_sequence<K...>>
        : kernel_step<operation<I>,
                      result_type<value_type_at<I>, shape_at<I>,
                                  !flows.gradient[I] && needs_of<I>().saved_for_backward>,
                      operand_at<static_cast<std::size_t>(program.entries[I].argument[K])>...>
    {
    };

    // ---- facts for the run-time half --------------------------------------------------------

    static constexpr auto facts = []
    {
        const auto element_bytes = []<std::size_t... I>(std::index_sequence<I...>)
        {
            return std::array<std::size_t, size>{(flows.apart[I]
                                                      ? detail::part_bytes<value_type_at<I>>()
                                                      : sizeof(value_type_at<I>))...};
        }
        (std::make_index_sequence<size>{});
        const auto needs = []<std::size_t... I>(std::index_sequence<I...>)
        {
            return std::array<memory_needs, size>{needs_of<I>()...};
        }
        (std::make_index_sequence<size>{});
        std::array<entry_facts, size> result{};
        for (std::size_t i = 0; i < size; ++i)
        {
            entry_facts& fact = result[i];
            fact.what = program.entries[i];
            fact.hops = fused_of<E>::hops[i];
            const auto operation = static_cast<std::size_t>(fact.what.operation);
            fact.traits = &traits[operation];
            fact.declared = flows.shape[i];
            fact.part = flows.roles[i];
            fact.gradient = flows.gradient[i];
            fact.apart = flows.apart[i];
            fact.step = i;
            fact.region = flows.region[i];
            fact.element_bytes = element_bytes[i];
            fact.scratch_bytes = needs[i].scratch;
            if (fact.gradient || !needs[i].saved_for_backward)
                fact.saved_bytes = needs[i].saved;
            fact.form = needs[i].form;
            if (fact.part == role::kernel && fact.gradient)
            {
                fact.reads_output = xgrad::reads_output(fact.traits->reads);
                for (bool& reads : fact.reads_argument)
                    reads = xgrad::reads_arguments(fact.traits->reads);
            }
        }
        [&]<std::size_t... R>(std::index_sequence<R...>)
        {
            static_assert((std::is_same_v<value_type_at<region_root(R)>, T> && ...),
                          "xgrad: elementwise operations in an expression work on the element type "
                          "of its result");
            (detail::note_region(result, layout<R>, region_step_entry(R),
                                 single_pass && region_step_entry(R) + 1 == size),
             ...);
        }
        (std::make_index_sequence<region_count>{});
        return result;
    }();

    static constexpr program_facts all_facts{{facts.data(), facts.size()},
                                             {regions.data(), regions.size()},
                                             streamed,
                                             static_extents,
                                             single_pass_of_1};
};

} // namespace xgrad::inline XGRAD_ABI::detail
