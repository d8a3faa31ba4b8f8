// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The leaves of expressions: parameters, inputs and constants.

#include <xgrad/core/error.hpp>
#include <xgrad/core/row_source.hpp>
#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/forward.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/record.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation elements_of_the_type_of_the_input{"elements of the type of the input"};

} // namespace expects

namespace detail
{

enum class leaf_kind : unsigned char
{
    parameter,
    input,
    constant
};

constexpr const char* kind_name(leaf_kind kind)
{
    return kind == leaf_kind::parameter ? "parameter"
           : kind == leaf_kind::input   ? "input"
                                        : "constant";
}

/// The operation type of a leaf. The tag keeps leaves of one shape apart in the type, which helps
/// fusion and never decides what is right.
template <class T, class Shape, leaf_kind Kind, bool Differentiable, class Tag>
struct leaf_op
{
    using leaf_shape = Shape;
    using value_type = T;

    static constexpr const char* name = kind_name(Kind);
    static constexpr leaf_kind kind = Kind;
    static constexpr bool differentiable = Differentiable;
    /// Whether the tag says that it names several leaves, such as the elements of an array.
    static constexpr bool shared = requires { requires Tag::shared; };
    /// Whether the tag says that no derivative comes with the numbers, though their type could
    /// carry one (a dual number).
    static constexpr bool still = requires(const T& number)
    {
        requires Tag::still;
        number.still();
    };
    /// Whether the tag says that the values and the derivatives of the numbers are given apart.
    static constexpr bool apart = requires { requires Tag::apart; };
};

/// The extents of @p declared with its dynamic ones replaced, in order, by @p given.
template <class Shape, class... N>
extents fill_dynamic(N... given)
{
    extents result = Shape::value;
    const std::array<std::size_t, sizeof...(N) + 1> values{static_cast<std::size_t>(given)..., 0};
    std::size_t next = 0;
    for (std::size_t axis = 0; axis < result.rank; ++axis)
        if (result[axis] == dynamic)
            result[axis] = values[next++];
    return result;
}

/// What messages say of a leaf that values are copied to.
template <leaf_kind Kind>
struct values_of
{
    static constexpr const char* name = kind_name(Kind);
};

/// What messages say of an input that is bound to values.
struct input_bind
{
    static constexpr const char* name = "input::bind";
};

/// What parameter, input and constant have in common: one entry, one record.
template <class T, class Shape, leaf_kind Kind, bool Differentiable, class Tag>
class leaf : public expression<T, Shape, leaf_program, leaf_op<T, Shape, Kind, Differentiable, Tag>>
{
    using base = expression<T, Shape, leaf_program, leaf_op<T, Shape, Kind, Differentiable, Tag>>;

public:
    leaf(const leaf&) = delete;
    leaf& operator=(const leaf&) = delete;
    /// A moved-from leaf still refers to the same values.
    leaf(leaf&& other) noexcept : base(other.handle()) {}
    leaf& operator=(leaf&& other) noexcept
    {
        static_cast<base&>(*this) = other;
        return *this;
    }
    ~leaf() = default;

    /// The extents; those of an input that was never bound are all zero where dynamic.
    [[nodiscard]] const extents& shape() const { return record().shape; }
    [[nodiscard]] std::size_t size() const { return record().shape.size(); }

protected:
    leaf() : base(detail::handle(new leaf_record))
    {
        if constexpr (requires { Tag::text; })
            record().name = Tag::text;
    }

    leaf_record& record() const { return static_cast<leaf_record&>(*this->handle().get()); }

    T* elements() const { return static_cast<T*>(record().value); }

    void allocate(const extents& e)
    {
        if constexpr (Kind == leaf_kind::parameter)
            record().allocate_parameter(e, e.size() * sizeof(T));
        else
            record().allocate(e, e.size() * sizeof(T));
    }

    /// Copies any xtensor expression, converting its elements.
    template <class E>
    void copy_from(const E& source)
    {
        const extents e = detail::extents_fitting<values_of<Kind>, Shape>(source);
        allocate(e);
        auto target = detail::view_of<Shape::rank>(elements(), e);
        xt::noalias(target) = source;
    }
};

template <class N>
concept extent_like = std::integral<N> && !std::same_as<N, bool>;

} // namespace detail

/// Asks for memory of the user's to be used without a copy.
struct adopt_t
{
};
inline constexpr adopt_t adopt{};

/// A leaf with a value and a gradient, owned by the leaf and every expression that mentions it.
template <class T, class Shape, class Tag>
class parameter : public detail::leaf<T, Shape, detail::leaf_kind::parameter, true, Tag>
{
public:
    /// Zeros.
    parameter() requires(Shape::dynamic_rank == 0) { this->allocate(Shape::value); }

    /// Zeros, with one number for each dynamic extent.
    template <detail::extent_like... N>
        requires(sizeof...(N) > 0 && sizeof...(N) == Shape::dynamic_rank)
    explicit parameter(N... dynamic_extents)
    {
        this->allocate(detail::fill_dynamic<Shape>(dynamic_extents...));
    }

    /// A scalar with a value.
    explicit parameter(T value) requires(Shape::rank == 0) : parameter()
    {
        *this->elements() = value;
    }

    /// The values of an xtensor expression, copied.
    template <detail::any_xtensor E>
    explicit parameter(const E& values)
    {
        this->copy_from(values);
    }

    /// A vector with the given elements.
    parameter(std::initializer_list<T> values) requires(Shape::rank == 1)
    {
        detail::require_shape("parameter", Shape::value, extents(values.size()));
        this->allocate(extents(values.size()));
        std::copy(values.begin(), values.end(), this->elements());
    }

