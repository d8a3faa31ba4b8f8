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
inline constexpr bool has_numbers = []<class... P>(type_list<P...>)
{ return (part_traits<P>::leaf || ...); }(parts_type<A>{});

/// One of several leaves: a base of its own type, which is found by the number.
template <std::size_t K, class Leaf>
struct numbered_leaf
{
    Leaf leaf;
};

template <std::size_t K, class Leaf>
Leaf& leaf_of(numbered_leaf<K, Leaf>& leaves)
{
    return leaves.leaf;
}

template <std::size_t K, class Leaf>
const Leaf& leaf_of(const numbered_leaf<K, Leaf>& leaves)
{
    return leaves.leaf;
}

/// The leaves of all parts of arguments.
template <class Values, class Wrt, class Table, class Parts = typename Table::parts,
          class = std::make_index_sequence<Table::count>>
struct leaf_list;

template <class Values, class Wrt, class Table, class... P, std::size_t... K>
struct leaf_list<Values, Wrt, Table, type_list<P...>, std::index_sequence<K...>>
    : numbered_leaf<K, argument_leaf<P, Values, is_chosen<Wrt, Table::argument_of(K)>,
                                     Table::names[K], Table::is_shared(K)>>...
{
};

/// The leaves of the arguments A..., of which Wrt chooses.
template <class Values, class Wrt, class... A>
class arguments
{
    using table = part_table<A...>;

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

    template <class Indices>
    struct of_chosen;

    template <std::size_t... I>
    struct of_chosen<std::index_sequence<I...>>
    {
        static constexpr std::array<bool, sizeof...(A)> chosen{
            (is_chosen<Wrt, I> && has_numbers<A>)...};

        using types = typename joined_lists<
            std::conditional_t<chosen[I], type_list<gradient_type<A>>, type_list<>>...>::type;
    };

    using choice = of_chosen<std::index_sequence_for<A...>>;

    /// The arguments that are differentiated.
    static constexpr auto chosen = choice::chosen;

    template <class List>
    struct gathered;
    template <class... G>
    struct gathered<type_list<G...>>
    {
        using type = std::tuple<G...>;
    };
    template <class G>
    struct gathered<type_list<G>>
    {
        using type = G;
    };

    static constexpr bool one_is_chosen = choice::types::size == 1;

public:
    static constexpr std::size_t size = sizeof...(A);

    /// That of the one chosen argument, or a tuple of those of the chosen arguments.
    using gradient = typename gathered<typename choice::types>::type;

    explicit arguments(const A&... a)
    {
        for_each_with<false>([](auto& leaf, const auto& part) { leaf.keep(part); }, a...);
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
        return assemble<std::tuple_element_t<I, std::tuple<A...>>, table::first[I]>();
    }

    /// Whether an argument that is handed over as it is differs from that of the first call.
    [[nodiscard]] bool differ(const A&... a) const
    {
        bool result = false;
        const_cast<arguments*>(this)->template for_each_with<false>(
            [&](const auto& leaf, const auto& part) { result = result || leaf.differs(part); },
            a...);
        return result;
    }

    /// Takes up the values of the arguments; whether any extents have changed.
    bool bind(const A&... a)
    {
        bool changed = false;
        for_each_with<true>(
            [&](auto& leaf, const auto& part) { changed = leaf.bind(part) || changed; }, a...);
        return changed;
    }

