// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/detail/dual_sweep.hpp>
#include <xgrad/calculus/detail/tensor_values.hpp>
#include <xgrad/calculus/directions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/jacobian_vector_product.hpp>
#include <xgrad/calculus/planned.hpp>
#include <xgrad/calculus/vector_jacobian_product.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// How a Jacobian is computed: by columns on dual numbers, by rows in reverse, or by whichever the
/// numbers of inputs and outputs speak for.
struct forward_mode_t
{
};
struct reverse_mode_t
{
};
struct mode_by_shape_t
{
};
inline constexpr forward_mode_t forward_mode{};
inline constexpr reverse_mode_t reverse_mode{};

namespace detail
{

/// The Jacobian by columns.
template <class F, class Wrt, class... A>
class forward_jacobian : public planned_state
{
    static constexpr std::size_t directions =
        detail::directions_for(detail::static_elements<Wrt, A...>());
    using sweep = dual_values<F, Wrt, with_directions<directions>, A...>;
    using S = typename sweep::scalar;

public:
    using result = xt::xtensor<S, 2>;

    forward_jacobian(const F& f, const A&... a) : m_sweep(f, a...) {}

    [[nodiscard]] bool fits(const A&... a) const { return m_sweep.fits(a...); }

    /// Takes up the arguments; whether any extents have changed.
    bool bind(const A&... a)
    {
        const bool changed = m_sweep.bind(a...);
        memory_ranges<1> results;
        results.add(m_result);
        detail::copy_out_of(results, m_sweep.inputs());
        return changed;
    }

    [[nodiscard]] std::size_t inputs() { return m_sweep.inputs().elements(); }

    /// Number of outputs, by one evaluation.
    std::size_t outputs()
    {
        m_sweep.inputs().choose_variables(0);
        return detail::value_extents(m_sweep.evaluate()).size();
    }

    const result& evaluate(const A&... a)
    {
        bind(a...);
        return columns();
    }

    const result& columns()
    {
        const std::size_t n = inputs();
        if (n == 0)
            detail::resize_to(m_result, extents(outputs(), n));
        for (std::size_t first = 0; first < n; first += directions)
        {
            m_sweep.inputs().choose_variables(first);
            const auto value = m_sweep.evaluate();
            const std::size_t m = detail::value_extents(value).size();
            detail::resize_to(m_result, extents(m, n));
            take_columns(detail::value_elements(value), m, first, n);
        }
        return m_result;
    }

private:
    /// Takes the columns from @p first on of @p m rows of @p n.
    void take_columns(const dual<S, directions>* from, std::size_t m, std::size_t first,
                      std::size_t n)
    {
        // A whole dual number is moved at once, which writes one element too many: allowed where
        // that is a column which is still to come, or the beginning of a row which is. The last
        // row has nothing behind it.
        constexpr std::size_t bytes = sizeof(dual<S, directions>);
        const auto* const elements = reinterpret_cast<const S*>(from);
        const bool may_exceed = first + directions < n || n == directions;
        const std::size_t whole = may_exceed && m > 0 ? m - 1 : 0;
        const std::size_t count = std::min(directions, n - first);
        S* const to = m_result.data() + first;
        for (std::size_t i = 0; i < whole; ++i)
            std::memcpy(to + i * n, elements + i * (directions + 1) + 1, bytes);
        for (std::size_t i = whole; i < m; ++i)
            std::copy_n(from[i].tangent.data(), count, to + i * n);
    }

    sweep m_sweep;
    result m_result{};
};

/// The Jacobian by rows.
template <class F, class Wrt, class... A>
class reverse_jacobian : public planned_state
{
    using sweeps = pullback<F, Wrt, A...>;
    using S = typename sweeps::scalar;

public:
    using result = xt::xtensor<S, 2>;

    reverse_jacobian(const F& f, const A&... a) : m_sweeps(f, a...) {}

    [[nodiscard]] bool fits(const A&... a) const { return m_sweeps.fits(a...); }

    const result& evaluate(const A&... a)
    {
        memory_ranges<1> results;
        results.add(m_result);
        m_sweeps.bind(m_gradient, results, a...);
        std::size_t n = 0;
        m_sweeps.inputs().for_each_chosen([&](auto& leaf) { n += leaf.size(); });
        std::size_t m = 1;
        for (std::size_t i = 0; i < m; ++i)
        {
            const auto value = m_sweeps.forward();
            const extents e = detail::value_extents(value);
            m = e.size();
            detail::resize_to(m_result, extents(m, n));
            if (m > 0)
                take_row(e, i, m_result.data() + i * n);
        }
        return m_result;
    }

private:
    void take_row(const extents& e, std::size_t i, S* to)
    {
        if constexpr (sweeps::rank == 0)
            m_sweeps.backward(S(1));
        else
        {
            detail::resize_to(m_seed, e);
            std::fill_n(m_seed.data(), m_seed.size(), S(0));
            m_seed.data()[i] = S(1);
            m_sweeps.backward(m_seed);
        }
        m_sweeps.inputs().for_each_chosen(
            [&](auto& leaf)
            {
                const auto* from = static_cast<const S*>(leaf.record().gradient);
                to = std::copy_n(from, leaf.size(), to);
            });
    }

