// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the arguments of a user's function become leaves of an expression. An argument is a number,
// an xtensor container, or a tuple, an array or a plain struct of arguments. It is taken apart into
// its parts, which are numbered through all arguments; each part becomes a leaf, and the leaves are
// put together again in the form in which the function takes its arguments.

#include <xgrad/calculus/detail/argument_leaf.hpp>
#include <xgrad/calculus/detail/argument_parts.hpp>
#include <xgrad/calculus/members.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// The type of `wrt<...>`.
template <std::size_t... Argument>
struct wrt_t
{
};

/// Chooses the arguments that a derivative is taken with respect to, by their numbers from 0 on:
/// `gradient(f, wrt<0, 2>)`. Without it all arguments that have numbers are differentiated.
template <std::size_t... Argument>
inline constexpr wrt_t<Argument...> wrt{};

namespace detail
{

template <class Wrt, std::size_t Argument>
inline constexpr bool is_chosen = true;

template <std::size_t First, std::size_t... Rest, std::size_t Argument>
inline constexpr bool is_chosen<wrt_t<First, Rest...>, Argument> = First == Argument ||
                                                                   ((Rest == Argument) || ...);

/// Whether a part of the argument has a derivative at all.
template <class A>
inline constexpr bool has_numbers = []<class... P>(std::type_identity<std::tuple<P...>>)
{ return (part_traits<P>::leaf || ...); }(std::type_identity<parts_type<A>>{});

/// The leaves of the arguments A..., of which Wrt chooses.
template <class Values, class Wrt, class... A>
class arguments
{
    using parts = decltype(std::tuple_cat(std::declval<parts_type<A>>()...));

    template <std::size_t... Argument>
    static constexpr std::size_t largest(wrt_t<Argument...>)
    {
        std::size_t result = 0;
        ((result = Argument + 1 > result ? Argument + 1 : result), ...);
        return result;
    }

    static_assert(sizeof...(A) > 0,
                  "xgrad: expected a function with arguments to differentiate, found none");
    static_assert(largest(Wrt{}) <= sizeof...(A),
                  "xgrad::wrt: expected arguments of the call, found a greater number");

    template <std::size_t... I>
    static constexpr bool chosen_have_numbers(std::index_sequence<I...>)
    {
        return ((largest(Wrt{}) == 0 || !is_chosen<Wrt, I> || has_numbers<A>)&&...) &&
               ((is_chosen<Wrt, I> && has_numbers<A>) || ...);
    }
    static_assert(
        chosen_have_numbers(std::index_sequence_for<A...>{}),
        "xgrad: expected double or float in each argument to differentiate with respect to, "
        "found whole numbers or another type");

    static constexpr std::size_t count = std::tuple_size_v<parts>;

    /// The number of the first part of each argument.
    static constexpr auto first_part = []
    {
        std::array<std::size_t, sizeof...(A) + 1> first{};
        std::size_t argument = 0;
        ((first[argument + 1] = first[argument] + part_count<A>, ++argument), ...);
        return first;
    }();

    static constexpr auto names = []
    {
        std::array<std::size_t, count> name{};
        std::size_t k = 0;
        ((detail::name_parts<A>(name.data() + k, k), k += part_count<A>), ...);
        return name;
    }();

    /// Whether several parts have the name.
    static constexpr bool is_shared(std::size_t name)
    {
        std::size_t parts_named = 0;
        for (const std::size_t other : names)
            parts_named += other == name;
        return parts_named > 1;
    }

    static constexpr std::size_t argument_of(std::size_t part)
    {
        std::size_t argument = 0;
        while (first_part[argument + 1] <= part)
            ++argument;
        return argument;
    }

    template <class = std::make_index_sequence<count>>
    struct leaves;

    template <std::size_t... K>
    struct leaves<std::index_sequence<K...>>
    {
        using type = std::tuple<
            argument_leaf<std::tuple_element_t<K, parts>, Values, is_chosen<Wrt, argument_of(K)>,
                          names[K], is_shared(names[K])>...>;
    };

