// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A loop as an operation of a plan: the sweeps through its steps, and what is cut out of its value.

#include <xgrad/calculus/detail/scan_operands.hpp>
#include <xgrad/calculus/nested.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// The pools of a loop's body and, for loops that may end early, of its condition.
template <class BodyPool, class ConditionPool>
struct loop_state
{
    std::shared_ptr<BodyPool> body;
    std::shared_ptr<ConditionPool> condition;
};

/// How the elements of a loop lie in memory.
struct loop_sizes
{
    std::size_t steps = 0;
    std::size_t carry = 0;
    std::size_t x = 0; ///< of one step
    std::size_t parameters = 0;
    std::size_t output = 0;  ///< of one step
    std::size_t segment = 1; ///< steps from one kept state to the next

    [[nodiscard]] std::size_t kept() const { return (steps + segment - 1) / segment; }
};

} // namespace detail

/// A function applied again and again.
///   carry: the state before the first step   xs: (n, ...), one row for each step
///   parameters: the same in every step
///   out: the elements of the state after the last step, then, step by step, of the outputs
///   forward    carry_{t+1}, y_t = body(carry_t, x_t, parameters)
///   backward   from the last step to the first, by the body's gradient at the state of the step:
///              grad_carry_t, grad_x_t and the step's part of grad_parameters
///   SquareRoot: keeps the state of every sqrt(n)-th step only and runs those between once more
template <class Loop, class State, bool SquareRoot>
struct scan_op
{
    static constexpr const char* name = "scan";
    static constexpr saved reads = saved::arguments;

    static constexpr inferred infer(const extents& carry,
                                    const extents& xs) requires(!Loop::has_parameters)
    {
        return Loop::infer(carry, xs, extents{});
    }
    static constexpr inferred infer(const extents& carry, const extents& xs,
                                    const extents& parameters) requires(Loop::has_parameters)
    {
        return Loop::infer(carry, xs, parameters);
    }

    template <class T, class... E>
    static std::size_t saved_bytes(const extents& out, const extents& carry, const extents& xs,
                                   const E&... parameters)
    {
        const detail::loop_sizes s = sizes(out, carry, xs, parameters...);
        return buffer_alignment + s.kept() * s.carry * sizeof(T);
    }

    template <class T, class... E>
    static std::size_t scratch_bytes(const extents& out, const extents& carry, const extents& xs,
                                     const E&... parameters)
    {
        const detail::loop_sizes s = sizes(out, carry, xs, parameters...);
        return scratch_elements(s) * sizeof(T);
    }

    static void forward(const operation_context& context, auto out, auto carry, auto xs,
                        auto... parameters)
    {
        using T = typename decltype(out)::value_type;
        const auto& state = detail::state_of<State>(context.options);
        const detail::loop_sizes s =
            sizes(out.shape(), carry.shape(), xs.shape(), parameters.shape()...);
        T* const current = context.template scratch<T>();
        T* const kept = kept_states<T>(context);
        std::copy_n(carry.data(), s.carry, current);
        typename Loop::body_pool::use body(*state.body);
        Loop::set_extents(*body, carry.shape(), xs.shape());
        (Loop::lend_parameters(*body, parameters), ...);
        std::size_t t = 0;
        for (; t < s.steps; ++t)
        {
            if constexpr (Loop::may_end)
                if (!goes_on(state, current, carry.shape(), xs.shape(), parameters...))
                    break;
            if (t % s.segment == 0)
                std::copy_n(current, s.carry, kept + t / s.segment * s.carry);
            const T* const value = step(*body, s, current, xs.data(), t);
            std::copy_n(value, s.carry, current);
            std::copy_n(value + s.carry, s.output, out.data() + s.carry + t * s.output);
        }
        std::copy_n(current, s.carry, out.data());
        steps_taken(context) = t;
    }

    template <class Out, class Carry, class Xs, class GradCarry, class GradXs>
    static void backward(const operation_context& context, Out grad_out, Out, Carry carry, Xs xs,
                         GradCarry grad_carry, GradXs grad_xs)
    {
        no_gradient none;
        run_backward(context, grad_out, carry, xs, grad_carry, grad_xs, none);
    }

