// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the arguments of a user's function become leaves of an expression. An argument is a number,
// an xtensor container, or a tuple, an array or a plain struct of arguments. It is taken apart into
// its parts, which are numbered through all arguments; each part becomes a leaf, and the leaves are
// put together again in the form in which the function takes its arguments.

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

/// Numbers that a derivative can be taken with respect to; specialised by dual numbers.
template <class T>
inline constexpr bool is_real_number = std::is_floating_point_v<T>;

template <class A>
concept tensor_argument = any_xtensor<A>;

/// An argument that is handed to the function as it is: a whole number, a name, a flag.
template <class A>
concept static_argument = !is_real_number<A> && !tensor_argument<A>;

/// An xtensor container whose memory is its elements in row-major order.
template <class A>
concept owning_row_major = tensor_argument<A> && requires(A& a)
{
    requires A::static_layout == xt::layout_type::row_major;
    a.storage();
    a.data();
};

// ---- one part -------------------------------------------------------------------------------

template <class P>
struct part_traits
{
    static_assert(std::equality_comparable<P> && std::copyable<P>,
                  "xgrad: an argument is a number, an xtensor container, or a tuple, an array or a "
                  "plain struct of these; anything else must be copyable and comparable, and is "
                  "handed to the function as it is");
    static constexpr bool leaf = false;
    using gradient_type = P;
};

template <class P>
    requires is_real_number<P>
struct part_traits<P>
{
    static constexpr bool leaf = true;
    using scalar = P;
    using shape_type = shape<>;
    using gradient_type = P;
};

/// The shape of a tensor argument: extents are static where the container's are.
template <class P>
struct tensor_argument_shape
{
    static_assert(has_static_rank<P>, "xgrad: the rank of a tensor argument must be part of its "
                                      "type: pass an xt::xtensor instead of an xt::xarray");
    using type = typename all_dynamic<static_rank<P>>::type;
};

template <class T, std::size_t... N, xt::layout_type L, bool S, class Tag>
struct tensor_argument_shape<xt::xfixed_container<T, xt::fixed_shape<N...>, L, S, Tag>>
{
    using type = shape<N...>;
};

template <tensor_argument P>
struct part_traits<P>
{
    static constexpr bool leaf = true;
    using scalar = std::remove_cv_t<typename P::value_type>;
    static_assert(is_real_number<scalar>, "xgrad: a tensor argument has elements of a floating-"
                                          "point type; convert it, e.g. with xt::cast<double>");
    using shape_type = typename tensor_argument_shape<P>::type;
    using gradient_type = std::conditional_t<owning_row_major<P>, std::remove_cv_t<P>,
                                             xt::xtensor<scalar, shape_type::rank>>;
};

// ---- the parts of an argument -----------------------------------------------------------------

template <class A>
constexpr auto parts_of(A& a)
{
    using argument = std::remove_cv_t<A>;
    if constexpr (has_members<argument>)
        return std::apply([](auto&... member)
                          { return std::tuple_cat(detail::parts_of(member)...); },
                          detail::members_of(a));
    else
        return std::tuple<A&>(a);
}

template <class Tuple>
struct decayed_elements;

template <class... P>
struct decayed_elements<std::tuple<P...>>
{
    using type = std::tuple<std::remove_cvref_t<P>...>;
};

/// The types of the parts of an argument, as a tuple.
template <class A>
using parts_type =
    typename decayed_elements<decltype(detail::parts_of(std::declval<const A&>()))>::type;

template <class A>
inline constexpr std::size_t part_count = std::tuple_size_v<parts_type<A>>;

/// Fills in the number by which the leaf of each part is named in its type. The elements of an
/// array share one, since they must have one type.
template <class A>
constexpr void name_parts(std::size_t* name, std::size_t first)
{
    if constexpr (is_array_like<A>)
    {
        using element = typename array_like<A>::element;
        for (std::size_t i = 0; i < array_like<A>::size; ++i)
            detail::name_parts<element>(name + i * part_count<element>, first);
    }
    else if constexpr (has_members<A>)
        [&]<class... M>(std::type_identity<std::tuple<M...>>)
        {
            std::size_t k = 0;
            ((detail::name_parts<std::remove_cvref_t<M>>(name + k, first + k),
              k += part_count<std::remove_cvref_t<M>>),
             ...);
        }(std::type_identity<members_type<A>>{});
    else
        name[0] = first;
}

/// The gradient with respect to an argument has the argument's own form.
template <class A>
struct gradient_of
{
    using type = typename part_traits<A>::gradient_type;
};

template <class... A>
struct gradient_of<std::tuple<A...>>
{
    using type = std::tuple<typename gradient_of<std::remove_cvref_t<A>>::type...>;
};

template <class A, class B>
struct gradient_of<std::pair<A, B>>
{
    using type = std::pair<typename gradient_of<std::remove_cvref_t<A>>::type,
                           typename gradient_of<std::remove_cvref_t<B>>::type>;
};

template <class A, std::size_t N>
struct gradient_of<std::array<A, N>>
{
    using type = std::array<typename gradient_of<A>::type, N>;
};

template <plain_struct A>
struct gradient_of<A>
{
    using type = A;
};

template <class A>
using gradient_type = typename gradient_of<std::remove_cvref_t<A>>::type;

// ---- leaves -----------------------------------------------------------------------------------

