// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The shapes of xtensor's expressions as shapes and extents, and memory as one of its containers.

#include <xgrad/core/error.hpp>
#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

template <class E>
concept any_xtensor = xt::is_xexpression<std::remove_cvref_t<E>>::value;

template <class E>
inline constexpr bool has_static_rank = requires
{
    std::tuple_size<std::remove_cvref_t<decltype(std::declval<const E&>().shape())>>::value;
};

template <class E>
inline constexpr std::size_t static_rank =
    std::tuple_size_v<std::remove_cvref_t<decltype(std::declval<const E&>().shape())>>;

template <std::size_t Rank, class = std::make_index_sequence<Rank>>
struct all_dynamic;

template <std::size_t Rank, std::size_t... I>
struct all_dynamic<Rank, std::index_sequence<I...>>
{
    using type = shape<(static_cast<void>(I), dynamic)...>;
};

template <class E>
extents extents_of(const E& e)
{
    constexpr bool fits = []
    {
        if constexpr (has_static_rank<E>)
            return static_rank<E> <= max_rank;
        else
            return false;
    }();
    if constexpr (!fits)
        if (e.dimension() > max_rank)
            throw shape_error("xgrad: expected a tensor of at most eight axes, found one of " +
                              std::to_string(e.dimension()));
    extents result;
    result.rank = e.dimension();
    for (std::size_t axis = 0; axis < result.rank; ++axis)
        result[axis] = static_cast<std::size_t>(e.shape()[axis]);
    return result;
}

inline void require_shape(const char* operation, const extents& declared, const extents& given)
{
    if (!may_equal(declared, given))
        throw shape_error(std::string(detail::misfit(operation, declared, given).text()));
}

/// The extents of @p values, which must fit Shape: when compiling as far as the type tells them.
template <class Operation, class Shape, class E>
extents extents_fitting(const E& values)
{
    if constexpr (has_static_rank<E>)
        if constexpr (static_rank<E> != Shape::rank)
            refuse_shape<Operation, Shape, typename all_dynamic<static_rank<E>>::type>();
    const extents given = detail::extents_of(values);
    detail::require_shape(Operation::name, Shape::value, given);
    return given;
}

/// A view of the memory at @p pointer as an xtensor container.
template <std::size_t Rank, class T>
auto view_of(T* pointer, const extents& e)
{
    std::array<std::size_t, Rank> shape{};
    std::copy_n(e.extent.begin(), Rank, shape.begin());
    return xt::adapt<xt::layout_type::row_major>(std::move(pointer), e.size(), xt::no_ownership(),
                                                 shape);
}

} // namespace xgrad::inline XGRAD_ABI::detail
