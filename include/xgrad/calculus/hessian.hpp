// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/detail/dual_sweep.hpp>
#include <xgrad/calculus/detail/memory_ranges.hpp>
#include <xgrad/calculus/directions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/planned.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// A gradient and the product of the Hessian with a direction, both in the form of the arguments.
template <class Gradient>
struct gradient_with_product
{
    Gradient gradient{};
    Gradient product{};
};

/// A value with its gradient, in the form of the arguments, and its Hessian, whose rows and columns
/// count the elements of the chosen arguments in order.
template <class T, class Gradient>
struct value_with_hessian
{
    T value{};
    Gradient gradient{};
    xt::xtensor<T, 2> hessian{};
};

namespace detail
{

/// The plan of Hessian-vector products for arguments and directions of these types.
template <class F, class Wrt, class Arguments, class Directions>
class hessian_vector_product_state;

template <class F, class Wrt, class... A, class... V>
class hessian_vector_product_state<F, Wrt, type_list<A...>, type_list<V...>> : public planned_state
{
    using sweep = dual_gradient<F, Wrt, with_given_direction, A...>;

public:
    using result = gradient_with_product<typename sweep::gradient>;

    hessian_vector_product_state(const F& f, const A&... a, const V&... v)
        : m_sweep(f, a...), m_directions(v...)
    {
    }

    [[nodiscard]] bool fits(const A&... a, const V&...) const { return m_sweep.fits(a...); }

    const result& evaluate(const A&... a, const V&... v)
    {
        auto& leaves = m_sweep.inputs();
        m_sweep.bind(a...);
        m_directions.bind(v...);
        leave_results();
        m_directions.fill(leaves, "hessian_vector_product");
        leaves.for_each_gradient(m_result.gradient,
                                 [](auto& leaf, auto& part)
                                 {
                                     S* const to = leaf.prepare(part);
                                     if (leaf.apart())
                                         leaf.record().gradient = to;
                                 });
        std::array<S*, leaf_count> product{};
        std::size_t k = 0;
        leaves.for_each_gradient(m_result.product,
                                 [&](auto& leaf, auto& part)
                                 {
                                     product[k] = leaf.prepare(part);
                                     if (leaf.apart())
                                         leaf.record().gradient_tangent = product[k];
                                     ++k;
                                 });
        m_sweep.evaluate();
        k = 0;
        leaves.for_each_gradient(m_result.gradient,
                                 [&](auto& leaf, auto& part)
                                 {
                                     if (!leaf.apart())
                                         detail::take_moving(leaf.gradient(), leaf.prepare(part),
                                                             product[k], leaf.size());
                                     ++k;
                                 });
        return m_result;
    }

private:
    using S = typename sweep::scalar;
    static constexpr std::size_t leaf_count = (part_count<A> + ...);

    void leave_results()
    {
        memory_ranges<2 * leaf_count> results;
        const auto note = [&](auto&, auto& part) { results.add(part); };
        m_sweep.inputs().for_each_gradient(m_result.gradient, note);
        m_sweep.inputs().for_each_gradient(m_result.product, note);
        detail::copy_out_of(results, m_sweep.inputs());
        detail::copy_out_of(results, m_directions);
    }

    sweep m_sweep;
    given_directions<V...> m_directions;
    result m_result{};
};

/// The plan of value, gradient and Hessian for arguments of the types A.
template <class F, class Wrt, class... A>
class hessian_state : public planned_state
{
    static constexpr std::size_t directions =
        detail::directions_for(detail::static_elements<Wrt, A...>());
    using sweep = dual_gradient<F, Wrt, with_directions<directions>, A...>;
    using S = typename sweep::scalar;

public:
    using result = value_with_hessian<S, typename sweep::gradient>;

    hessian_state(const F& f, const A&... a) : m_sweep(f, a...) {}

    [[nodiscard]] bool fits(const A&... a) const { return m_sweep.fits(a...); }

    const result& evaluate(const A&... a)
    {
        m_sweep.bind(a...);
        leave_result();
        auto& leaves = m_sweep.inputs();
        const std::size_t n = leaves.elements();
        detail::resize_to(m_result.hessian, extents(n, n));
        if (n == 0)
            leaves.choose_variables(0), m_result.value = m_sweep.evaluate().value;
        for (std::size_t first = 0; first < n; first += directions)
        {
            leaves.choose_variables(first);
            m_result.value = m_sweep.evaluate().value;
            take_columns(first, std::min(directions, n - first), n);
        }
        leaves.for_each_gradient(m_result.gradient,
                                 [](auto& leaf, auto& part)
                                 {
                                     S* const to = leaf.prepare(part);
                                     for (std::size_t i = 0; i < leaf.size(); ++i)
                                         to[i] = leaf.gradient()[i].value;
                                 });
        return m_result;
    }

private:
    void leave_result()
    {
        memory_ranges<1 + (part_count<A> + ...)> results;
        results.add(m_result.hessian);
        m_sweep.inputs().for_each_gradient(m_result.gradient,
                                           [&](auto&, auto& part) { results.add(part); });
        detail::copy_out_of(results, m_sweep.inputs());
    }

