// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>

#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// A tensor in memory, row-major and without gaps, as an operation sees it. Extents that the type
/// knows are constants.
template <class T, class Shape>
class tensor_view
{
public:
    using value_type = T;
    using shape_type = Shape;

    static constexpr std::size_t rank = Shape::rank;

    tensor_view(T* data, const extents& e) : m_data(data), m_extents(&e) {}

    [[nodiscard]] T* data() const { return m_data; }
    [[nodiscard]] const extents& shape() const { return *m_extents; }

    template <std::size_t Axis>
    [[nodiscard]] std::size_t extent() const
    {
        if constexpr (Shape::value[Axis] != dynamic)
            return Shape::value[Axis];
        else
            return (*m_extents)[Axis];
    }

    [[nodiscard]] std::size_t extent(std::size_t axis) const { return (*m_extents)[axis]; }

    [[nodiscard]] std::size_t size() const
    {
        if constexpr (Shape::is_static)
            return Shape::value.size();
        else
            return m_extents->size();
    }

private:
    T* m_data;
    const extents* m_extents;
};

/// Where an operation puts the gradient of an operand.
template <class T, class Shape>
class gradient_view : public tensor_view<T, Shape>
{
public:
    gradient_view(T* data, const extents& e, bool add)
        : tensor_view<T, Shape>(data, e), accumulate(add)
    {
    }

    /// Whether to add to what is there; else every element must be assigned.
    bool accumulate;
};

/// Stands for the gradient of an operand that nobody asks for.
struct no_gradient
{
};

/// Whether G is a gradient that must be computed.
template <class G>
inline constexpr bool is_wanted = !std::is_same_v<std::remove_cvref_t<G>, no_gradient>;

/// What an operation may use besides its operands: the numbers it was written with, memory for the
/// time of the call, and memory that backward finds as forward left it; both aligned.
struct operation_context
{
    const settings& options;
    std::byte* scratch_memory;
    std::byte* saved_memory;

    template <class T>
    [[nodiscard]] T* scratch() const
    {
        return reinterpret_cast<T*>(scratch_memory);
    }

    template <class T>
    [[nodiscard]] T* saved() const
    {
        return reinterpret_cast<T*>(saved_memory);
    }
};

} // namespace xgrad::inline XGRAD_ABI