    /// Calls visit(leaf, part) for each chosen leaf and its part of @p target. Parts that are no
    /// leaf get their values.
    template <class F>
    void for_each_gradient(gradient& target, F visit)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (visit_gradient_of<I>(target, visit), ...);
        }
        (std::index_sequence_for<A...>{});
    }

    /// Lets the gradients of the chosen arguments be written to @p target.
    void attach(gradient& target)
    {
        for_each_gradient(target, [](auto& leaf, auto& part)
                          { leaf.record().gradient = leaf.prepare(part); });
    }

    /// Calls visit(leaf) for every leaf, in order.
    template <class F>
    void for_each_leaf(F visit)
    {
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            const auto visit_leaf = [&](auto& leaf)
            {
                if constexpr (std::remove_reference_t<decltype(leaf)>::is_leaf)
                    visit(leaf);
            };
            (visit_leaf(detail::leaf_of<K>(m_leaves)), ...);
        }
        (std::make_index_sequence<table::count>{});
    }

    /// Calls visit(leaf) for the leaves of the chosen arguments, in order.
    template <class F>
    void for_each_chosen(F visit)
    {
        for_each_leaf(
            [&](auto& leaf)
            {
                if constexpr (std::remove_reference_t<decltype(leaf)>::is_chosen)
                    visit(leaf);
            });
    }

    /// Whether each chosen argument has a part for whose leaf @p test holds, which is asked with
    /// the type of the leaf's expression.
    template <class Test>
    static constexpr bool all_chosen(Test test)
    {
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            return ((!chosen[I] || any_part<I>(test)) && ...);
        }
        (std::index_sequence_for<A...>{});
    }

private:
    using leaves = leaf_list<Values, Wrt, table>;

    template <std::size_t K>
    using leaf_type =
        std::remove_cvref_t<decltype(detail::leaf_of<K>(std::declval<const leaves&>()))>;

    template <std::size_t I, class Test>
    static constexpr bool any_part(Test test)
    {
        return [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            return (part_passes<table::first[I] + K>(test) || ...);
        }
        (std::make_index_sequence<table::first[I + 1] - table::first[I]>{});
    }

    template <std::size_t K, class Test>
    static constexpr bool part_passes(Test test)
    {
        if constexpr (leaf_type<K>::is_leaf)
            return test(std::type_identity<typename leaf_type<K>::expression_type>{});
        else
            return false;
    }

    /// Calls visit(leaf, part) for the parts of the arguments that are leaves, or for the others.
    template <bool Leaves, class F>
    void for_each_with(F visit, const A&... a)
    {
        auto visit_part = [&]<std::size_t K>(const auto& part)
        {
            if constexpr (leaf_type<K>::is_leaf == Leaves)
                visit(detail::leaf_of<K>(m_leaves), part);
        };
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (detail::for_each_part<table::first[I]>(a, visit_part), ...);
        }
        (std::index_sequence_for<A...>{});
    }

    /// Puts the operands of the parts from First on together in the form of the argument B.
    template <class B, std::size_t First>
    auto assemble() const
    {
        if constexpr (has_members<B>)
            return [this]<class... M, std::size_t... I>(std::type_identity<std::tuple<M&...>>,
                                                        std::index_sequence<I...>)
            {
                constexpr auto first = first_parts<std::remove_cv_t<M>...>;
                return detail::rebuild<B>(
                    this->template assemble<std::remove_cv_t<M>, First + first[I]>()...);
            }(std::type_identity<members_type<B>>{},
              std::make_index_sequence<std::tuple_size_v<members_type<B>>>{});
        else
            return detail::leaf_of<First>(m_leaves).operand();
    }

    /// The place of an argument among the chosen ones.
    static constexpr std::size_t place_of(std::size_t argument)
    {
        std::size_t place = 0;
        for (std::size_t i = 0; i < argument; ++i)
            place += chosen[i];
        return place;
    }

    template <std::size_t I, class F>
    void visit_gradient_of(gradient& target, F& visit)
    {
        if constexpr (chosen[I])
        {
            auto visit_part = [&]<std::size_t K>(auto& part)
            {
                auto& leaf = detail::leaf_of<K>(m_leaves);
                if constexpr (leaf_type<K>::is_leaf)
                    visit(leaf, part);
                else
                    part = leaf.operand();
            };
            if constexpr (one_is_chosen)
                detail::for_each_part<table::first[I]>(target, visit_part);
            else
                detail::for_each_part<table::first[I]>(std::get<place_of(I)>(target), visit_part);
        }
    }

    leaves m_leaves;
};

/// What a function makes of expressions for its arguments.
template <class Arguments, class F>
using made_by = decltype(std::declval<const Arguments&>().call(std::declval<const F&>()));

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
