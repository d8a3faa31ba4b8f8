// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The arguments of a function as dual numbers: values from one list of arrays, directions from
// another.

#include <xgrad/calculus/arguments.hpp>
#include <xgrad/calculus/dual.hpp>
#include <xgrad/calculus/dual_functions.hpp>
#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

template <class T, std::size_t N>
inline constexpr bool is_real_number<dual<T, N>> = true;

/// The values of a part as dual numbers.
template <std::size_t N>
struct with_directions
{
    template <class S>
    using element = dual<S, N>;
    static constexpr bool tangents_given = false;
};

/// The same for one direction, which is given as tensors beside the values.
struct with_given_direction
{
    template <class S>
    using element = dual<S, 1>;
    static constexpr bool tangents_given = true;
};

/// out[i] = values[i], which changes along no direction.
template <class S, std::size_t N>
void fill_still(dual<S, N>* out, const S* values, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = dual<S, N>(values[i]);
}

/// out[i] = values[i] + tangents[i] e_0
template <class S>
void fill_moving(dual<S, 1>* out, const S* values, const S* tangents, std::size_t count)
{
    using V = simd::pack<S>;
    std::size_t i = 0;
    for (; i + simd::lanes<V> <= count; i += simd::lanes<V>)
        simd::store<dual<V, 1>>(
            out + i, dual<V, 1>(simd::load<V>(values + i), {simd::load<V>(tangents + i)}));
    for (; i < count; ++i)
        out[i] = dual<S, 1>(values[i], {tangents[i]});
}

/// values[i] and tangents[i] from numbers[i].
template <class S>
void take_moving(const dual<S, 1>* numbers, S* values, S* tangents, std::size_t count)
{
    using V = simd::pack<S>;
    std::size_t i = 0;
    for (; i + simd::lanes<V> <= count; i += simd::lanes<V>)
    {
        const auto v = simd::load<dual<V, 1>>(numbers + i);
        simd::store<V>(values + i, v.value);
        simd::store<V>(tangents + i, v.tangent[0]);
    }
    for (; i < count; ++i)
    {
        values[i] = numbers[i].value;
        tangents[i] = numbers[i].tangent[0];
    }
}

/// The elements [first, first + N) of all those that the chosen leaves have together become the
/// variables of the directions; @p place is the number of the leaf's first element.
template <class S, std::size_t N>
void fill_variables(dual<S, N>* out, const S* values, std::size_t count, std::size_t place,
                    std::size_t first)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = dual<S, N>(values[i]);
    for (std::size_t k = 0; k < N; ++k)
        if (first + k >= place && first + k < place + count)
            out[first + k - place].tangent[k] = S(1);
}

/// Number of elements of the chosen arguments of the types A, or dynamic.
template <class Wrt, class... A>
constexpr std::size_t static_elements()
{
    std::size_t total = 0;
    const auto add = [&]<class... P>(type_list<P...>)
    {
        const auto add_part = [&]<class Q>(std::type_identity<Q>)
        {
            if constexpr (part_traits<Q>::leaf)
            {
                constexpr extents e = part_traits<Q>::shape_type::value;
                total = total == dynamic || e.dynamic_rank() > 0 ? dynamic : total + e.size();
            }
        };
        (add_part(std::type_identity<P>{}), ...);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        ((is_chosen<Wrt, I> ? add(parts_type<A>{}) : void()), ...);
    }
    (std::index_sequence_for<A...>{});
    return total;
}

/// How many directions to take at once: all, if they are known to be few. Otherwise so many that a
/// dual number is four times as long as a number, which vectors take apart quickly.
constexpr std::size_t directions_for(std::size_t elements)
{
    return elements != dynamic && elements >= 1 && elements <= 8 ? elements : 3;
}

/// Leaves of dual numbers for the arguments A, and what else derivatives along directions share.
template <class Values, class Wrt, class... A>
class dual_arguments : public arguments<Values, Wrt, A...>
{
    using base = arguments<Values, Wrt, A...>;

public:
    using base::base;