/// The tag of a part: its number; the parts of an array share that of the first. A part is still
/// when its elements carry derivatives all of which are 0.
template <std::size_t Name, bool Shared = false, bool Still = false>
struct argument_tag
{
    static constexpr bool shared = Shared;
    static constexpr bool still = Still;
};

template <class T, class Shape, bool Differentiable, class Tag>
using argument_expression =
    expression<T, Shape, program<1>{{entry{0, {-1, -1, -1}}}},
               leaf_op<T, Shape, Differentiable ? leaf_kind::parameter : leaf_kind::input,
                       Differentiable, Tag>>;

/// The values of a part as they are.
struct plain_values
{
    template <class S>
    using element = S;
};

/// A part that is handed to the function as it is.
template <class P, class Values, bool Chosen, std::size_t Name, bool Shared>
class argument_leaf
{
public:
    explicit argument_leaf(const P& value) : m_value(value) {}

    [[nodiscard]] const P& operand() const { return m_value; }
    /// Whether the function must be called again.
    [[nodiscard]] bool differs(const P& value) const { return !(m_value == value); }
    bool bind(const P&) { return false; }

private:
    P m_value;
};

/// The leaf of a part. Its record refers to this object, which therefore stays where it is.
template <class P, class Values, bool Chosen, std::size_t Name, bool Shared>
requires part_traits<P>::leaf class argument_leaf<P, Values, Chosen, Name, Shared>
{
public:
    using scalar = typename part_traits<P>::scalar;
    using shape_type = typename part_traits<P>::shape_type;
    using element = typename Values::template element<scalar>;
    static constexpr bool scalar_part = is_real_number<P>;
    static constexpr bool lends = std::is_same_v<element, scalar>;
    using expression_type = argument_expression<element, shape_type, Chosen,
                                                argument_tag<Name, Shared, !Chosen && !lends>>;

    explicit argument_leaf(const P&) : m_record(new leaf_record), m_handle(m_record)
    {
        if constexpr (scalar_part)
        {
            m_record->value = &m_element;
            m_record->gradient = &m_gradient;
            m_record->fixed = true; // once attach() has told where the gradient goes
        }
        else
        {
            m_record->shape = shape_type::value;
            for (std::size_t& extent : m_record->shape.extent)
                extent = extent == dynamic ? 0 : extent;
        }
    }
    argument_leaf(const argument_leaf&) = delete;
    argument_leaf& operator=(const argument_leaf&) = delete;
    ~argument_leaf() = default;

    [[nodiscard]] expression_type operand() const { return expression_type(m_handle); }
    [[nodiscard]] bool differs(const P&) const { return false; }
    [[nodiscard]] leaf_record& record() const { return *m_record; }
    [[nodiscard]] std::size_t size() const { return m_record->shape.size(); }

    /// Takes up the values of @p part, which are used where they lie if they can be. Whether the
    /// extents have changed. Elements of another type than the part's are left to the caller, who
    /// finds the values at values().
    bool bind(const P& part)
    {
        if constexpr (scalar_part)
        {
            if constexpr (lends)
                m_element = part;
            m_values = &part;
            return false;
        }
        else
        {
            const extents given = detail::extents_of(part);
            const bool changed = !m_bound || !(given == m_record->shape);
            m_bound = true;
            m_values = elements_of(part);
            if constexpr (lends)
            {
                if (changed)
                    m_record->lend(const_cast<scalar*>(m_values), given);
                m_record->value = const_cast<scalar*>(m_values);
            }
            else if (changed)
            {
                m_record->allocate(given, given.size() * sizeof(element));
                if constexpr (Chosen)
                {
                    m_record->gradient_owner = make_aligned_buffer(given.size() * sizeof(element));
                    m_record->gradient = m_record->gradient_owner.get();
                }
            }
            return changed;
        }
    }

    /// The values of the part that was bound last, row-major.
    [[nodiscard]] const scalar* values() const { return m_values; }

    /// The elements of the leaf and of its gradient.
    [[nodiscard]] element* elements() const { return static_cast<element*>(m_record->value); }
    [[nodiscard]] element* gradient() const { return static_cast<element*>(m_record->gradient); }

    /// Where the elements of @p target lie, which gets the extents of the leaf.
    template <class G>
    scalar* prepare(G& target) const
    {
        if constexpr (scalar_part)
            return &target;
        else
        {
            detail::resize_to(target, m_record->shape);
            return target.data();
        }
    }

private:
    const scalar* elements_of(const P& part)
    {
        if constexpr (requires {
                          requires P::static_layout == xt::layout_type::row_major;
                          {
                              part.data()
                              } -> std::convertible_to<const scalar*>;
                          part.data_offset();
                      })
        {
            static const scalar no_element{};
            const scalar* const data = part.data();
            return data ? data + part.data_offset() : &no_element;
        }
        else
        {
            detail::resize_to(m_copy, detail::extents_of(part));
            xt::noalias(m_copy) = part;
            return m_copy.data();
        }
    }

    struct nothing
    {
    };

    leaf_record* m_record;
    handle m_handle;
    const scalar* m_values = nullptr;
    bool m_bound = false;
    std::conditional_t<scalar_part, element, nothing> m_element{};
    std::conditional_t<scalar_part, element, nothing> m_gradient{};
    std::conditional_t<scalar_part, nothing, xt::xtensor<scalar, shape_type::rank>> m_copy{};
};

// ---- all arguments ----------------------------------------------------------------------------

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