    template <class Out, class Carry, class Xs, class P, class GradCarry, class GradXs, class GradP>
    static void backward(const operation_context& context, Out grad_out, Out, Carry carry, Xs xs,
                         P parameters, GradCarry grad_carry, GradXs grad_xs, GradP grad_parameters)
    {
        run_backward(context, grad_out, carry, xs, grad_carry, grad_xs, grad_parameters,
                     parameters);
    }

private:
    template <class... E>
    static detail::loop_sizes sizes(const extents& out, const extents& carry, const extents& xs,
                                    const E&... parameters)
    {
        detail::loop_sizes s;
        s.steps = xs[0];
        s.carry = carry.size();
        s.x = xs.product(1, xs.rank);
        s.parameters = (parameters.size() + ... + 0);
        s.output = s.steps == 0 || !Loop::has_outputs ? 0 : (out.size() - s.carry) / s.steps;
        if constexpr (SquareRoot)
            s.segment = std::max<std::size_t>(
                1, static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(s.steps)))));
        return s;
    }

    /// Scratch memory in elements: the current state, the states of a segment, the gradients of the
    /// body's value, of its state, of the row and of the parameters; and their sum.
    static std::size_t scratch_elements(const detail::loop_sizes& s)
    {
        return (SquareRoot ? s.segment : 1) * s.carry + (s.carry + s.output) + s.carry + s.x +
               2 * s.parameters;
    }

    static std::size_t& steps_taken(const operation_context& context)
    {
        return *context.template saved<std::size_t>();
    }

    template <class T>
    static T* kept_states(const operation_context& context)
    {
        return reinterpret_cast<T*>(context.saved_memory + buffer_alignment);
    }

    template <class T, class... P>
    static bool goes_on(const State& state, T* carry, const extents& carry_extents,
                        const extents& xs_extents, const P&... parameters)
    {
        typename Loop::condition_pool::use condition(*state.condition);
        Loop::set_extents(*condition, carry_extents, xs_extents);
        Loop::lend_carry(*condition, carry);
        (Loop::lend_parameters(*condition, parameters), ...);
        return *condition->forward() != T(0);
    }

    template <class T>
    static const T* step(typename Loop::body_plan& body, const detail::loop_sizes& s, T* carry,
                         const T* xs, std::size_t t)
    {
        Loop::lend_carry(body, carry);
        Loop::lend_x(body, const_cast<T*>(xs) + t * s.x);
        return body.forward();
    }

    template <class Out, class Carry, class Xs, class GradCarry, class GradXs, class GradP,
              class... P>
    static void run_backward(const operation_context& context, const Out& grad_out,
                             const Carry& carry, const Xs& xs, GradCarry& grad_carry,
                             GradXs& grad_xs, GradP& grad_parameters, const P&... parameters)
    {
        using T = std::remove_const_t<typename Out::value_type>;
        const auto& state = detail::state_of<State>(context.options);
        const detail::loop_sizes s =
            sizes(grad_out.shape(), carry.shape(), xs.shape(), parameters.shape()...);
        T* const states = context.template scratch<T>();
        T* const seed = states + (SquareRoot ? s.segment : 1) * s.carry;
        T* const by_carry = seed + s.carry + s.output;
        T* const by_x = by_carry + s.carry;
        T* const by_parameters = by_x + s.x;
        T* const total = by_parameters + s.parameters;
        T* const kept = kept_states<T>(context);
        const std::size_t steps = steps_taken(context);

        typename Loop::body_pool::use body(*state.body);
        Loop::set_extents(*body, carry.shape(), xs.shape());
        (Loop::lend_parameters(*body, parameters), ...);
        Loop::lend_gradients(*body, by_carry, by_x, by_parameters);
        std::fill_n(total, s.parameters, T(0));
        std::copy_n(grad_out.data(), s.carry, seed);
        if constexpr (is_wanted<GradXs>)
            if (!grad_xs.accumulate)
                std::fill_n(grad_xs.data(), grad_xs.size(), T(0));
        const extents value_extents(s.carry + s.output);
        for (std::size_t t = steps; t-- > 0;)
        {
            T* const current = state_before(*body, s, kept, states, xs.data(), t, steps);
            step(*body, s, current, xs.data(), t);
            std::copy_n(grad_out.data() + s.carry + t * s.output, s.output, seed + s.carry);
            body->backward(seed, value_extents);
            std::copy_n(by_carry, s.carry, seed);
            if constexpr (is_wanted<GradXs>)
                for (std::size_t i = 0; i < s.x; ++i)
                    grad_xs.data()[t * s.x + i] = grad_xs.data()[t * s.x + i] + by_x[i];
            for (std::size_t i = 0; i < s.parameters; ++i)
                total[i] = total[i] + by_parameters[i];
        }
        give(seed, grad_carry);
        give(total, grad_parameters);
    }

    /// The state before step t; where states are run again, the first step of a segment that is
    /// asked for, its last, runs all of the segment's.
    template <class T>
    static T* state_before(typename Loop::body_plan& body, const detail::loop_sizes& s, T* kept,
                           T* states, const T* xs, std::size_t t, std::size_t steps)
    {
        if constexpr (!SquareRoot)
            return kept + t * s.carry;
        const std::size_t first = t / s.segment * s.segment;
        if (t + 1 == steps || (t + 1) % s.segment == 0)
        {
            std::copy_n(kept + t / s.segment * s.carry, s.carry, states);
            for (std::size_t k = first; k < t; ++k)
            {
                T* const here = states + (k - first) * s.carry;
                std::copy_n(step(body, s, here, xs, k), s.carry, here + s.carry);
            }
        }
        return states + (t - first) * s.carry;
    }

    template <class T, class G>
    static void give(const T* from, const G& gradient)
    {
        if constexpr (is_wanted<G>)
            for (std::size_t i = 0; i < gradient.size(); ++i)
                gradient.data()[i] = gradient.accumulate ? gradient.data()[i] + from[i] : from[i];
    }
};

