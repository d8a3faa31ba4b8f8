// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Tuples, arrays and plain structs as lists of members, and the same list with members of other
// types.

#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/core/xtensor_shape.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

template <class A>
inline constexpr bool is_tuple = false;
template <class... M>
inline constexpr bool is_tuple<std::tuple<M...>> = true;
template <class A, class B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;

template <class A>
inline constexpr bool is_pair = false;
template <class A, class B>
inline constexpr bool is_pair<std::pair<A, B>> = true;

template <class A>
inline constexpr bool is_std_array = false;
template <class M, std::size_t N>
inline constexpr bool is_std_array<std::array<M, N>> = true;

/// A class without constructors, as `struct circle { double x, y, radius; };`
template <class A>
concept plain_struct = std::is_class_v<A> && std::is_aggregate_v<A> && !std::is_empty_v<A> &&
                       !any_xtensor<A> && !is_tuple<A> && !is_std_array<A>;

/// Becomes whatever a member of a struct wants; only in unevaluated code.
struct any_member
{
    template <class M>
    operator M() const;
};

template <class A, std::size_t... I>
constexpr bool takes_members(std::index_sequence<I...>)
{
    return requires { A{(static_cast<void>(I), any_member{})...}; };
}

inline constexpr std::size_t max_members = 12;

/// Number of members of a plain struct.
template <class A>
inline constexpr std::size_t member_count = []
{
    std::size_t count = 0;
    [&]<std::size_t... N>(std::index_sequence<N...>)
    {
        ((count = detail::takes_members<A>(std::make_index_sequence<N + 1>{}) ? N + 1 : count),
         ...);
    }
    (std::make_index_sequence<max_members + 1>{});
    return count;
}();

/// References to the members of a plain struct.
template <class A>
constexpr auto tie_members(A& a)
{
    constexpr std::size_t count = member_count<std::remove_cv_t<A>>;
    static_assert(count >= 1 && count <= max_members,
                  "xgrad: a struct that is an argument has 1 to 12 members, which are numbers, "
                  "xtensor containers, tuples or structs of these, and no base class");
    if constexpr (count == 1)
    {
        auto& [m0] = a;
        return std::tie(m0);
    }
    else if constexpr (count == 2)
    {
        auto& [m0, m1] = a;
        return std::tie(m0, m1);
    }
    else if constexpr (count == 3)
    {
        auto& [m0, m1, m2] = a;
        return std::tie(m0, m1, m2);
    }
    else if constexpr (count == 4)
    {
        auto& [m0, m1, m2, m3] = a;
        return std::tie(m0, m1, m2, m3);
    }
    else if constexpr (count == 5)
    {
        auto& [m0, m1, m2, m3, m4] = a;
        return std::tie(m0, m1, m2, m3, m4);
    }
    else if constexpr (count == 6)
    {
        auto& [m0, m1, m2, m3, m4, m5] = a;
        return std::tie(m0, m1, m2, m3, m4, m5);
    }
    else if constexpr (count == 7)
    {
        auto& [m0, m1, m2, m3, m4, m5, m6] = a;
        return std::tie(m0, m1, m2, m3, m4, m5, m6);
    }
    else if constexpr (count == 8)
    {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7] = a;
        return std::tie(m0, m1, m2, m3, m4, m5, m6, m7);
    }
    else if constexpr (count == 9)
    {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8] = a;
        return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8);
    }
    else if constexpr (count == 10)
    {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = a;
        return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9);
    }
    else if constexpr (count == 11)
    {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = a;
        return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10);
    }
    else
    {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = a;
        return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11);
    }
}

template <class A>
inline constexpr bool has_members = is_tuple<A> || is_std_array<A> || plain_struct<A>;

/// References to the members of a tuple, an array or a plain struct.
template <class A>
constexpr auto members_of(A& a)
{
    if constexpr (plain_struct<std::remove_cv_t<A>>)
        return detail::tie_members(a);
    else
        return std::apply([](auto&... member) { return std::tie(member...); }, a);
}

/// The tuple of the types of these references.
template <class A>
using members_type = decltype(detail::members_of(std::declval<const A&>()));

// ---- members of other types -------------------------------------------------------------------

/// A struct that is made from a template: whether its members have the template's arguments as
/// types, in order, or all of them the only one.
template <class A>
struct struct_template
{
    static constexpr bool one_by_one = false;
    static constexpr bool all_alike = false;
};

template <template <class...> class Template, class... Argument>
    requires plain_struct<Template<Argument...>>
struct struct_template<Template<Argument...>>
{
    using members = members_type<Template<Argument...>>;

    template <class... M>
    static constexpr bool are(std::type_identity<std::tuple<const M&...>>)
    {
        if constexpr (sizeof...(M) == sizeof...(Argument))
            return (std::is_same_v<M, Argument> && ...);
        else
            return false;
    }

    template <class... M>
    static constexpr bool alike(std::type_identity<std::tuple<const M&...>>)
    {
        if constexpr (sizeof...(Argument) == 1)
            return (std::is_same_v<M, Argument...> && ...);
        else
            return false;
    }

    static constexpr bool one_by_one = are(std::type_identity<members>{});
    static constexpr bool all_alike = !one_by_one && alike(std::type_identity<members>{});

    template <class... E>
    using with = Template<E...>;
};

/// Arrays, and structs like `template <class T> struct point { T x, y; };`
template <class A>
inline constexpr bool is_array_like = is_std_array<A> || struct_template<A>::all_alike;

/// The number and the type of the members of such an A.
template <class A>
struct array_like
{
    static constexpr std::size_t size = std::tuple_size_v<members_type<A>>;
    using element = std::remove_cvref_t<std::tuple_element_t<0, members_type<A>>>;
};

/// An A whose members are @p members instead: an array, a struct made from the same template, or
/// else a tuple, which `const auto& [a, b] = ...` takes apart like the struct it stands for.
template <class A, class... M>
constexpr auto rebuild(M... members)
{
    if constexpr (is_std_array<A>)
        return std::array<std::common_type_t<M...>, sizeof...(M)>{std::move(members)...};
    else if constexpr (is_pair<A>)
        return std::pair<M...>(std::move(members)...);
    else if constexpr (struct_template<A>::all_alike)
        return typename struct_template<A>::template with<std::common_type_t<M...>>{
            std::move(members)...};
    else if constexpr (struct_template<A>::one_by_one)
        return typename struct_template<A>::template with<M...>{std::move(members)...};
    else
        return std::tuple<M...>(std::move(members)...);
}

/// Gives a container the extents @p e, without an allocation when it has them.
template <class C>
void resize_to(C& container, const extents& e)
{
    if (std::equal(container.shape().begin(), container.shape().end(), e.extent.begin()) &&
        container.size() == e.size())
        return;
    if constexpr (requires(typename C::shape_type wanted) { // not so where extents are fixed
                      wanted[0] = e[0];
                      container.resize(wanted);
                  })
    {
        typename C::shape_type wanted{};
        std::copy_n(e.extent.begin(), e.rank, wanted.begin());
        container.resize(wanted);
    }
}

} // namespace xgrad::inline XGRAD_ABI::detail
