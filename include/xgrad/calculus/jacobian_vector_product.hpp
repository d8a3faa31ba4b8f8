// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/detail/dual_sweep.hpp>
#include <xgrad/calculus/detail/tensor_values.hpp>
#include <xgrad/calculus/directions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/planned.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// A value and its derivative along a direction; numbers, or tensors of the value's shape.
template <class Value>
struct value_with_tangent
{
    Value value{};
    Value tangent{};
};

namespace detail
{

template <class F, class Wrt, class Arguments, class Directions>
class jacobian_vector_product_state;

template <class F, class Wrt, class... A, class... V>
class jacobian_vector_product_state<F, Wrt, type_list<A...>, type_list<V...>> : public planned_state
{
    using sweep = dual_values<F, Wrt, with_given_direction, A...>;
    using S = typename sweep::scalar;

public:
    using result = value_with_tangent<value_container<S, sweep::rank>>;

    jacobian_vector_product_state(const F& f, const A&... a, const V&... v)
        : m_sweep(f, a...), m_directions(v...)
    {
    }

    [[nodiscard]] bool fits(const A&... a, const V&...) const { return m_sweep.fits(a...); }

    const result& evaluate(const A&... a, const V&... v)
    {
        m_sweep.bind(a...);
        m_directions.bind(v...);
        m_directions.fill(m_sweep.inputs(), "jacobian_vector_product");
        const auto value = m_sweep.evaluate();
        const extents e = detail::value_extents(value);
        detail::take_moving(detail::value_elements(value),
                            detail::prepare_value<S, sweep::rank>(m_result.value, e),
                            detail::prepare_value<S, sweep::rank>(m_result.tangent, e), e.size());
        return m_result;
    }

private:
    sweep m_sweep;
    given_directions<V...> m_directions;
    result m_result{};
};

template <class Wrt>
struct jacobian_vector_product_states
{
    template <class F, class... All>
    struct states
    {
        static constexpr std::size_t split = detail::function_arguments<Wrt>(sizeof...(All));
        static_assert(
            split > 0 && split < sizeof...(All),
            "xgrad::jacobian_vector_product: expected the arguments of the function, then "
            "one direction for each argument that is differentiated");
        template <class Arguments, class Directions>
        using state = jacobian_vector_product_state<F, Wrt, Arguments, Directions>;
        using type = typename split_call<state, split, All...>::type;
    };

    template <class F, class... All>
    using state = typename states<F, All...>::type;
};

} // namespace detail

/// The function object that jacobian_vector_product() returns: {value, tangent} at the arguments of
/// f and a direction for each chosen one.
template <class F, class Wrt>
using jacobian_vector_product_function =
    detail::planned_function<F, detail::jacobian_vector_product_states<Wrt>>;

/// The function that computes the value of @p f and its derivative along a direction, by one sweep
/// forward on dual numbers (JAX's jvp).
///   f: as for value_and_gradient, but may return a tensor
///   arguments: those of f, then a direction for each chosen one, of its shape
///   result: {value, tangent}, both of the shape of f's value
/// Throws shape_error for a direction of another shape.
template <class F, std::size_t... Argument>
[[nodiscard]] auto jacobian_vector_product(F f, wrt_t<Argument...> = {})
{
    return jacobian_vector_product_function<F, wrt_t<Argument...>>(std::move(f));
}

} // namespace xgrad::inline XGRAD_ABI
