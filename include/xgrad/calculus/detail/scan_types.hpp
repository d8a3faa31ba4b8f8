// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a loop's types say: the plans of the body and the condition, and what both must return.

#include <xgrad/calculus/custom_gradient.hpp>
#include <xgrad/calculus/detail/scan_operands.hpp>
#include <xgrad/calculus/nested.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/ops/reshape.hpp>
#include <xgrad/ops/slice.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

struct no_condition
{
};

/// Part of the operands @p all of a body in the form in which it was given.
template <bool Single, std::size_t First, std::size_t Count, class All>
auto gathered(const All& all)
{
    if constexpr (Single)
        return std::get<First>(all);
    else
        return [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            return std::tuple(std::get<First + K>(all)...);
        }
    (std::make_index_sequence<Count>{});
}

/// Calls the user's body with states, rows and parameters in the forms in which they were given.
template <class Function, class CarryPart, class XPart, class ParameterPart, bool Rows>
struct loop_call
{
    [[no_unique_address]] Function function;

    template <class... E>
    auto operator()(const E&... e) const
    {
        const auto all = std::tuple<E...>(e...);
        const auto carry = gathered<CarryPart::single, 0, CarryPart::count>(all);
        constexpr std::size_t behind = CarryPart::count + (Rows ? XPart::count : 0);
        constexpr bool takes_x = Rows && XPart::count > 0;
        constexpr bool takes_parameters = ParameterPart::count > 0;
        if constexpr (takes_x && takes_parameters)
            return function(carry, gathered<XPart::single, CarryPart::count, XPart::count>(all),
                            gathered<ParameterPart::single, behind, ParameterPart::count>(all));
        else if constexpr (takes_x)
            return function(carry, gathered<XPart::single, CarryPart::count, XPart::count>(all));
        else if constexpr (takes_parameters)
            return function(carry,
                            gathered<ParameterPart::single, behind, ParameterPart::count>(all));
        else
            return function(carry);
    }
};

template <class Made>
struct body_result
{
    static constexpr bool has_outputs = false;
    using carry = Made;
    using outputs = std::tuple<>;

    static const carry& state(const Made& made) { return made; }
};
template <class Carry, class Y>
struct body_result<std::pair<Carry, Y>>
{
    static constexpr bool has_outputs = true;
    using carry = Carry;
    using outputs = Y;

    static const carry& state(const std::pair<Carry, Y>& made) { return made.first; }
};

template <class E>
auto as_tuple(const E& e)
{
    if constexpr (is_tuple<E>)
        return e;
    else
        return std::tuple<E>(e);
}

/// The body's next state and outputs in one vector.
template <class Call>
struct joined_body
{
    [[no_unique_address]] Call call;

    template <class... E>
    auto operator()(const E&... e) const
    {
        const auto made = call(e...);
        using result = body_result<std::remove_cvref_t<decltype(made)>>;
        if constexpr (result::has_outputs)
            return detail::joined(
                std::tuple_cat(detail::as_tuple(made.first), detail::as_tuple(made.second)));
        else
            return detail::joined(made);
    }
};

/// Whether the next state may stand where the state stood.
template <class Expected, class Found>
inline constexpr bool same_state = false;
template <class... E, class... F>
    requires(sizeof...(E) == sizeof...(F))
inline constexpr bool same_state<type_list<E...>, type_list<F...>> =
    (may_equal(shape_of<E>::value, shape_of<F>::value) && ...);

/// The element type of the first expression in a list.
template <class E, class... Rest>
value_type_of<E> first_value_type_in(type_list<E, Rest...>);

/// Everything that the types of a loop's operands, body and condition tell.
template <class Body, class Condition, class Carry, class Xs, class Parameters>
struct loop
{
    using T = decltype(detail::first_value_type_in(typename parts_list<Carry>::type{}));

    static constexpr bool differentiable =
        any_differentiable<typename parts_list<Carry>::type> ||
        any_differentiable<typename parts_list<Xs>::type> ||
        any_differentiable<typename parts_list<Parameters>::type>;

