// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The run-time half of a streamed product (streamed_product.hpp): the pass over the matrix, what it
// leaves, and how that is handed on once the gradient of the sum is known.

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/graph.hpp>
#include <xgrad/expr/region_graph.hpp>
#include <xgrad/expr/region_kernel.hpp>
#include <xgrad/expr/streamed_product.hpp>
#include <xgrad/kernels/column_block.hpp>
#include <xgrad/kernels/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The memory of a streamed product: what the columns at hand give, and the sums that a pass
/// leaves.
template <class T>
class product_stream
{
public:
    /// Takes up new extents.
    [[gnu::cold]] void prepare(const streamed_product& what, graph& g, region_graph& regions)
    {
        m_what = what;
        const elements<const node> products = g.nodes_of(what.product);
        const elements<const region_instance> instances = regions.instances_of(what.region);
        m_runs = products.size() == 1 && instances.size() == 1;
        if (!m_runs)
            return;
        const region_instance& region = *instances.begin();
        const node& product = *products.begin();
        m_rows = g.operand(product, 0).shape[0];
        m_runs = region.regular && region.one_node_each && !region.idle && m_rows <= most_rows &&
                 region.inner == product.shape.size();
        if (m_runs)
            m_memory.reserve((m_rows * simd::width<T> + 2 * block + region.inputs.size()) *
                             sizeof(T));
    }

    /// Whether sweeps over the present extents stream the product.
    [[nodiscard]] bool runs() const { return m_runs; }

    /// The sum, by the region's Kernel, which reads the product as its input Input; keeps what it
    /// hands on, for the gradient 1.
    template <class Kernel, std::size_t Input>
    T sum(const graph& g, const region_instance& region)
    {
        const node& product = g.nodes()[region.inputs[Input]];
        const std::size_t columns = region.inner;
        pass<Kernel, Input> p{*this,
                              reinterpret_cast<const T*>(g.operand(product, 0).value),
                              reinterpret_cast<const T*>(g.operand(product, 1).value),
                              columns,
                              {},
                              {},
                              {}};
        std::fill_n(sums(), m_rows * simd::width<T>, T{});
        for (std::size_t i = 0; i < Kernel::inputs; ++i)
        {
            repeated(i) = T{};
            p.at.value[i] = Kernel::place_of(region.value[i], nullptr, i);
            p.at.gradient[i] = Kernel::place_in(&repeated(i), i);
        }
        p.at.value[Input] = Kernel::place_in(products(), Input);
        p.at.gradient[Input] = Kernel::place_in(weights(), Input);

        std::size_t rest = columns;
        p.total.fill(simd::broadcast<typename Kernel::V>(T{}));
        if constexpr (simd::registers >= 32)
            if (m_rows >= kept_rows && m_rows <= most_rows_with_kept)
            {
                p.run_in_registers(rest / simd::width<T>);
                rest %= simd::width<T>;
            }
        for (; rest >= block; rest -= block)
            p.template run_vectors<block / simd::width<T>>();
        for (; rest >= simd::width<T>; rest -= simd::width<T>)
            p.template run_vectors<1>();
        Kernel::collect(p.at, p.total, Kernel::lanes, true, p.result);
        if (rest > 0)
            p.run_rest(rest);
        for (std::size_t k = 0; k < m_rows; ++k)
            sums()[k] = simd::reduce_add(simd::load<simd::pack<T>>(sums() + k * simd::width<T>));
        return p.result;
    }

    /// Hands on the gradients of the scalars that the region reads, given that of each value.
    void differentiate_scalars(const graph& g, const region_instance& region, T gradient)
    {
        m_factor = gradient;
        for (std::size_t i = 0; i < region.inputs.size(); ++i)
            if (i != m_what.input && region.contributes[i].wanted)
                deliver(g.nodes()[region.inputs[i]], region.contributes[i], &repeated(i), 1);
    }

    /// Hands on the gradient of the vector.
    void differentiate_vector(const graph& g, const node& product)
    {
        deliver(g.operand(product, 0), product.contributes[0], sums(), m_rows);
    }

private:
    /// Columns worked on at a time: with a few vectors the rows of the matrix are still read as
    /// streams, which processors look ahead of.
    static constexpr std::size_t block = 8 * simd::width<T>;

    /// With more rows what is read twice does not stay in the nearest cache.
    static constexpr std::size_t most_rows = 64;

    /// Of a vector of columns this many rows stay in registers from their first use to their
    /// second, where there are 32 registers. That pays up to so many rows in all: the sums of the
    /// others lie in memory.
    static constexpr std::size_t kept_rows = 8;
    static constexpr std::size_t most_rows_with_kept = 20;

    static constexpr region_mode mode = region_mode::both_sum_of_1;

