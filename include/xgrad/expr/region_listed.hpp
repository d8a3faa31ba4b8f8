// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The general form of a region's loop, for the cases that the compiled loop does not cover: one
// entry that stands for several values (a block called twice), or extents of 1 that turn up where
// the type said only `dynamic`. The same steps run over short chunks that stay in the cache, with
// slot numbers read at run time: code per operation, linear in the steps, right for any sharing.

#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/number_parts.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_kernel.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Elements that are worked on at a time; a multiple of every vector's width.
inline constexpr std::size_t chunk_size = 256;

/// The loops of one operation over a chunk. Chunks are whole vectors; gradients are added. Every
/// step is guarded (see region_step), needed or not.
template <class T>
struct chunk_loops
{
    void (*forward)(const T* const* operands, T* out, std::size_t count) = nullptr;
    void (*backward)(const T* grad_out, const T* out, const T* const* operands, T* const* gradients,
                     std::size_t count) = nullptr;
};

/// Zeros the elements [first, last) of the gradient of @p n.
template <class T>
void clear_gradient(const graph& g, const node& n, std::size_t first, std::size_t last)
{
    if constexpr (has_parts<T>)
        if (g.facts(n).apart)
        {
            using part = part_of<T>;
            auto* const tangents = static_cast<part*>(g.leaf_of(n).gradient_tangent);
            std::fill(reinterpret_cast<part*>(n.gradient) + first,
                      reinterpret_cast<part*>(n.gradient) + last, part{});
            return std::fill(tangents + first, tangents + last, part{});
        }
    std::fill(reinterpret_cast<T*>(n.gradient) + first, reinterpret_cast<T*>(n.gradient) + last,
              T{});
}

template <class Op, class T>
struct chunk_kernel
{
    using V = simd::pack<T>;

    static void forward(const T* const* a, T* out, std::size_t count)
    {
        for (std::size_t j = 0; j < count; j += simd::lanes<V>)
        {
            const auto load = [&](std::size_t k) { return simd::load<V>(a[k] + j); };
            if constexpr (Op::elementwise_arity == 1)
                simd::store<V>(out + j, Op::forward(load(0)));
            else if constexpr (Op::elementwise_arity == 2)
                simd::store<V>(out + j, Op::forward(load(0), load(1)));
            else
                simd::store<V>(out + j, Op::forward(load(0), load(1), load(2)));
        }
    }

    static void backward(const T* grad_out, const T* out, const T* const* a, T* const* gradients,
                         std::size_t count)
    {
        for (std::size_t j = 0; j < count; j += simd::lanes<V>)
        {
            const auto load = [&](std::size_t k) { return simd::load<V>(a[k] + j); };
            const V g = simd::load<V>(grad_out + j);
            const V value = simd::load<V>(out + j);
            V amount[3]{};
            if constexpr (Op::elementwise_arity == 1)
                Op::backward(g, value, load(0), amount[0]);
            else if constexpr (Op::elementwise_arity == 2)
                Op::backward(g, value, load(0), load(1), amount[0], amount[1]);
            else
                Op::backward(g, value, load(0), load(1), load(2), amount[0], amount[1], amount[2]);
            for (std::size_t k = 0; k < Op::elementwise_arity; ++k)
                if (gradients[k])
                    simd::store<V>(gradients[k] + j,
                                   simd::load<V>(gradients[k] + j) +
                                       detail::nothing_from_nothing(g, amount[k]));
        }
    }
};

template <class Op, class T>
constexpr chunk_loops<T> chunk_loops_of()
{
    if constexpr (elementwise_operation<Op>)
        return {&chunk_kernel<Op, T>::forward, &chunk_kernel<Op, T>::backward};
    else
        return {};
}

/// Calls visit(position in the chunk, offset in the operand) for the elements [start, start +
/// count) of @p whole.
template <class F>
void visit_chunk(const extents& whole, const std::array<std::ptrdiff_t, max_rank>& stride,
                 std::size_t start, std::size_t count, F visit)
{
    std::array<std::size_t, max_rank> index{};
    std::ptrdiff_t offset = 0;
    for (std::size_t axis = whole.rank, rest = start; axis-- > 0; rest /= whole[axis])
    {
        index[axis] = rest % whole[axis];
        offset += static_cast<std::ptrdiff_t>(index[axis]) * stride[axis];
    }
    for (std::size_t j = 0; j < count; ++j)
    {
        visit(j, offset);
        for (std::size_t axis = whole.rank; axis-- > 0;)
        {
            offset += stride[axis];
            if (++index[axis] < whole[axis])
                break;
            offset -= static_cast<std::ptrdiff_t>(whole[axis]) * stride[axis];
            index[axis] = 0;
        }
    }
}

/// Runs the listed steps of a region. The chunks live in @p memory.
template <class T>
class listed_region
{
public:
    listed_region(const graph& g, const region_instance& instance,
                  elements<const chunk_loops<T>> loops, workspace& memory)
        : m_graph(g), m_instance(instance), m_loops(loops), m_memory(memory),
          m_whole(g.nodes()[instance.root].shape)
    {
    }

    /// Bytes of chunks that an instance needs.
    static std::size_t memory_bytes(const region_instance& instance)
    {
        return 2 * (instance.inputs.size() + instance.steps.size()) * chunk_size * sizeof(T);
    }