/// The state after the last step, cut out of the value of a loop; it has the extents of the state
/// before the first.
///   loop: (elements)   carry: S   out: S
///   forward    out = the first elements of loop
///   backward   these elements of grad_loop += grad_out
struct scan_carry_op
{
    static constexpr const char* name = "scan";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents&, const extents& carry) { return carry; }

    static void forward(const operation_context&, auto out, auto loop, auto)
    {
        std::copy_n(loop.data(), out.size(), out.data());
    }

    static void backward(const operation_context&, auto grad_out, auto, auto, auto, auto grad_loop,
                         auto grad_carry)
    {
        detail::give_part(grad_out.data(), grad_out.size(), 0, grad_loop);
        detail::give_part(grad_out.data(), 0, 0, grad_carry);
    }
};

/// The outputs of all steps, cut out of the value of a loop.
///   loop: (elements)   carry: S   xs: (n, ...)   out: (n, elements of a step's outputs)
///   forward    out = the elements of loop behind those of the state
///   backward   these elements of grad_loop += grad_out
template <class Loop>
struct scan_outputs_op
{
    static constexpr const char* name = "scan";
    static constexpr saved reads = saved::nothing;

    static constexpr inferred infer(const extents& loop, const extents& carry, const extents& xs)
    {
        const bool known = loop[0] != dynamic && carry.dynamic_rank() == 0 && xs[0] != dynamic;
        std::size_t width = Loop::static_output_width;
        if (width == dynamic && known)
            width = xs[0] == 0 ? 0 : (loop[0] - carry.size()) / xs[0];
        return extents(xs[0], width);
    }

    static void forward(const operation_context&, auto out, auto loop, auto carry, auto)
    {
        std::copy_n(loop.data() + carry.size(), out.size(), out.data());
    }

    static void backward(const operation_context&, auto grad_out, auto, auto, auto carry, auto,
                         auto grad_loop, auto grad_carry, auto grad_xs)
    {
        detail::give_part(grad_out.data(), grad_out.size(), carry.size(), grad_loop);
        detail::give_part(grad_out.data(), 0, 0, grad_carry);
        detail::give_part(grad_out.data(), 0, 0, grad_xs);
    }
};

} // namespace xgrad::inline XGRAD_ABI