    /// Number of elements of the chosen arguments.
    [[nodiscard]] std::size_t elements()
    {
        std::size_t total = 0;
        this->for_each_chosen([&](auto& leaf) { total += leaf.size(); });
        return total;
    }

    /// After bind(): gives the leaves that are not chosen their values.
    void fill_others()
    {
        this->for_each_leaf(
            [](auto& leaf)
            {
                if constexpr (!std::remove_reference_t<decltype(leaf)>::is_chosen)
                    if (!leaf.apart())
                        detail::fill_still(leaf.elements(), leaf.values(), leaf.size());
            });
    }

    /// Lets the elements from @p first on be the variables of the directions.
    void choose_variables(std::size_t first)
    {
        std::size_t place = 0;
        this->for_each_chosen(
            [&](auto& leaf)
            {
                detail::fill_variables(leaf.elements(), leaf.values(), leaf.size(), place, first);
                place += leaf.size();
            });
    }
};

/// Directions given as arguments: one for each chosen argument, of its form.
template <class... V>
class given_directions
{
public:
    explicit given_directions(const V&... v) : m_leaves(v...) {}

    void bind(const V&... v) { m_leaves.bind(v...); }

    /// Calls visit(leaf, chosen) for the leaf of each direction.
    template <class F>
    void for_each_leaf(F visit)
    {
        m_leaves.for_each_leaf(visit);
    }

    /// Moves the chosen leaves of @p to along the directions.
    template <class Leaves>
    void fill(Leaves& to, const char* function)
    {
        std::array<const extents*, max_parts> shape{};
        std::array<const void*, max_parts> values{};
        std::size_t given = 0;
        m_leaves.for_each_leaf(
            [&](auto& leaf)
            {
                shape[given] = &leaf.record().shape;
                values[given++] = leaf.values();
            });
        std::size_t k = 0;
        to.for_each_chosen(
            [&](auto& leaf)
            {
                using S = typename std::remove_cvref_t<decltype(leaf)>::scalar;
                const extents& wanted = leaf.record().shape;
                if (k >= given || !(*shape[k] == wanted))
                    throw shape_error("xgrad::" + std::string(function) +
                                      ": expected a direction of the argument's shape " +
                                      to_string(wanted) + ", found " +
                                      (k < given ? to_string(*shape[k]) : "none"));
                const auto* const tangents = static_cast<const S*>(values[k++]);
                if (leaf.apart())
                    leaf.record().value_tangent = const_cast<S*>(tangents);
                else
                    detail::fill_moving(leaf.elements(), leaf.values(), tangents, leaf.size());
            });
    }

private:
    static constexpr std::size_t max_parts = (part_count<V> + ... + 0);

    arguments<plain_values, wrt_t<>, V...> m_leaves;
};

/// A call f(x..., v...): how many of the arguments are those of the function.
template <class Wrt>
constexpr std::size_t function_arguments(std::size_t given)
{
    return given / 2;
}

template <class Wrt>
    requires(!std::is_same_v<Wrt, wrt_t<>>)
constexpr std::size_t function_arguments(std::size_t given)
{
    return []<std::size_t... I>(wrt_t<I...>, std::size_t all)
    {
        return all > sizeof...(I) ? all - sizeof...(I) : 0;
    }
    (Wrt{}, given);
}

/// Makes State<list of A..., list of V...> from the types of all arguments of a call.
template <template <class, class> class State, std::size_t Split, class... All>
struct split_call
{
    using all = std::tuple<All...>;

    template <std::size_t First, std::size_t... I>
    static type_list<std::tuple_element_t<First + I, all>...> part(std::index_sequence<I...>);

    using type = State<decltype(part<0>(std::make_index_sequence<Split>{})),
                       decltype(part<Split>(std::make_index_sequence<sizeof...(All) - Split>{}))>;
};

} // namespace xgrad::inline XGRAD_ABI::detail