    /// As region_kernel::run, in the same modes.
    [[gnu::cold]] T run(region_mode mode, bool loads_root, T* output, const T* output_gradient,
                        T seed)
    {
        T sum{};
        if (detail::differentiates(mode))
            clear_gradients();
        for (std::size_t start = 0; start < m_whole.size(); start += chunk_size)
        {
            const std::size_t count = std::min(chunk_size, m_whole.size() - start);
            const std::size_t last = m_instance.steps.size() - 1;
            gather(start, count);
            for (std::size_t k = 0; k <= last; ++k)
                forward(k, count);
            T* value = slot(m_instance.inputs.size() + last);
            if (mode == region_mode::forward)
                std::copy_n(value, count, output + start);
            if (mode == region_mode::backward && loads_root)
                std::copy_n(output + start, count, value);
            if (detail::sums(mode))
                for (std::size_t j = 0; j < count; ++j)
                    sum += value[j];
            if (!detail::differentiates(mode))
                continue;
            std::fill_n(gradient_slot(0), slots() * chunk_size, T{});
            T* gradient = gradient_slot(m_instance.inputs.size() + last);
            if (mode == region_mode::backward)
                std::copy_n(output_gradient + start, count, gradient);
            else
                std::fill_n(gradient, count, seed);
            for (std::size_t k = last + 1; k-- > 0;)
                backward(k, count);
            scatter(start, count);
        }
        return sum;
    }

private:
    std::size_t slots() const { return m_instance.inputs.size() + m_instance.steps.size(); }
    T* slot(std::size_t i) const { return reinterpret_cast<T*>(m_memory.at(0)) + i * chunk_size; }
    T* gradient_slot(std::size_t i) const { return slot(slots() + i); }

    static std::size_t whole_vectors(std::size_t count)
    {
        return (count + simd::width<T> - 1) / simd::width<T> * simd::width<T>;
    }

    const node& input(std::size_t i) const { return m_graph.nodes()[m_instance.inputs[i]]; }
    bool apart(std::size_t i) const { return m_graph.facts(input(i)).apart; }

    static auto place_of(std::byte* elements, const list<std::byte*>& tangents, std::size_t i)
    {
        if constexpr (has_parts<T>)
            return place<true>{elements, tangents.empty() ? nullptr : tangents[i]};
        else
            return place<false>{elements};
    }

    [[gnu::cold]] void clear_gradients() const
    {
        for (std::size_t i = 0; i < m_instance.inputs.size(); ++i)
            if (m_instance.contributes[i].wanted && !m_instance.contributes[i].add)
            {
                const node& base = m_graph.nodes()[input(i).base]; // all of it, if this is a part
                detail::clear_gradient<T>(m_graph, base, 0, base.shape.size());
            }
    }

    /// Copies the operands' elements; what a last vector reads beyond them repeats the first.
    [[gnu::cold]] void gather(std::size_t start, std::size_t count) const
    {
        for (std::size_t i = 0; i < m_instance.inputs.size(); ++i)
        {
            T* to = slot(i);
            const auto from = place_of(input(i).value, m_instance.value_tangent, i);
            detail::visit_chunk(m_whole, m_instance.stride[i], start, count,
                                [&](std::size_t j, std::ptrdiff_t offset) {
                                    to[j] = detail::number_at<T>(from, apart(i),
                                                                 static_cast<std::size_t>(offset));
                                });
            std::fill(to + count, to + whole_vectors(count), to[0]);
        }
    }

    [[gnu::cold]] void scatter(std::size_t start, std::size_t count) const
    {
        for (std::size_t i = 0; i < m_instance.inputs.size(); ++i)
        {
            if (!m_instance.contributes[i].wanted)
                continue;
            const T* from = gradient_slot(i);
            const auto to = place_of(input(i).gradient, m_instance.gradient_tangent, i);
            detail::visit_chunk(m_whole, m_instance.stride[i], start, count,
                                [&](std::size_t j, std::ptrdiff_t offset)
                                {
                                    const auto k = static_cast<std::size_t>(offset);
                                    const T before = detail::number_at<T>(to, apart(i), k);
                                    detail::set_number<T>(to, apart(i), k, before + from[j]);
                                });
        }
    }

    const chunk_loops<T>& loops(const listed_step& step) const
    {
        const auto operation = m_graph.facts(m_graph.nodes()[step.node]).what.operation;
        return m_loops[static_cast<std::size_t>(operation)];
    }

    [[gnu::cold]] void forward(std::size_t k, std::size_t count) const
    {
        const listed_step& step = m_instance.steps[k];
        const T* operands[max_arity];
        for (std::size_t n = 0; n < max_arity; ++n)
            operands[n] = slot(step.slot[n]);
        loops(step).forward(operands, slot(m_instance.inputs.size() + k), whole_vectors(count));
    }

    [[gnu::cold]] void backward(std::size_t k, std::size_t count) const
    {
        const listed_step& step = m_instance.steps[k];
        const node& n = m_graph.nodes()[step.node];
        if (!m_graph.facts(n).gradient)
            return;
        const T* operands[max_arity];
        T* gradients[max_arity];
        for (std::size_t a = 0; a < max_arity; ++a)
        {
            operands[a] = slot(step.slot[a]);
            const bool wanted = n.argument[a] >= 0 && m_graph.facts(m_graph.operand(n, a)).gradient;
            gradients[a] = wanted ? gradient_slot(step.slot[a]) : nullptr;
        }
        const std::size_t own = m_instance.inputs.size() + k;
        loops(step).backward(gradient_slot(own), slot(own), operands, gradients,
                             whole_vectors(count));
    }

    const graph& m_graph;
    const region_instance& m_instance;
    elements<const chunk_loops<T>> m_loops;
    workspace& m_memory;
    const extents& m_whole;
};

} // namespace xgrad::inline XGRAD_ABI::detail
