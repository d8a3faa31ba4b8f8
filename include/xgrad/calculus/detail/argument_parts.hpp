// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What an argument of a user's function consists of: the numbers and tensors in it, in order.

#include <xgrad/calculus/members.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor_shape.hpp>

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

} // namespace xgrad::inline XGRAD_ABI::detail
