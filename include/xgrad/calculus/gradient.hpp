// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/arguments.hpp>
#include <xgrad/calculus/detail/memory_ranges.hpp>
#include <xgrad/calculus/planned.hpp>
#include <xgrad/expr/plan.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// A value and its gradient, in the form of the arguments: `const auto& [value, gradient] = g(x);`
template <class T, class Gradient>
struct value_with_gradient
{
    T value{};
    Gradient gradient{};
};

namespace expects
{

inline constexpr expectation a_function_that_returns_an_expression{
    "a function that returns an expression"};
inline constexpr expectation a_function_with_a_scalar_result{"a function with a scalar result"};

} // namespace expects

namespace detail
{

/// Whether an expression has the leaf that stands for a part of an argument.
template <class Root, class Leaf>
constexpr bool mentions()
{
    return []<class... Op>(type_list<Op...>)
    { return Root::operations::template contains<Op...>; }(typename Leaf::operations{});
}

/// Whether the derivative of an expression reaches the leaf.
template <class Root, class Leaf>
constexpr bool reaches()
{
    using compiled = structure<Root, true>;
    const short operation = []<class... Op>(type_list<Op...>)
    { return fused_of<Root>::operations::template index_of<Op...>(); }(typename Leaf::operations{});
    for (std::size_t i = 0; i < compiled::size; ++i)
        if (compiled::program.entries[i].operation == operation && compiled::flows.gradient[i])
            return true;
    return false;
}

/// Fails with a sentence unless a derivative of @p Root with respect to the chosen arguments
/// exists.
template <class Root, class Arguments>
constexpr bool require_differentiable()
{
    constexpr bool depends = Arguments::all_chosen([]<class Leaf>(std::type_identity<Leaf>)
                                                   { return detail::mentions<Root, Leaf>(); });
    static_assert(depends,
                  "xgrad: expected a function that depends on the arguments to differentiate "
                  "with respect to, found one that does not depend on all of them; choose "
                  "the others with wrt<...>");
    if constexpr (depends)
    {
        constexpr bool flows = Arguments::all_chosen([]<class Leaf>(std::type_identity<Leaf>)
                                                     { return detail::reaches<Root, Leaf>(); });
        static_assert(flows, "xgrad: expected operations with a derivative between an argument and "
                             "the result, found only others, such as a comparison, argmax or "
                             "stop_gradient");
        return flows;
    }
    return false;
}

/// The type of what a function has made: refused unless it is an expression, a scalar one if
/// @p Scalar.
template <class Operation, bool Scalar, class Made>
auto require_expression()
{
    if constexpr (!expression_like<Made>)
        detail::refuse<Operation, expects::a_function_that_returns_an_expression, Made>();
    else if constexpr (Scalar && shape_of<Made>::rank != 0)
        detail::refuse<Operation, expects::a_function_with_a_scalar_result, shape_of<Made>>();
    return std::type_identity<Made>{};
}

template <class Operation, bool Scalar, class Made>
using required_expression =
    typename decltype(detail::require_expression<Operation, Scalar, Made>())::type;

/// What messages say of a gradient.
struct gradient_call
{
    static constexpr const char* name = "gradient";
};

/// The plan of a gradient for arguments of the types A.
template <class F, class Wrt, class... A>
class gradient_state : public planned_state
{
    using leaves = arguments<plain_values, Wrt, A...>;
    using made = required_expression<gradient_call, true, made_by<leaves, F>>;
    using root = expression_type<made>;
    static_assert(detail::require_differentiable<root, leaves>());

public:
    using result = value_with_gradient<value_type_of<root>, typename leaves::gradient>;

    gradient_state(const F& f, const A&... a) : m_leaves(a...), m_root(m_leaves.call(f)) {}
    gradient_state(const gradient_state&) = delete;
    gradient_state& operator=(const gradient_state&) = delete;
    [[gnu::cold]] ~gradient_state() override {} // for size: it runs once

    [[nodiscard]] bool fits(const A&... a) const { return !m_leaves.differ(a...); }

    const result& evaluate(const A&... a)
    {
        const bool changed = m_leaves.bind(a...);
        leave_result();
        if (changed || !m_plan) [[unlikely]]
            settle();
        m_result.value = m_plan->value_and_gradient();
        return m_result;
    }

private:
    void leave_result()
    {
        memory_ranges<(part_count<A> + ...)> results;
        m_leaves.for_each_gradient(m_result.gradient,
                                   [&](auto&, auto& part) { results.add(part); });
        detail::copy_out_of(results, m_leaves);
    }

    [[gnu::cold, gnu::noinline]] void settle()
    {
        m_leaves.attach(m_result.gradient);
        if (!m_plan)
            m_plan.emplace(m_root);
    }

    leaves m_leaves;
    root m_root;
    result m_result{};
    std::optional<plan<root>> m_plan;
};

template <class Wrt>
struct gradient_states
{
    template <class F, class... A>
    using state = gradient_state<F, Wrt, A...>;
};

} // namespace detail

/// The function object that value_and_gradient() returns: {value, gradient} at its arguments.
template <class F, class Wrt>
using value_and_gradient_function = detail::planned_function<F, detail::gradient_states<Wrt>>;

/// The function object that gradient() returns.
template <class F, class Wrt>
class gradient_function
{
public:
    explicit gradient_function(F f) : m_value_and_gradient(std::move(f)) {}

    /// The gradient at @p a. What is returned lasts, and stays as it is, until the next call.
    template <class... A>
    const auto& operator()(const A&... a) &
    {
        return m_value_and_gradient(a...).gradient;
    }

    template <class... A>
    auto operator()(const A&... a) &&
    {
        return (*this)(a...);
    }

private:
    value_and_gradient_function<F, Wrt> m_value_and_gradient;
};

/// The function that computes the value of @p f and its gradient, by one sweep forward and one
/// backward.
///   f: generic over its arguments, returns a scalar expression of them
///   arguments: numbers (double, float), xtensor containers and expressions of static rank; tuples,
///              arrays and plain structs of these; anything else is handed to f as it is
///   result: {value, gradient}; the gradient has the form of the argument that is chosen, or is a
///           tuple of these forms where several are (all, unless wrt<...> is given)
/// The first call makes the plan, later ones with arguments of the same types and extents allocate
/// nothing. Throws shape_error where extents do not fit.
///
///     auto f = [](const auto& x, const auto& scale) { return scale * sum(exp(x)); };
///     auto g = xgrad::value_and_gradient(f);
///     const auto& [value, gradient] = g(x, 2.0); // gradient: a tuple of a tensor and a number
template <class F, std::size_t... Argument>
[[nodiscard]] auto value_and_gradient(F f, wrt_t<Argument...> = {})
{
    return value_and_gradient_function<F, wrt_t<Argument...>>(std::move(f));
}

/// The function that computes the gradient of @p f: as value_and_gradient, without the value.
template <class F, std::size_t... Argument>
[[nodiscard]] auto gradient(F f, wrt_t<Argument...> = {})
{
    return gradient_function<F, wrt_t<Argument...>>(std::move(f));
}

} // namespace xgrad::inline XGRAD_ABI