    /// The Hessian is symmetric: its columns are written as rows.
    void take_columns(std::size_t first, std::size_t count, std::size_t n)
    {
        S* const to = m_result.hessian.data() + first * n;
        std::size_t place = 0;
        m_sweep.inputs().for_each_chosen(
            [&](auto& leaf)
            {
                const auto* const from = leaf.gradient();
                for (std::size_t k = 0; k < count; ++k)
                    for (std::size_t i = 0; i < leaf.size(); ++i)
                        to[k * n + place + i] = from[i].tangent[k];
                place += leaf.size();
            });
    }

    sweep m_sweep;
    result m_result{};
};

template <class Wrt>
struct hessian_vector_product_states
{
    template <class F, class... All>
    struct states
    {
        static constexpr std::size_t split = detail::function_arguments<Wrt>(sizeof...(All));
        static_assert(split > 0 && split < sizeof...(All),
                      "xgrad::hessian_vector_product: expected the arguments of the function, then "
                      "one direction for each argument that is differentiated");
        template <class Arguments, class Directions>
        using state = hessian_vector_product_state<F, Wrt, Arguments, Directions>;
        using type = typename split_call<state, split, All...>::type;
    };

    template <class F, class... All>
    using state = typename states<F, All...>::type;
};

template <class Wrt>
struct hessian_states
{
    template <class F, class... A>
    using state = hessian_state<F, Wrt, A...>;
};

} // namespace detail

/// The function object that hessian_vector_product() returns: {gradient, product} at the arguments
/// of f and a direction for each chosen one.
template <class F, class Wrt>
using hessian_vector_product_function =
    detail::planned_function<F, detail::hessian_vector_product_states<Wrt>>;

/// The function object that value_gradient_and_hessian() returns: {value, gradient, hessian} at its
/// arguments.
template <class F, class Wrt>
using value_gradient_and_hessian_function =
    detail::planned_function<F, detail::hessian_states<Wrt>>;

/// The function object that hessian() returns.
template <class F, class Wrt>
class hessian_function
{
public:
    explicit hessian_function(F f) : m_all(std::move(f)) {}

    /// The Hessian at @p a, a symmetric matrix. Lasts until the next call.
    template <class... A>
    const auto& operator()(const A&... a) &
    {
        return m_all(a...).hessian;
    }

    template <class... A>
    auto operator()(const A&... a) &&
    {
        return (*this)(a...);
    }

private:
    value_gradient_and_hessian_function<F, Wrt> m_all;
};

/// The function that computes the product of the Hessian of @p f with a direction, and the
/// gradient, by one reverse sweep on dual numbers: at the cost of a few gradients, without the
/// Hessian.
///   f: as for value_and_gradient; numbers that are not differentiated are arguments too
///   arguments: those of f, then a direction for each chosen one, of its shape
///   result: {gradient, product}, both in the form of value_and_gradient's gradient
/// Throws shape_error for a direction of another shape.
///
///     auto hvp = xgrad::hessian_vector_product(f);
///     const auto& [gradient, product] = hvp(x, v);
/// B. A. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994.
template <class F, std::size_t... Argument>
[[nodiscard]] auto hessian_vector_product(F f, wrt_t<Argument...> = {})
{
    return hessian_vector_product_function<F, wrt_t<Argument...>>(std::move(f));
}

/// The function that computes the Hessian of @p f: for n elements of the chosen arguments, counted
/// in order, an xt::xtensor of shape (n, n). Several columns are computed at once.
template <class F, std::size_t... Argument>
[[nodiscard]] auto hessian(F f, wrt_t<Argument...> = {})
{
    return hessian_function<F, wrt_t<Argument...>>(std::move(f));
}

/// The function that computes {value, gradient, hessian} at the cost of the Hessian: what a step of
/// Newton's method needs.
template <class F, std::size_t... Argument>
[[nodiscard]] auto value_gradient_and_hessian(F f, wrt_t<Argument...> = {})
{
    return value_gradient_and_hessian_function<F, wrt_t<Argument...>>(std::move(f));
}

} // namespace xgrad::inline XGRAD_ABI
