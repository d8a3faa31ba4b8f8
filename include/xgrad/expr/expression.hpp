// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/record.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// Base of every expression: element type, shape, and an eight-byte handle. Copying copies the
/// handle; the values live in the leaves and in the workspace of a plan.
template <class T, class Shape>
class tensor
{
public:
    using value_type = T;
    using shape_type = Shape;

    static constexpr std::size_t rank = Shape::rank;

    explicit tensor(detail::handle h) : m_handle(std::move(h)) {}
    tensor(const tensor&) = default; // and no move: what is left behind would be no expression
    tensor& operator=(const tensor&) = default;
    ~tensor() = default;

    [[nodiscard]] const detail::handle& handle() const { return m_handle; }

private:
    detail::handle m_handle;
};

/// An expression: the structure is in the type (a flat program over a list of operations), the
/// identity of its parts in the handle. Never dangles: it owns what it was built from.
template <class T, class Shape, auto Program, class... Operations>
class expression : public tensor<T, Shape>
{
public:
    using tensor<T, Shape>::tensor;

    using operations = detail::type_list<Operations...>;
    static constexpr auto packed_program = Program;
    static constexpr xgrad::program<Program.size> program = detail::unpacked(Program);
};

namespace detail
{

template <class T, class Shape, auto Program, class... Operations>
expression<T, Shape, Program, Operations...>
expression_base(const expression<T, Shape, Program, Operations...>&);

/// The expression type that E is or derives from.
template <class E>
using expression_type = decltype(detail::expression_base(std::declval<const E&>()));

} // namespace detail

/// Anything that can stand as an operand: a leaf or an operation on expressions.
template <class E>
concept expression_like = requires(const std::remove_cvref_t<E>& e)
{
    detail::expression_base(e);
};

template <expression_like E>
using shape_of = typename std::remove_cvref_t<E>::shape_type;

template <expression_like E>
using value_type_of = typename std::remove_cvref_t<E>::value_type;

namespace detail
{

/// Of operations that have none; not made anew for each.
inline constexpr settings no_settings{};

/// The extents of the result of Op on operands of the types Shapes.
template <class Op, class... Shapes>
inline constexpr inferred result_of = []
{
    const extents given[] = {Shapes::value...};
    return infer_with<Op, sizeof...(Shapes)>(given, nullptr);
}();

/// Whether an operation may have operands of these element types; it allows mixed ones by name.
template <class Op, class First, class... Rest>
inline constexpr bool may_mix = (std::is_same_v<First, Rest> && ...) || requires
{
    requires Op::mixed_value_types;
};

template <class Op, class... E>
struct application
{
    using operations = typename join<typename E::operations..., type_list<Op>>::type;

    /// No lambda: its class would be one more for every operation.
    static constexpr auto build()
    {
        program_builder<(E::packed_program.size + ...) + 1> builder;
        entry root;
        root.operation = operations::template index_of<Op>();
        std::size_t k = 0;
        ((root.argument[k++] = builder.append(
              E::packed_program, detail::positions(operations{}, typename E::operations{}))),
         ...);
        builder.next_guess = builder.size;
        builder.add(root);
        return builder;
    }
    static constexpr auto built = application::build();
    static constexpr auto program = finish<built.size>(built);

    static constexpr const extents& result = result_of<Op, typename E::shape_type...>.shape;

    using value_type = std::tuple_element_t<0, std::tuple<typename E::value_type...>>;
    template <std::size_t... Axis>
    static shape<result.extent[Axis]...> shape_with(std::index_sequence<Axis...>);
    using shape_type = decltype(application::shape_with(std::make_index_sequence<result.rank>{}));

    template <class List>
    struct with;
    template <class... Operations>
    struct with<type_list<Operations...>>
    {
        using type = expression<value_type, shape_type, program, Operations...>;
    };
    using type = typename with<operations>::type;
};

} // namespace detail

/// The expression that applies the operation Op to the operands.
template <class Op, expression_like... E>
    requires(sizeof...(E) >= 1 && sizeof...(E) <= max_arity)
[[nodiscard]] auto apply_with(const settings& options, const E&... operands)
{
    if constexpr (!detail::result_of<Op, shape_of<E>...>.fits)
        detail::refuse<Op, *detail::result_of<Op, shape_of<E>...>.unmet, shape_of<E>...>();
    if constexpr (!detail::may_mix<Op, value_type_of<E>...>)
        detail::refuse<Op, expects::operands_of_one_element_type, value_type_of<E>...>();
    using result = typename detail::application<Op, detail::expression_type<E>...>::type;
    return result(detail::make_record(options, operands.handle().get()...));
}

template <class Op, expression_like... E>
[[nodiscard]] auto apply(const E&... operands)
{
    return xgrad::apply_with<Op>(detail::no_settings, operands...);
}

} // namespace xgrad::inline XGRAD_ABI
