// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Values of functions that are numbers or tensors.

#include <xgrad/calculus/members.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor_shape.hpp>

#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::detail
{

/// A number for a scalar expression, else a container.
template <class S, std::size_t Rank>
using value_container = std::conditional_t<Rank == 0, S, xt::xtensor<S, Rank>>;

/// The elements of @p value, which gets the extents @p e.
template <class S, std::size_t Rank>
S* prepare_value(value_container<S, Rank>& value, const extents& e)
{
    if constexpr (Rank == 0)
        return &value;
    else
    {
        detail::resize_to(value, e);
        return value.data();
    }
}

template <class View>
extents value_extents(const View& view)
{
    if constexpr (any_xtensor<View>)
        return detail::extents_of(view);
    else
        return extents{};
}

template <class View>
const auto* value_elements(const View& view)
{
    if constexpr (any_xtensor<View>)
        return view.data();
    else
        return &view;
}

/// What messages say of a jacobian.
struct jacobian_call
{
    static constexpr const char* name = "jacobian";
};

} // namespace xgrad::inline XGRAD_ABI::detail
