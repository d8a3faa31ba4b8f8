// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What an argument of a user's function consists of: the numbers and tensors in it, in order.

#include <xgrad/calculus/members.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/program.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Numbers that a derivative can be taken with respect to; specialised by dual numbers.
template <class T>
inline constexpr bool is_real_number = std::is_floating_point_v<T>;

template <class A>
concept tensor_argument = any_xtensor<A>;

/// An argument that is handed to the function as it is: a whole number, a name, a flag.
template <class A>
concept static_argument = !is_real_number<A> && !tensor_argument<A>;

/// An xtensor container whose memory is its elements in row-major order. What refers to memory of
/// others, a view or an adaptor, cannot be made from nothing.
template <class A>
concept owning_row_major = tensor_argument<A> && std::default_initializable<A> && requires(A& a)
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

template <class Members>
struct parts_of_members;

template <class A>
struct parts
{
    using type = type_list<A>;
};

template <class A>
    requires has_members<A>
struct parts<A> : parts_of_members<members_type<A>>
{
};

template <class... M>
struct parts_of_members<std::tuple<M&...>>
    : joined_lists<typename parts<std::remove_cv_t<M>>::type...>
{
};

/// The types of the parts of an argument, as a list.
template <class A>
using parts_type = typename parts<A>::type;

template <class A>
inline constexpr std::size_t part_count = parts_type<A>::size;

/// The number of the first part of each of the members or arguments A, and last that of all parts.
template <class... A>
inline constexpr auto first_parts = []
{
    std::array<std::size_t, sizeof...(A) + 1> first{};
    std::size_t a = 0;
    ((first[a + 1] = first[a] + part_count<A>, ++a), ...);
    return first;
}();

/// Calls visit.operator()<K>(part) for the parts of @p a, in order, where K counts from First on.
template <std::size_t First, class A, class F>
constexpr void for_each_part(A& a, F& visit)
{
    if constexpr (has_members<std::remove_cv_t<A>>)
        [&]<class... M, std::size_t... I>(const std::tuple<M&...>& members,
                                          std::index_sequence<I...>)
        {
            constexpr auto first = first_parts<std::remove_cv_t<M>...>;
            (detail::for_each_part<First + first[I]>(std::get<I>(members), visit), ...);
        }(detail::members_of(a),
          std::make_index_sequence<std::tuple_size_v<members_type<std::remove_cv_t<A>>>>{});
    else
        visit.template operator()<First>(a);
}

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
        [&]<class... M>(std::type_identity<std::tuple<M&...>>)
        {
            std::size_t k = 0;
            ((detail::name_parts<std::remove_cv_t<M>>(name + k, first + k),
              k += part_count<std::remove_cv_t<M>>),
             ...);
        }(std::type_identity<members_type<A>>{});
    else
        name[0] = first;
}

/// The parts of the arguments A, numbered through.
template <class... A>
struct part_table
{
    using parts = typename joined_lists<parts_type<A>...>::type;

    static constexpr std::size_t count = parts::size;
    static constexpr auto first = first_parts<A...>;

    static constexpr auto names = []
    {
        std::array<std::size_t, count> name{};
        std::size_t k = 0;
        ((detail::name_parts<A>(name.data() + k, k), k += part_count<A>), ...);
        return name;
    }();

    /// Whether several parts have the name of this one.
    static constexpr bool is_shared(std::size_t part)
    {
        std::size_t parts_named = 0;
        for (const std::size_t other : names)
            parts_named += other == names[part];
        return parts_named > 1;
    }

    static constexpr std::size_t argument_of(std::size_t part)
    {
        std::size_t argument = 0;
        while (first[argument + 1] <= part)
            ++argument;
        return argument;
    }
};

// ---- gradients --------------------------------------------------------------------------------

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

} // namespace xgrad::inline XGRAD_ABI::detail