    template <std::size_t I>
    using argument_type = std::tuple_element_t<I, std::tuple<A...>>;

    /// The arguments that are differentiated.
    static constexpr auto chosen = []
    {
        std::array<bool, sizeof...(A)> result{};
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            ((result[I] = is_chosen<Wrt, I> && has_numbers<A>), ...);
        }
        (std::index_sequence_for<A...>{});
        return result;
    }();

    template <std::size_t I>
    static auto gradient_if_chosen()
    {
        if constexpr (chosen[I])
            return std::tuple<gradient_type<argument_type<I>>>();
        else
            return std::tuple<>();
    }

    template <class Tuple>
    struct bare
    {
        using type = Tuple;
    };
    template <class G>
    struct bare<std::tuple<G>>
    {
        using type = G;
    };

    template <std::size_t... I>
    static auto gradients(std::index_sequence<I...>)
        -> decltype(std::tuple_cat(gradient_if_chosen<I>()...));

public:
    static constexpr std::size_t size = sizeof...(A);

    using gradient_tuple = decltype(arguments::gradients(std::index_sequence_for<A...>{}));
    /// That of the one chosen argument, or a tuple of those of the chosen arguments.
    using gradient = typename bare<gradient_tuple>::type;

    explicit arguments(const A&... a)
        : m_leaves(std::make_from_tuple<typename leaves<>::type>(flat(a...)))
    {
    }

    /// Calls @p f with expressions for its arguments.
    template <class F>
    auto call(const F& f) const
    {
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            static_assert(std::is_invocable_v<const F&, decltype(operand<I>())...>,
                          "xgrad: the function cannot be called with expressions in place of its "
                          "arguments; write them as `const auto&` or as template parameters of "
                          "their own");
            return f(operand<I>()...);
        }
        (std::index_sequence_for<A...>{});
    }

    /// What the function receives as its argument number I.
    template <std::size_t I>
    auto operand() const
    {
        return assemble<argument_type<I>, first_part[I]>();
    }

    /// Whether an argument that is handed over as it is differs from that of the first call.
    [[nodiscard]] bool differ(const A&... a) const
    {
        bool result = false;
        for_each_with(flat(a...), [&](const auto& leaf, const auto& part)
                      { result = result || leaf.differs(part); });
        return result;
    }

    /// Takes up the values of the arguments; whether any extents have changed.
    bool bind(const A&... a)
    {
        bool changed = false;
        for_each_with(flat(a...),
                      [&](auto& leaf, const auto& part) { changed = leaf.bind(part) || changed; });
        return changed;
    }

    /// Calls visit(leaf, part) for each chosen leaf and its part of @p target. Parts that are no
    /// leaf get their values.
    template <class F>
    void for_each_gradient(gradient& target, F visit)
    {
        if constexpr (std::is_same_v<gradient, gradient_tuple>)
            visit_gradients(target, visit);
        else
        {
            std::tuple<gradient&> one(target);
            visit_gradients(one, visit);
        }
    }

    /// Lets the gradients of the chosen arguments be written to @p target.
    void attach(gradient& target)
    {
        for_each_gradient(target, [](auto& leaf, auto& part)
                          { leaf.record().gradient = leaf.prepare(part); });
    }

    /// Calls visit(leaf) for the leaves of the chosen arguments, in order.
    template <class F>
    void for_each_chosen(F visit)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>) { (visit_if_chosen<K>(visit), ...); }
        (std::make_index_sequence<count>{});
    }

    /// Calls visit(leaf, chosen) for every leaf, in order; chosen is a std::bool_constant.
    template <class F>
    void for_each_leaf(F visit)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>) { (visit_if_leaf<K>(visit), ...); }
        (std::make_index_sequence<count>{});
    }

    /// Whether the expression E has a leaf of each chosen argument, and by operations that have a
    /// derivative if @p Flows tells so of a leaf's operation.
    template <class Test>
    static constexpr bool all_chosen(Test test)
    {
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            return ((!chosen[I] || any_part<I>(test)) && ...);
        }
        (std::index_sequence_for<A...>{});
    }

    static constexpr bool chosen_argument(std::size_t i) { return chosen[i]; }