    sweeps m_sweeps;
    typename sweeps::gradient m_gradient{};
    value_container<S, sweeps::rank> m_seed{};
    result m_result{};
};

/// The Jacobian in the mode that the run-time extents speak for.
template <class F, class Wrt, class... A>
class jacobian_by_extents : public planned_state
{
public:
    using result = typename reverse_jacobian<F, Wrt, A...>::result;

    jacobian_by_extents(const F& f, const A&... a) : m_function(f), m_forward(f, a...) {}

    [[nodiscard]] bool fits(const A&... a) const { return m_forward.fits(a...); }

    const result& evaluate(const A&... a)
    {
        if (m_forward.bind(a...) || !m_known)
        {
            m_known = true;
            m_by_rows = m_forward.inputs() > m_forward.outputs();
            if (m_by_rows && !m_reverse)
                m_reverse.emplace(m_function, a...);
        }
        return m_by_rows ? m_reverse->evaluate(a...) : m_forward.columns();
    }

private:
    F m_function;
    forward_jacobian<F, Wrt, A...> m_forward;
    std::optional<reverse_jacobian<F, Wrt, A...>> m_reverse;
    bool m_known = false;
    bool m_by_rows = false;
};

/// The state for a mode; for the mode by shape, a single one where the types tell the extents.
template <class Mode, class F, class Wrt, class... A>
struct jacobian_state
{
    using made =
        required_expression<jacobian_call, false, made_by<arguments<plain_values, Wrt, A...>, F>>;
    static constexpr extents outputs = shape_of<made>::value;
    static constexpr std::size_t inputs = detail::static_elements<Wrt, A...>();
    static constexpr bool known = inputs != dynamic && outputs.dynamic_rank() == 0;

    using by_shape =
        std::conditional_t<!known, std::type_identity<jacobian_by_extents<F, Wrt, A...>>,
                           std::conditional_t<(inputs > outputs.size()),
                                              std::type_identity<reverse_jacobian<F, Wrt, A...>>,
                                              std::type_identity<forward_jacobian<F, Wrt, A...>>>>;
    using chosen = std::conditional_t<
        std::is_same_v<Mode, forward_mode_t>, std::type_identity<forward_jacobian<F, Wrt, A...>>,
        std::conditional_t<std::is_same_v<Mode, reverse_mode_t>,
                           std::type_identity<reverse_jacobian<F, Wrt, A...>>, by_shape>>;
    using type = typename chosen::type;
};

template <class M>
concept jacobian_mode = std::is_same_v<M, forward_mode_t> || std::is_same_v<M, reverse_mode_t> ||
    std::is_same_v<M, mode_by_shape_t>;

template <class Wrt, class Mode>
struct jacobian_states
{
    template <class F, class... A>
    using state = typename jacobian_state<Mode, F, Wrt, A...>::type;
};

} // namespace detail

/// The function object that jacobian() returns: the Jacobian at its arguments.
template <class F, class Wrt, class Mode>
using jacobian_function = detail::planned_function<F, detail::jacobian_states<Wrt, Mode>>;

/// The function that computes the Jacobian of @p f: an xt::xtensor whose rows count the elements of
/// the value and whose columns count those of the chosen arguments in order. By columns (dual
/// numbers, several directions at once) unless there are more inputs than outputs, then by rows
/// (reverse); `forward_mode` or `reverse_mode` behind the function asks for one of the two and
/// halves the work of the compiler.
template <class F, std::size_t... Argument>
[[nodiscard]] auto jacobian(F f, wrt_t<Argument...> = {})
{
    return jacobian_function<F, wrt_t<Argument...>, mode_by_shape_t>(std::move(f));
}

template <class F, detail::jacobian_mode Mode, std::size_t... Argument>
[[nodiscard]] auto jacobian(F f, Mode, wrt_t<Argument...> = {})
{
    return jacobian_function<F, wrt_t<Argument...>, Mode>(std::move(f));
}

} // namespace xgrad::inline XGRAD_ABI