    /// Values that live at @p memory, row-major, as long as the user keeps them there.
    template <detail::extent_like... N>
        requires(sizeof...(N) == Shape::dynamic_rank)
    parameter(adopt_t, T* memory, N... dynamic_extents)
    {
        this->record().lend(memory, detail::fill_dynamic<Shape>(dynamic_extents...));
    }

    /// A reference to a scalar's value, otherwise a view as an xtensor container. Both last as long
    /// as the parameter, or an expression or a plan that mentions it.
    [[nodiscard]] decltype(auto) value() & { return view(this->elements()); }
    [[nodiscard]] decltype(auto) value() const& { return view(data()); }
    void value() && = delete;

    /// The elements, row-major.
    [[nodiscard]] T* data() & { return this->elements(); }
    [[nodiscard]] const T* data() const& { return this->elements(); }

    /// The gradient that the last sweep of a plan left, zeros before the first.
    [[nodiscard]] decltype(auto) gradient() const&
    {
        if (!this->record().gradient)
            throw unbound_error("xgrad::parameter::gradient: expected a plan that differentiates, "
                                "found that none was made for this parameter");
        return view(static_cast<const T*>(this->record().gradient));
    }
    void gradient() && = delete;

private:
    template <class U>
    decltype(auto) view(U* pointer) const
    {
        if constexpr (Shape::rank == 0)
            return static_cast<U&>(*pointer);
        else
            return detail::view_of<Shape::rank>(pointer, this->shape());
    }
};

/// A leaf whose values the user provides before each evaluation: not differentiated.
template <class T, class Shape, class Tag>
class input : public detail::leaf<T, Shape, detail::leaf_kind::input, false, Tag>
{
public:
    input()
    {
        extents& e = this->record().shape;
        e = Shape::value;
        std::replace(e.extent.begin(), e.extent.end(), dynamic, std::size_t{0});
    }

    /// Uses the elements at @p memory, row-major, without a copy; one number for each dynamic
    /// extent. The memory must stay until the last evaluation with it.
    template <detail::extent_like... N>
        requires(sizeof...(N) == Shape::dynamic_rank)
    void bind(const T* memory, N... dynamic_extents)
    {
        use(memory, detail::fill_dynamic<Shape>(dynamic_extents...));
    }

    /// Uses the rows, along the first axis, that @p rows will write; one number for each dynamic
    /// extent.
    template <detail::extent_like... N>
        requires(Shape::rank > 0 && sizeof...(N) == Shape::dynamic_rank)
    void bind(row_source<T> rows, N... dynamic_extents)
    {
        const extents e = detail::fill_dynamic<Shape>(dynamic_extents...);
        this->record().draw(rows.writer(), e, e.size() * sizeof(T));
    }

    /// Uses the elements of a row-major container without a copy.
    template <detail::any_xtensor E>
    void bind(const E& container)
    {
        constexpr bool in_memory = requires { container.data() + container.data_offset(); };
        constexpr bool same_type = requires
        {
            {
                container.data()
                } -> std::convertible_to<const T*>;
        };
        constexpr bool row_major = E::static_layout == xt::layout_type::row_major;
        static_assert(in_memory, "xgrad::input::bind: expected a container, found an expression "
                                 "without memory of its own; assign copies its values");
        static_assert(!in_memory || row_major,
                      "xgrad::input::bind: expected a row-major container, found another layout; "
                      "assign copies any");
        if constexpr (in_memory && row_major && !same_type)
            detail::refuse<detail::input_bind, expects::elements_of_the_type_of_the_input,
                           typename E::value_type, T>();
        if constexpr (in_memory && row_major && same_type)
        {
            const extents e = detail::extents_fitting<detail::input_bind, Shape>(container);
            // data() of a view is where the viewed container begins.
            use(container.data() + container.data_offset(), e);
        }
    }
    /// A temporary would be gone before the evaluation: assign copies it.
    template <detail::any_xtensor E>
        requires(!std::is_lvalue_reference_v<E>)
    void bind(E&&)
    {
        static_assert(std::is_lvalue_reference_v<E>,
                      "xgrad::input::bind: expected a container that is there at the evaluation, "
                      "found a temporary; assign copies its values");
    }

    /// Copies the values of any xtensor expression.
    template <detail::any_xtensor E>
    void assign(const E& values)
    {
        this->copy_from(values);
    }

    /// Copies a scalar.
    void assign(T value) requires(Shape::rank == 0)
    {
        this->allocate(extents{});
        *this->elements() = value;
    }

private:
    void use(const T* memory, const extents& e)
    {
        // An empty container may have no memory at all, which is not the same as being unbound.
        static const T no_element{};
        const T* const some = !memory && e.size() == 0 ? &no_element : memory;
        this->record().lend(const_cast<T*>(some), e);
    }
};

/// A leaf that never changes and is never differentiated.
template <class T, class Shape, class Tag>
class constant : public detail::leaf<T, Shape, detail::leaf_kind::constant, false, Tag>
{
public:
    explicit constant(T value) requires(Shape::rank == 0)
    {
        this->allocate(extents{});
        *this->elements() = value;
    }

    /// The values of an xtensor expression, copied. For expressions whose rank is not part of
    /// their type (xt::xarray) name the shape: `constant<double, shape<dynamic, 3>>(array)`.
    template <detail::any_xtensor E>
    explicit constant(const E& values)
    {
        this->copy_from(values);
    }
};

template <detail::any_xtensor E, class Tag = decltype([]() -> void {})>
constant(const E&) -> constant<typename E::value_type,
                               typename detail::all_dynamic<detail::static_rank<E>>::type, Tag>;

} // namespace xgrad::inline XGRAD_ABI