    /// Where a pass stands.
    template <class Kernel, std::size_t Input>
    struct pass
    {
        static constexpr unsigned char assigns[Kernel::inputs]{};

        product_stream& of;
        const T* vector;
        const T* matrix; ///< from the next column on
        std::size_t pitch;
        typename Kernel::row at;
        typename Kernel::totals total;
        T result;

        template <std::size_t N>
        void run_vectors()
        {
            using V = typename Kernel::V;
            kernels::multiply_columns<N, V>(of.m_rows, vector, matrix, pitch, of.products());
            Kernel::template vectors<mode, false>(at, assigns, T(1), N, total);
            kernels::add_weighted_columns<N, V>(of.m_rows, of.weights(), matrix, pitch, of.sums());
            advance(N);
        }

        /// The next @p count vectors of columns, one at a time. Calls are inlined as in the
        /// region's own loop.
        [[gnu::noinline]] XGRAD_INLINE_CALLS void run_in_registers(std::size_t count)
        {
            using V = typename Kernel::V;
            // Copies, which no store in the loop can change.
            const typename Kernel::row from = at;
            typename Kernel::totals sum = total;
            const T* const factor = vector;
            const std::size_t row = pitch;
            const std::size_t rows = of.m_rows;
            T* const sums = of.sums();
            V kept_sum[kept_rows]{};
            const T* column = matrix;
            for (std::size_t j = 0; j < count; ++j, column += Kernel::lanes)
            {
                V kept[kept_rows];
                V product = simd::broadcast<V>(T{});
                for (std::size_t k = 0; k < kept_rows; ++k)
                {
                    kept[k] = simd::load<V>(column + k * row);
                    product = simd::fma(simd::broadcast<V>(factor[k]), kept[k], product);
                }
                const T* const others = column + kept_rows * row;
                for (std::size_t k = kept_rows; k < rows; ++k)
                    product = simd::fma(simd::broadcast<V>(factor[k]),
                                        simd::load<V>(others + (k - kept_rows) * row), product);
                const V weight =
                    Kernel::template weigh<Input>(from, j * Kernel::lanes, product, sum);
                for (std::size_t k = 0; k < kept_rows; ++k)
                    kept_sum[k] = simd::fma(weight, kept[k], kept_sum[k]);
                for (std::size_t k = kept_rows; k < rows; ++k)
                    simd::store<V>(sums + k * Kernel::lanes,
                                   simd::fma(weight, simd::load<V>(others + (k - kept_rows) * row),
                                             simd::load<V>(sums + k * Kernel::lanes)));
            }
            for (std::size_t k = 0; k < kept_rows; ++k)
                simd::store<V>(sums + k * Kernel::lanes, kept_sum[k]);
            total = sum;
            advance(count);
        }

        void run_rest(std::size_t count)
        {
            for (std::size_t j = 0; j < count; ++j)
                kernels::multiply_columns<1, T>(of.m_rows, vector, matrix + j, pitch,
                                                of.products() + j);
            total.fill(simd::broadcast<typename Kernel::V>(T{}));
            Kernel::template partial_vector<mode>(at, assigns, T(1), count, total);
            Kernel::collect(at, total, count, true, result);
            for (std::size_t j = 0; j < count; ++j)
                kernels::add_weighted_columns<1, T>(of.m_rows, of.weights() + j, matrix + j, pitch,
                                                    of.sums());
        }

        /// Goes on to the columns behind @p vectors of them.
        void advance(std::size_t vectors)
        {
            const std::size_t columns = vectors * Kernel::lanes;
            matrix += columns;
            for (std::size_t i = 0; i < Kernel::inputs; ++i)
                if (i != Input && !Kernel::is_repeated(i))
                    at.value[i].advance(static_cast<std::ptrdiff_t>(columns * sizeof(T)));
        }
    };

    T* sums() const { return reinterpret_cast<T*>(m_memory.at(0)); }
    T* products() const { return sums() + m_rows * simd::width<T>; }
    T* weights() const { return products() + block; }
    T& repeated(std::size_t i) const { return weights()[block + i]; }

    void deliver(const node& to, const contribution& how, const T* amount, std::size_t count) const
    {
        T* const target = reinterpret_cast<T*>(to.gradient);
        for (std::size_t k = 0; k < count; ++k)
        {
            const T scaled = m_factor == T{} ? T{} : m_factor * amount[k];
            target[k] = how.add ? target[k] + scaled : scaled;
        }
    }

    bool m_runs = false;
    streamed_product m_what;
    std::size_t m_rows = 0;
    T m_factor{}; ///< the gradient of each value that the sum adds up
    workspace m_memory;
};

} // namespace xgrad::inline XGRAD_ABI::detail