    using carry_part = loop_part<Carry, differentiable>;
    using x_part = loop_rows<T, Xs>;
    using parameter_part =
        loop_part<Parameters, any_differentiable<typename parts_list<Parameters>::type>>;

    static constexpr bool has_parameters = parameter_part::count > 0;
    static constexpr bool may_end = !std::is_same_v<Condition, no_condition>;
    static constexpr std::size_t first_parameter = carry_part::count + x_part::count;

    // ---- the body -------------------------------------------------------------------------------

    using operands = typename joined_lists<typename carry_part::operands, typename x_part::operands,
                                           typename parameter_part::operands>::type;
    using call = loop_call<Body, carry_part, x_part, parameter_part, true>;
    using body_function = joined_body<call>;
    using body_plan = nested_plan<body_function, operands, true>;
    using body_pool = plan_pool<body_plan, body_function>;

    using made = made_from<call, operands>;
    using body_result = detail::body_result<made>;
    static constexpr bool has_outputs = body_result::has_outputs;
    static_assert(same_state<typename parts_list<Carry>::type,
                             typename parts_list<typename body_result::carry>::type>,
                  "xgrad: the body of a loop makes the next state; expected the number and the "
                  "shapes of the state before the first step, found others");

    static auto body_pool_for(const Body& body)
    {
        return detail::pool_for<body_plan, body_function>(body_function{call{body}});
    }

    // ---- the condition --------------------------------------------------------------------------

    using condition_call =
        loop_call<Condition, loop_part<Carry, false>, x_part, loop_part<Parameters, false>, false>;
    using condition_operands =
        typename joined_lists<typename loop_part<Carry, false>::operands, type_list<>,
                              typename loop_part<Parameters, false>::operands>::type;

    template <bool MayEnd, class = void>
    struct condition_types
    {
        using plan = void;
        using pool = void;
    };
    template <class Unused>
    struct condition_types<true, Unused>
    {
        using plan = nested_plan<condition_call, condition_operands, false>;
        using pool = plan_pool<plan, condition_call>;
        static_assert(plan::root::rank == 0,
                      "xgrad::while_loop: the condition is a scalar; expected a comparison of "
                      "numbers, found a tensor");
    };
    using condition_plan = typename condition_types<may_end>::plan;
    using condition_pool = typename condition_types<may_end>::pool;

    static std::shared_ptr<condition_pool> condition_pool_for(const Condition& condition)
    {
        if constexpr (may_end)
            return detail::pool_for<condition_plan, condition_call>(condition_call{condition});
        else
            return nullptr;
    }

    // ---- extents --------------------------------------------------------------------------------

    static constexpr inferred infer(const extents& carry, const extents& xs,
                                    const extents& parameters)
    {
        if (!has_outputs)
            return carry;
        const std::size_t width = output_width_for(carry, xs, parameters);
        const bool known = carry.dynamic_rank() == 0 && xs[0] != dynamic && width != dynamic;
        return extents(known ? carry.size() + xs[0] * width : dynamic);
    }

    /// Elements of the outputs of a step, where the types tell.
    static constexpr std::size_t static_output_width = []
    {
        std::size_t total = 0;
        []<class... Y>(type_list<Y...>, std::size_t& sum)
        {
            ((sum = sum == dynamic || !shape_of<Y>::is_static ? dynamic
                                                              : sum + shape_of<Y>::value.size()),
             ...);
        }(typename parts_list<typename body_result::outputs>::type{}, total);
        return total;
    }();

    /// Elements of the outputs of a step.
    static constexpr std::size_t output_width_for(const extents& carry, const extents& xs,
                                                  const extents& parameters)
    {
        std::array<extents, first_parameter + parameter_part::count> given{};
        const auto states = carry_part::part_extents(carry);
        const auto rows = x_part::part_extents(xs);
        const auto rest = parameter_part::part_extents(parameters);
        auto next = std::copy(states.begin(), states.end(), given.begin());
        next = std::copy(rows.begin(), rows.end(), next);
        std::copy(rest.begin(), rest.end(), next);
        const extents value = nested_shape<typename body_plan::root>::infer(given.data()).shape;
        return value[0] == dynamic || carry.dynamic_rank() > 0 ? dynamic : value[0] - carry.size();
    }

