// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Loops whose number of steps is known when the program runs and whose body is known to the
// compiler: the body is planned once and run again and again.

#include <xgrad/calculus/detail/scan_operands.hpp>
#include <xgrad/calculus/detail/scan_operation.hpp>
#include <xgrad/calculus/detail/scan_types.hpp>
#include <xgrad/calculus/nested.hpp>
#include <xgrad/expr/expression.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// What a loop keeps for backward: the state of every step, or of every sqrt(n)-th, from which the
/// steps between are run once more (A. Griewank, "Achieving logarithmic growth of temporal and
/// spatial complexity in reverse automatic differentiation", 1992, the two-level case).
struct keep_every_state_t
{
};
struct keep_square_root_t
{
};
inline constexpr keep_every_state_t keep_every_state{};
inline constexpr keep_square_root_t keep_square_root{};

namespace detail
{

template <class Policy, class Loop, class Body, class Condition, class Carry, class Xs, class... P>
auto run_loop(const Body& body, const Condition& condition, const Carry& carry, const Xs& xs,
              const P&... parameters)
{
    using state = loop_state<typename Loop::body_pool, typename Loop::condition_pool>;
    constexpr bool square_root = std::is_same_v<Policy, keep_square_root_t>;
    const auto first = Loop::carry_part::operand(carry);
    const auto rows = Loop::x_part::rows(xs);
    state pools{Loop::body_pool_for(body), Loop::condition_pool_for(condition)};
    const auto all = detail::apply_with_state<scan_op<Loop, state, square_root>>(
        std::move(pools), first, rows, Loop::parameter_part::operand(parameters)...);
    const auto last = [&]
    {
        if constexpr (Loop::has_outputs)
            return xgrad::apply<scan_carry_op>(all, first);
        else
            return all;
    }();
    const auto state_after = Loop::carry_part::split(last);
    if constexpr (Loop::has_outputs)
        return std::pair(state_after, Loop::split_outputs(
                                          xgrad::apply<scan_outputs_op<Loop>>(all, first, rows)));
    else
        return state_after;
}

template <class P>
inline constexpr bool is_keep_policy =
    std::is_same_v<P, keep_every_state_t> || std::is_same_v<P, keep_square_root_t>;

template <class P>
concept keep_policy = is_keep_policy<P>;

} // namespace detail

/// Runs @p body once for each row of @p xs, carrying a state and collecting outputs (JAX's scan).
///   body(carry, x), body(carry, x, parameters): makes the next state, or std::pair(next state, y)
///   carry: the state before the first step, an expression or a std::tuple of them; the next state
///          has the same shapes
///   xs: an expression of shape (n, ...), a std::tuple of them, or steps(n), then body gets no x
///   parameters: what is the same in each step, an expression or a std::tuple of them
///   result: the last state, or std::pair(last state, outputs of shape (n, ...)); tuples where the
///           body's are tuples
/// Tensors in a tuple have static extents (but for the first axis of xs). The body may not refer to
/// parameters outside of it. Time and memory are linear in n; with keep_square_root as policy the
/// memory for states grows with sqrt(n) for one more run of the body.
///
///     const auto [last, path] = xgrad::scan(step, std::tuple(angle, speed), forces, damping);
template <class Body, class Carry, class Xs, class Policy = keep_every_state_t>
    requires(detail::keep_policy<Policy>)
[[nodiscard]] auto scan(const Body& body, const Carry& carry, const Xs& xs, Policy = {})
{
    using loop = detail::loop<Body, detail::no_condition, Carry, Xs, std::tuple<>>;
    return detail::run_loop<Policy, loop>(body, detail::no_condition{}, carry, xs);
}

template <class Body, class Carry, class Xs, class Parameters, class Policy = keep_every_state_t>
    requires(!detail::keep_policy<Parameters> && detail::keep_policy<Policy>)
[[nodiscard]] auto scan(const Body& body, const Carry& carry, const Xs& xs,
                        const Parameters& parameters, Policy = {})
{
    using loop = detail::loop<Body, detail::no_condition, Carry, Xs, Parameters>;
    return detail::run_loop<Policy, loop>(body, detail::no_condition{}, carry, xs, parameters);
}

/// Runs @p body as long as @p condition holds, at most @p max_steps times.
///   condition(carry), condition(carry, parameters): a scalar, not 0 as long as the loop goes on
///   body(carry), body(carry, parameters): makes the next state
///   result: the state when the condition failed or max_steps were done
/// The rest as for scan; the number of steps itself has no derivative.
///
///     const auto root = xgrad::while_loop(far_away, newton_step, guess, 50, a);
template <class Condition, class Body, class Carry>
[[nodiscard]] auto while_loop(const Condition& condition, const Body& body, const Carry& carry,
                              std::size_t max_steps)
{
    using loop = detail::loop<Body, Condition, Carry, steps, std::tuple<>>;
    return detail::run_loop<keep_every_state_t, loop>(body, condition, carry, steps(max_steps));
}

template <class Condition, class Body, class Carry, class Parameters>
[[nodiscard]] auto while_loop(const Condition& condition, const Body& body, const Carry& carry,
                              std::size_t max_steps, const Parameters& parameters)
{
    using loop = detail::loop<Body, Condition, Carry, steps, Parameters>;
    return detail::run_loop<keep_every_state_t, loop>(body, condition, carry, steps(max_steps),
                                                      parameters);
}

} // namespace xgrad::inline XGRAD_ABI
