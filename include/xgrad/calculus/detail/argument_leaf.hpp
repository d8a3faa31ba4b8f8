// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A part of an argument as a leaf of an expression.

#include <xgrad/calculus/detail/argument_parts.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/record.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
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
    expression<T, Shape, program<1>{{entry{0, {-1, -1, -1}}}},
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
    static constexpr bool still = !Chosen && !lends;
    static constexpr bool given_apart =
        !scalar_part && (still || (Chosen && Values::tangents_given));
    using expression_type = argument_expression<element, shape_type, Chosen,
                                                argument_tag<Name, Shared, still, given_apart>>;

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

    /// Whether the elements are used where the values lie, whatever their type: as numbers whose
    /// parts lie apart.
    [[nodiscard]] bool apart() const { return m_apart; }
    void lay_apart(bool apart) { m_apart = apart; }

    /// Takes up the values of @p part, which are used where they lie if they can be. Whether the
    /// extents have changed. Elements of another type than the part's are left to the caller, who
    /// finds the values at values(), unless they lie apart.
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
            if (lends || m_apart)
            {
                if (changed)
                    m_record->lend(const_cast<scalar*>(m_values), given);
                m_record->value = const_cast<scalar*>(m_values);
            }
            else if (changed)
                allocate(given);
            return changed;
        }
    }

    /// The values of the part that was bound last, row-major.
    [[nodiscard]] const scalar* values() const { return m_values; }

    /// Uses a copy of the values: where they lie something else is about to be written.
    [[gnu::cold]] void copy_values()
    {
        if constexpr (!scalar_part)
        {
            detail::resize_to(m_copy, m_record->shape);
            std::copy_n(m_values, size(), m_copy.data());
            m_values = m_copy.data();
            if (lends || m_apart)
                m_record->value = m_copy.data();
        }
    }

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
    void allocate(const extents& given)
    {
        if constexpr (!lends)
        {
            m_record->allocate(given, given.size() * sizeof(element));
            if constexpr (Chosen)
            {
                m_record->gradient_owner = make_aligned_buffer(given.size() * sizeof(element));
                m_record->gradient = m_record->gradient_owner.get();
            }
        }
    }

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
    bool m_apart = false;
    std::conditional_t<scalar_part, element, nothing> m_element{};
    std::conditional_t<scalar_part, element, nothing> m_gradient{};
    std::conditional_t<scalar_part, nothing, xt::xtensor<scalar, shape_type::rank>> m_copy{};
};

} // namespace xgrad::inline XGRAD_ABI::detail