    // ---- operands -------------------------------------------------------------------------------

    template <class Part, std::size_t First, class Plan, class F>
    static void for_each_leaf(Plan& plan, F visit)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            (visit(plan.template leaf<First + K>(), Part::offset[K]), ...);
        }
        (std::make_index_sequence<Part::count>{});
    }

    /// Tells the operands that are tensors of their own their extents; the others have theirs.
    template <class Plan>
    static void set_extents(Plan& plan, const extents& carry, const extents& xs)
    {
        if constexpr (carry_part::single)
            plan.template leaf<0>().shape = carry;
        if constexpr (x_part::single && std::is_same_v<Plan, body_plan>)
            plan.template leaf<carry_part::count>().shape = x_part::part_extents(xs)[0];
    }

    template <class Plan>
    static void lend_carry(Plan& plan, T* memory)
    {
        for_each_leaf<carry_part, 0>(plan, [memory](leaf_record& leaf, std::size_t offset)
                                     { leaf.value = memory + offset; });
    }

    static void lend_x(body_plan& plan, T* memory)
    {
        for_each_leaf<x_part, carry_part::count>(plan,
                                                 [memory](leaf_record& leaf, std::size_t offset)
                                                 { leaf.value = memory + offset; });
    }

    template <class Plan, class View>
    static void lend_parameters(Plan& plan, const View& view)
    {
        constexpr std::size_t first =
            std::is_same_v<Plan, body_plan> ? first_parameter : carry_part::count;
        if constexpr (parameter_part::single)
            detail::lend_operand<first>(plan, view);
        else
            for_each_leaf<parameter_part, first>(
                plan, [&](leaf_record& leaf, std::size_t offset)
                { leaf.value = const_cast<T*>(view.data()) + offset; });
    }

    static void lend_gradients(body_plan& plan, T* carry, T* x, T* parameters)
    {
        const auto lend = [](T* memory) {
            return [memory](leaf_record& leaf, std::size_t offset)
            { leaf.gradient = memory + offset; };
        };
        for_each_leaf<carry_part, 0>(plan, lend(carry));
        for_each_leaf<x_part, carry_part::count>(plan, lend(x));
        for_each_leaf<parameter_part, first_parameter>(plan, lend(parameters));
    }

    // ---- outputs --------------------------------------------------------------------------------

    template <class Y>
    using outputs_shape = typename with_first_axis<x_part::length, shape_of<Y>>::type;

    template <class Y, class All>
    static auto output(const All& rows)
    {
        if constexpr (shape_of<Y>::rank == 1)
            return rows;
        else
        {
            static_assert(
                shape_of<Y>::is_static,
                "xgrad::scan: outputs of more than one axis have static extents; expected "
                "numbers, found a dynamic extent");
            return xgrad::reshape(rows, outputs_shape<Y>{});
        }
    }

    /// The outputs of all steps in the form in which the body makes them.
    template <class All>
    static auto split_outputs(const All& rows)
    {
        return split_outputs(rows, std::type_identity<typename body_result::outputs>{});
    }

    template <class All, class Y>
    static auto split_outputs(const All& rows, std::type_identity<Y>)
    {
        return output<Y>(rows);
    }

    template <class All, class... Y>
    static auto split_outputs(const All& rows, std::type_identity<std::tuple<Y...>>)
    {
        static_assert(
            (shape_of<Y>::is_static && ...),
            "xgrad::scan: outputs in a tuple have static extents; expected numbers, found "
            "a dynamic extent");
        constexpr auto offset = []
        {
            std::array<std::size_t, sizeof...(Y) + 1> at{};
            std::size_t k = 0;
            ((at[k + 1] = at[k] + shape_of<Y>::value.size(), ++k), ...);
            return at;
        }();
        return [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            return std::tuple(
                output<Y>(xgrad::slice(rows, axis<1>,
                                       range<static_cast<std::ptrdiff_t>(offset[K]),
                                             static_cast<std::ptrdiff_t>(offset[K + 1])>))...);
        }
        (std::index_sequence_for<Y...>{});
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
