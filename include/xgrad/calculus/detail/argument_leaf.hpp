// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A part of an argument as a leaf of an expression.

#include <xgrad/calculus/detail/argument_memory.hpp>
#include <xgrad/calculus/detail/argument_parts.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/record.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The tag of a part: its number; the parts of an array share that of the first. A part is still
/// when its elements carry derivatives all of which are 0. Values and derivatives of a part may lie
/// apart where it is given like this.
template <std::size_t Name, bool Shared = false, bool Still = false, bool Apart = false>
struct argument_tag
{
    static constexpr bool shared = Shared;
    static constexpr bool still = Still;
    static constexpr bool apart = Apart;
};

template <class T, class Shape, bool Differentiable, class Tag>
using argument_expression =
    expression<T, Shape, leaf_program,
               leaf_op<T, Shape, Differentiable ? leaf_kind::parameter : leaf_kind::input,
                       Differentiable, Tag>>;

/// The values of a part as they are.
struct plain_values
{
    template <class S>
    using element = S;
    static constexpr bool tangents_given = false; ///< of the chosen parts, as tensors
};

/// A part that is handed to the function as it is.
template <class P, class Values, bool Chosen, std::size_t Name, bool Shared>
class argument_leaf
{
public:
    static constexpr bool is_leaf = false;
    static constexpr bool is_chosen = Chosen;

    void keep(const P& value) { m_value.emplace(value); }
    [[nodiscard]] const P& operand() const { return *m_value; }
    /// Whether the function must be called again.
    [[nodiscard]] bool differs(const P& value) const { return !(*m_value == value); }

private:
    std::optional<P> m_value;
};

/// The leaf of a part.
template <class P, class Values, bool Chosen, std::size_t Name, bool Shared>
requires part_traits<P>::leaf class argument_leaf<P, Values, Chosen, Name, Shared>
    : public argument_memory
{
public:
    using scalar = typename part_traits<P>::scalar;
    using shape_type = typename part_traits<P>::shape_type;
    using element = typename Values::template element<scalar>;
    static constexpr bool is_leaf = true;
    static constexpr bool is_chosen = Chosen;
    static constexpr bool scalar_part = is_real_number<P>;
    static constexpr bool lends = std::is_same_v<element, scalar>;
    static constexpr bool still = !Chosen && !lends;
    static constexpr bool given_apart =
        !scalar_part && (still || (Chosen && Values::tangents_given));
    using expression_type = argument_expression<element, shape_type, Chosen,
                                                argument_tag<Name, Shared, still, given_apart>>;

    argument_leaf()
        : argument_memory(shape_type::value, sizeof(scalar), lends ? 0 : sizeof(element), Chosen)
    {
        if constexpr (scalar_part)
        {
            record().value = &m_number.value;
            record().gradient = &m_number.gradient;
            record().fixed = true; // once attach() has told where the gradient goes
        }
    }

    [[nodiscard]] expression_type operand() const { return expression_type(leaf()); }

    /// Takes up the values of @p part; whether the extents have changed. Elements of another type
    /// than the part's are left to the caller, who finds the values at values(), unless they lie
    /// apart.
    bool bind(const P& part)
    {
        if constexpr (scalar_part)
        {
            // A copy: the part may be one of the former results, which are written to while it is
            // still read.
            if constexpr (lends)
                point_to(&(m_number.value = part));
            else
                point_to(&(m_number.given = part));
            return false;
        }
        else
        {
            const extents given = detail::extents_of(part);
            return take(elements_of(part, given), given);
        }
    }

    /// The values of the part that was bound last, row-major.
    [[nodiscard]] const scalar* values() const { return static_cast<const scalar*>(numbers()); }

    /// The elements of the leaf and of its gradient.
    [[nodiscard]] element* elements() const { return static_cast<element*>(record().value); }
    [[nodiscard]] element* gradient() const { return static_cast<element*>(record().gradient); }

    /// Where the elements of @p target lie, which gets the extents of the leaf.
    template <class G>
    scalar* prepare(G& target) const
    {
        if constexpr (scalar_part)
            return &target;
        else
        {
            detail::resize_to(target, record().shape);
            return target.data();
        }
    }

private:
    const scalar* elements_of(const P& part, const extents& given)
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
            auto* const copy = static_cast<scalar*>(copy_of(given));
            auto view = detail::view_of<shape_type::rank>(copy, given);
            xt::noalias(view) = part;
            return copy;
        }
    }

    struct nothing
    {
    };
    struct number
    {
        element value{};
        element gradient{};
        [[no_unique_address]] std::conditional_t<lends, nothing, scalar> given{};
    };

    [[no_unique_address]] std::conditional_t<scalar_part, number, nothing> m_number{};
};

} // namespace xgrad::inline XGRAD_ABI::detail