private:
    static auto flat(const A&... a) { return std::tuple_cat(detail::parts_of(a)...); }

    template <std::size_t I, class Test>
    static constexpr bool any_part(Test test)
    {
        return [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            return (part_passes<first_part[I] + K>(test) || ...);
        }
        (std::make_index_sequence<first_part[I + 1] - first_part[I]>{});
    }

    template <std::size_t K, class Test>
    static constexpr bool part_passes(Test test)
    {
        if constexpr (part_traits<std::tuple_element_t<K, parts>>::leaf)
            return test(
                std::type_identity<
                    typename std::tuple_element_t<K, typename leaves<>::type>::expression_type>{});
        else
            return false;
    }

    template <class Parts, class F>
    void for_each_with(const Parts& values, F visit)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            (visit(std::get<K>(m_leaves), std::get<K>(values)), ...);
        }
        (std::make_index_sequence<count>{});
    }

    template <class Parts, class F>
    void for_each_with(const Parts& values, F visit) const
    {
        const_cast<arguments*>(this)->for_each_with(values, visit);
    }

    template <std::size_t K, class F>
    void visit_if_chosen(F& visit)
    {
        if constexpr (chosen[argument_of(K)] && part_traits<std::tuple_element_t<K, parts>>::leaf)
            visit(std::get<K>(m_leaves));
    }

    template <std::size_t K, class F>
    void visit_if_leaf(F& visit)
    {
        if constexpr (part_traits<std::tuple_element_t<K, parts>>::leaf)
            visit(std::get<K>(m_leaves), std::bool_constant<chosen[argument_of(K)]>{});
    }

    /// Puts the operands of the parts from First on together in the form of the argument B.
    template <class B, std::size_t First>
    auto assemble() const
    {
        if constexpr (has_members<B>)
            return [this]<class... M, std::size_t... K>(std::type_identity<std::tuple<M...>>,
                                                        std::index_sequence<K...>)
            {
                constexpr auto start = []
                {
                    std::array<std::size_t, sizeof...(M) + 1> s{First};
                    std::size_t k = 0;
                    ((s[k + 1] = s[k] + part_count<std::remove_cvref_t<M>>, ++k), ...);
                    return s;
                }();
                return detail::rebuild<B>(
                    this->template assemble<std::remove_cvref_t<M>, start[K]>()...);
            }(std::type_identity<members_type<B>>{},
              std::make_index_sequence<std::tuple_size_v<members_type<B>>>{});
        else
            return std::get<First>(m_leaves).operand();
    }

    template <class Gradients, class F>
    void visit_gradients(Gradients& target, F& visit)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (visit_gradient_of<I>(target, visit), ...);
        }
        (std::index_sequence_for<A...>{});
    }

    static constexpr std::size_t place_of(std::size_t argument)
    {
        std::size_t place = 0;
        for (std::size_t i = 0; i < argument; ++i)
            place += chosen[i];
        return place;
    }

    template <std::size_t I, class Gradients, class F>
    void visit_gradient_of(Gradients& target, F& visit)
    {
        if constexpr (chosen[I])
        {
            auto targets = detail::parts_of(std::get<place_of(I)>(target));
            [&]<std::size_t... K>(std::index_sequence<K...>)
            {
                (visit_gradient<first_part[I] + K>(std::get<K>(targets), visit), ...);
            }
            (std::make_index_sequence<part_count<argument_type<I>>>{});
        }
    }

    template <std::size_t K, class Part, class F>
    void visit_gradient(Part& part, F& visit)
    {
        if constexpr (part_traits<std::tuple_element_t<K, parts>>::leaf)
            visit(std::get<K>(m_leaves), part);
        else
            part = std::get<K>(m_leaves).operand();
    }

    typename leaves<>::type m_leaves;
};

/// What a function makes of expressions for its arguments.
template <class Arguments, class F>
using made_by = decltype(std::declval<const Arguments&>().call(std::declval<const F&>()));

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
