// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the loop of a region does with one vector of elements, or with one element: its steps
// forward and backward, on values that lie in registers.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/region_layout.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <array>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::detail
{

/// What one run of a region's loop does.
enum class region_mode : unsigned char
{
    forward,      ///< write the values
    forward_sum,  ///< sum the values
    backward,     ///< gradients of the inputs from the gradient of the values
    backward_sum, ///< gradients of the inputs from the gradient of the sum
    both_sum,     ///< the sum and the gradients in a single pass
    both_sum_of_1 ///< the same where the gradient of each value is 1
};

constexpr bool sums(region_mode m)
{
    return m == region_mode::forward_sum || m == region_mode::both_sum ||
           m == region_mode::both_sum_of_1;
}

constexpr bool differentiates(region_mode m)
{
    return m == region_mode::backward || m == region_mode::backward_sum ||
           m == region_mode::both_sum || m == region_mode::both_sum_of_1;
}

/// What is kept of a number whose derivatives are known to be 0: its value, if it is a dual number.
template <bool Still, class V>
[[gnu::always_inline]] inline auto& kept_part(V& number)
{
    if constexpr (Still)
        return number.value;
    else
        return number;
}

/// What a step contributes, but 0 where its own gradient is 0. (Number types without comparisons
/// have no branches either.)
template <class V, class G>
[[nodiscard]] V nothing_from_nothing(const G& gradient, const V& amount)
{
    if constexpr (requires { gradient == gradient; })
        return simd::select(simd::is_zero(gradient), simd::number<V>(0), amount);
    else
        return amount;
}

/// The order in which gradients arrive at steps and inputs: the first one assigns.
template <std::size_t Steps, std::size_t Inputs>
struct contributions
{
    bool first[Steps][max_arity]{};
    bool step_reached[Steps]{};
    bool input_reached[Inputs]{};
};

template <std::size_t Steps, std::size_t Inputs>
constexpr auto order_contributions(const region_program<Steps, Inputs>& r)
{
    contributions<Steps, Inputs> c{};
    c.step_reached[Steps - 1] = true;
    for (std::size_t k = Steps; k-- > 0;)
        for (short n = 0; n < r.steps[k].arity; ++n)
        {
            const short from = r.steps[k].argument[n];
            const bool wanted = from >= 0 ? r.steps[from].gradient : r.inputs[~from].gradient;
            if (!wanted || !r.steps[k].gradient)
                continue;
            bool& reached = from >= 0 ? c.step_reached[from] : c.input_reached[~from];
            c.first[k][n] = !reached;
            reached = true;
        }
    return c;
}

/// The steps of the program R of a region_type on values of V, a vector or a number; Operations are
/// those that R numbers.
template <class Region, class V, class... Operations>
struct region_steps
{
    static constexpr const auto& R = Region::program;
    static constexpr std::size_t steps = std::size(R.steps);
    static constexpr std::size_t inputs = std::size(R.inputs);
    static constexpr auto order = detail::order_contributions(R);
    static constexpr bool carries_derivatives = requires(const V& v) { v.still(); };

    template <std::size_t K>
    using operation = std::tuple_element_t<static_cast<std::size_t>(R.steps[K].operation),
                                           std::tuple<Operations...>>;

    struct registers
    {
        V input[inputs];
        V value[steps];
        V companion[steps];
        V input_gradient[inputs];
        V gradient[steps];
        V last_gradient[inputs]; ///< of windows that slide: input_gradient of the vector before
    };

    template <short From>
    static constexpr bool is_still = []
    {
        if constexpr (From >= 0)
            return R.steps[From].still;
        else
            return R.inputs[~From].still;
    }();

    template <short From>
    [[gnu::always_inline]] static const auto& operand(const registers& r)
    {
        if constexpr (From >= 0)
            return detail::kept_part<is_still<From>>(r.value[From]);
        else
            return detail::kept_part<is_still<From>>(r.input[~From]);
    }

    /// Per step: its gradient is the number 1 or what sums and still factors make of it, so that
    /// no derivatives come with it.
    template <region_mode Mode>
    static constexpr auto still_gradient = []
    {
        std::array<bool, steps> result{};
        if constexpr (Mode == region_mode::both_sum_of_1 && carries_derivatives)
        {
            constexpr linearity linear[] = {linear_of<Operations>...};
            result.fill(true);
            for (std::size_t k = steps; k-- > 0;)
                for (short n = 0; n < R.steps[k].arity; ++n)
                {
                    const region_step& step = R.steps[k];
                    if (step.argument[n] < 0)
                        continue;
                    const short other = step.argument[step.arity == 2 ? 1 - n : n];
                    const bool scales = linear[step.operation] == linearity::scaled &&
                                        (other < 0 ? R.inputs[~other].still : R.steps[other].still);
                    const bool passes = linear[step.operation] == linearity::sum || scales;
                    bool& from = result[static_cast<std::size_t>(step.argument[n])];
                    from = from && result[k] && passes;
                }
        }
        return result;
    }();

    /// Op on values of which some may be still; what knows nothing of that gets whole numbers.
    template <class Op, class... A>
    [[gnu::always_inline]] static auto forward_of(const A&... a)
    {
        if constexpr (requires { Op::forward(a...); })
            return Op::forward(a...);
        else
            return Op::forward(V(a)...);
    }

    /// The same for backward, whose last arguments are the contributions.
    template <class Op, class... A>
    [[gnu::always_inline]] static void backward_of(A&... a)
    {
        if constexpr (requires { Op::backward(a...); })
            Op::backward(a...);
        else
            Op::backward(whole(a)...);
    }
    [[gnu::always_inline]] static V& whole(V& number) { return number; }
    [[gnu::always_inline]] static const V& whole(const V& number) { return number; }
    template <class Part>
    [[gnu::always_inline]] static V whole(const Part& number)
    {
        return V(number);
    }

    /// The step that computes what the companion of the operation of step K would, else `steps`.
    template <std::size_t K>
    static constexpr std::size_t companion_of = []
    {
        using op = operation<K>;
        if constexpr (requires { typename op::companion; })
        {
            constexpr bool same[] = {std::is_same_v<Operations, typename op::companion>...};
            for (std::size_t j = 0; j < steps; ++j)
                if (same[R.steps[j].operation] && R.steps[j].argument[0] == R.steps[K].argument[0])
                    return j;
        }
        return steps;
    }();

    /// Whether step K is worth computing together with its companion: another step needs that, or
    /// the gradient does.
    template <std::size_t K, region_mode Mode>
    static constexpr bool takes_companion = []
    {
        if constexpr (requires { typename operation<K>::companion; })
            return companion_of<K> < steps ||
                   (differentiates(Mode) && R.steps[K].gradient && order.step_reached[K]);
        else
            return false;
    }();

    template <std::size_t K, region_mode Mode>
    [[gnu::always_inline]] static void forward_step(registers& r)
    {
        constexpr const auto& step = R.steps[K];
        using op = operation<K>;
        if constexpr (takes_companion<K, Mode>)
        {
            constexpr std::size_t other = companion_of<K>;
            if constexpr (other >= K)
            {
                const auto both = op::forward_with_companion(operand<step.argument[0]>(r));
                value<K>(r) = both.first;
                if constexpr (other < steps)
                    value<other>(r) = both.second;
                else
                    r.companion[K] = both.second;
            }
        }
        else if constexpr (step.arity == 1)
            value<K>(r) = forward_of<op>(operand<step.argument[0]>(r));
        else if constexpr (step.arity == 2)
            value<K>(r) =
                forward_of<op>(operand<step.argument[0]>(r), operand<step.argument[1]>(r));
        else
            value<K>(r) = forward_of<op>(operand<step.argument[0]>(r), operand<step.argument[1]>(r),
                                         operand<step.argument[2]>(r));
    }

    template <std::size_t K>
    [[gnu::always_inline]] static auto& value(auto& r)
    {
        return detail::kept_part<R.steps[K].still>(r.value[K]);
    }

    template <std::size_t K, region_mode Mode>
    [[gnu::always_inline]] static auto& gradient(auto& r)
    {
        return detail::kept_part<still_gradient<Mode>[K]>(r.gradient[K]);
    }

    template <std::size_t K>
    [[gnu::always_inline]] static const V& companion(const registers& r)
    {
        if constexpr (companion_of<K> < steps)
            return r.value[companion_of<K>];
        else
            return r.companion[K];
    }

    template <std::size_t K, short Argument, region_mode Mode>
    [[gnu::always_inline]] static void contribute(registers& r, const V& amount)
    {
        constexpr short from = R.steps[K].argument[Argument];
        constexpr bool first = order.first[K][Argument];
        if constexpr (from >= 0)
        {
            if constexpr (R.steps[from].gradient)
            {
                auto& sum = gradient<from, Mode>(r);
                const auto& part = detail::kept_part<still_gradient<Mode>[from]>(amount);
                sum = first ? part : sum + part;
            }
        }
        else if constexpr (R.inputs[~from].gradient)
            r.input_gradient[~from] = first ? amount : r.input_gradient[~from] + amount;
    }

    template <std::size_t K, region_mode Mode>
    [[gnu::always_inline]] static void backward_step(registers& r)
    {
        constexpr const auto& step = R.steps[K];
        if constexpr (step.gradient && order.step_reached[K])
        {
            using op = operation<K>;
            const auto& g = gradient<K, Mode>(r);
            const auto& out = value<K>(r);
            const auto& a = operand<step.argument[0]>(r);
            V grad_a{};
            V grad_b{};
            V grad_c{};
            if constexpr (takes_companion<K, Mode>)
                op::backward_with_companion(whole(g), companion<K>(r), grad_a);
            else if constexpr (step.arity == 1)
                backward_of<op>(g, out, a, grad_a);
            else if constexpr (step.arity == 2)
                backward_of<op>(g, out, a, operand<step.argument[1]>(r), grad_a, grad_b);
            else
                backward_of<op>(g, out, a, operand<step.argument[1]>(r),
                                operand<step.argument[2]>(r), grad_a, grad_b, grad_c);
            const auto guard = [&](const V& amount)
            {
                if constexpr (step.guarded)
                    return detail::nothing_from_nothing(g, amount);
                else
                    return amount;
            };
            contribute<K, 0, Mode>(r, guard(grad_a));
            if constexpr (step.arity > 1)
                contribute<K, 1, Mode>(r, guard(grad_b));
            if constexpr (step.arity > 2)
                contribute<K, 2, Mode>(r, guard(grad_c));
        }
    }

    /// The value of the last step.
    [[gnu::always_inline]] static V result(const registers& r)
    {
        return whole(value<steps - 1>(r));
    }

    template <region_mode Mode>
    [[gnu::always_inline]] static void set_gradient_to_1(registers& r)
    {
        auto& last = gradient<steps - 1, Mode>(r);
        last = simd::number<std::remove_reference_t<decltype(last)>>(1);
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
