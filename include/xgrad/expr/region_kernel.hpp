// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One loop for a whole region of elementwise operations: every intermediate value and every
// intermediate gradient lives in a register.

#include <xgrad/core/inline_calls.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/number_parts.hpp>
#include <xgrad/expr/region_row.hpp>
#include <xgrad/expr/region_steps.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// The memory that a region works on. Arrays have one element per input.
template <class T>
struct region_call
{
    std::byte* const* value = nullptr;
    std::byte* const* gradient = nullptr;
    std::byte* const* value_tangent = nullptr;    ///< of numbers whose parts lie apart
    std::byte* const* gradient_tangent = nullptr; ///< the same of the gradients
    const unsigned char* add = nullptr; ///< whether the gradient is added to what is there
    const std::array<std::ptrdiff_t, max_rank>* stride = nullptr; ///< per outer axis
    const std::size_t* outer = nullptr;                           ///< extents of the outer axes
    std::size_t inner = 0;
    T* output = nullptr;
    const T* output_gradient = nullptr;
    T seed{}; ///< the gradient of each summed value
};

/// The loops of the program R of a region_type over elements of T; Operations are those that R
/// numbers.
template <class Region, class T, class... Operations>
struct region_kernel : region_row<Region, T, Operations...>
{
    using memory = region_row<Region, T, Operations...>;
    using memory::gradient_at, memory::set_gradient, memory::add_to_gradient;
    using memory::lanes, memory::steps, memory::inputs, memory::order;
    using memory::place_of, memory::place_in, memory::advance;
    using memory::R;
    using memory::slides, memory::any_slides, memory::any_apart;
    using typename memory::place, typename memory::row, typename memory::totals;
    using typename memory::V, typename memory::element, typename memory::registers;

    /// The loop over @p count vectors of a row.
    template <region_mode Mode, bool Slide, std::size_t... I, std::size_t... K>
    static void run_vectors(const row& of, const unsigned char* adds, T seed, std::size_t count,
                            totals& result, std::index_sequence<I...>, std::index_sequence<K...>)
    {
        const row at = of; // copies, which no store in the loop can change
        const unsigned char add[inputs] = {adds[I]...};
        registers r;
        ((R.inputs[I].repeated
              ? void(r.input[I] = simd::broadcast<V>(memory::template load<I, T>(at, 0)))
              : void()),
         ...);
        constexpr bool slide = Slide && detail::differentiates(Mode);
        if constexpr (slide)
            ((slides[I] ? void(r.last_gradient[I] = simd::broadcast<V>(T{})) : void()), ...);
        totals total = result;
        for (std::size_t j = 0; j < count; ++j)
        {
            const std::size_t offset = j * lanes;
            ((R.inputs[I].repeated ? void()
                                   : void(r.input[I] = memory::template load<I, V>(at, offset))),
             ...);
            constexpr bool load_root = Mode == region_mode::backward && R.loads_root;
            ((load_root && K + 1 == steps ? void() : element::template forward_step<K, Mode>(r)),
             ...);
            if constexpr (load_root)
                r.value[steps - 1] = simd::load<V>(at.output + offset);
            if constexpr (Mode == region_mode::forward)
                simd::store<V>(at.output + offset, element::result(r));
            if constexpr (detail::sums(Mode))
                total[inputs] = total[inputs] + element::result(r);
            if constexpr (detail::differentiates(Mode))
            {
                if constexpr (Mode == region_mode::backward)
                    r.gradient[steps - 1] = simd::load<V>(at.output_gradient + offset);
                else if constexpr (Mode == region_mode::both_sum_of_1)
                    element::template set_gradient_to_1<Mode>(r);
                else
                    r.gradient[steps - 1] = simd::broadcast<V>(seed);
                (element::template backward_step<steps - 1 - K, Mode>(r), ...);
                (memory::template store_gradient<I, Slide>(at, offset, r, add, total), ...);
            }
        }
        if constexpr (slide)
            (memory::template add_rest_of_window<I>(at, count * lanes, r), ...);
        result = total;
    }

    /// Flattened: a call of a function such as exp would pass its vectors through memory, and wait
    /// for the one before it.
    template <region_mode Mode, bool Slide>
    [[gnu::noinline]] XGRAD_INLINE_CALLS static void
    vectors(const row& at, const unsigned char* add, T seed, std::size_t count, totals& result)
    {
        run_vectors<Mode, Slide>(at, add, seed, count, result, std::make_index_sequence<inputs>{},
                                 std::make_index_sequence<steps>{});
    }

    /// A vector of the sum and of the gradients that go with it, for the gradient 1 of each value,
    /// where all but input Given repeat or have none: its vector is @p given, its gradient the
    /// result.
    template <std::size_t Given>
    [[gnu::always_inline]] static V weigh(const row& at, std::size_t offset, const V& given,
                                          totals& total)
    {
        constexpr region_mode mode = region_mode::both_sum_of_1;
        registers r;
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            ((I == Given ? void(r.input[I] = given)
              : R.inputs[I].repeated
                  ? void(r.input[I] = simd::broadcast<V>(memory::template load<I, T>(at, 0)))
                  : void(r.input[I] = memory::template load<I, V>(at, offset))),
             ...);
        }
        (std::make_index_sequence<inputs>{});
        [&]<std::size_t... K>(std::index_sequence<K...>)
        {
            (element::template forward_step<K, mode>(r), ...);
            total[inputs] = total[inputs] + element::result(r);
            element::template set_gradient_to_1<mode>(r);
            (element::template backward_step<steps - 1 - K, mode>(r), ...);
        }
        (std::make_index_sequence<steps>{});
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            ((I != Given && R.inputs[I].repeated && order.input_reached[I]
                  ? void(total[I] = total[I] + r.input_gradient[I])
                  : void()),
             ...);
        }
        (std::make_index_sequence<inputs>{});
        return r.input_gradient[Given];
    }

    /// Copies @p count elements into a vector W and completes it with the first.
    template <class W>
    static void copy_row(const simd::lane<W>* from, simd::lane<W>* to, std::size_t count)
    {
        simd::store<W>(to, simd::load_partial<W>(from, count, *from));
    }

    template <class W>
    static void copy_row(const std::byte* from, std::byte* to, std::size_t count)
    {
        copy_row<W>(reinterpret_cast<const simd::lane<W>*>(from),
                    reinterpret_cast<simd::lane<W>*>(to), count);
    }

    static void copy_row(const place& from, const place& to, [[maybe_unused]] std::size_t i,
                         std::size_t count)
    {
        if constexpr (any_apart)
            if (R.inputs[i].apart)
            {
                copy_row<part_of<V>>(from.elements, to.elements, count);
                if (to.tangents)
                    copy_row<part_of<V>>(from.tangents, to.tangents, count);
                return;
            }
        copy_row<V>(from.elements, to.elements, count);
    }

    /// The last elements of a row, fewer than a vector: copied, completed with the first of them,
    /// and run through the same loop.
    template <region_mode Mode>
    static void partial_vector(const row& at, const unsigned char* add, T seed, std::size_t count,
                               totals& result)
    {
        alignas(V) T value[inputs][lanes];
        alignas(V) T gradient[inputs][lanes];
        alignas(V) T output[lanes];
        alignas(V) T output_gradient[lanes];
        row padded = at;
        for (std::size_t i = 0; i < inputs; ++i)
        {
            if (R.inputs[i].repeated)
                continue;
            padded.value[i] = place_in(value[i], i);
            padded.gradient[i] = place_in(gradient[i], i);
            copy_row(at.value[i], padded.value[i], i, count);
        }
        if constexpr (Mode == region_mode::forward || Mode == region_mode::backward)
        {
            if constexpr (Mode == region_mode::backward)
                copy_row<V>(at.output_gradient, output_gradient, count);
            if constexpr (Mode == region_mode::backward && R.loads_root)
                copy_row<V>(at.output, output, count);
            padded.output = output;
            padded.output_gradient = output_gradient;
        }
        constexpr unsigned char assign[inputs]{};
        vectors<Mode, false>(padded, assign, seed, 1, result);
        if constexpr (Mode == region_mode::forward)
            std::copy_n(output, count, at.output);
        if constexpr (detail::differentiates(Mode))
            for (std::size_t i = 0; i < inputs; ++i)
                if (!R.inputs[i].repeated && order.input_reached[i])
                    hand_on(padded.gradient[i], at.gradient[i], i, count, add[i] || slides[i]);
    }

    /// Hands on the gradients of the first @p count elements of input @p i.
    static void hand_on(const place& found, const place& to, [[maybe_unused]] std::size_t i,
                        std::size_t count, bool adds)
    {
        if constexpr (any_apart)
            if (R.inputs[i].apart)
            {
                for (std::size_t j = 0; j < count; ++j)
                    if (const T number = gradient_at(found, i, j); adds)
                        add_to_gradient(to, i, j, number);
                    else
                        set_gradient(to, i, j, number);
                return;
            }
        T* const target = reinterpret_cast<T*>(to.elements);
        const V numbers = simd::load<V>(reinterpret_cast<const T*>(found.elements));
        simd::store_partial(
            target, adds ? V(simd::load_partial<V>(target, count) + numbers) : numbers, count);
    }

    /// Adds the lanes of the totals, all or the first @p count of them.
    static void collect(const row& at, const totals& total, std::size_t count, bool gradients,
                        T& sum)
    {
        const auto add_lanes = [count](const V& v)
        {
            if (count == lanes)
                return simd::reduce_add(v);
            alignas(V) T lane[lanes];
            simd::store<V>(lane, v);
            return simd::reduce_add(simd::load_partial<V>(lane, count));
        };
        sum += add_lanes(total[inputs]);
        if (gradients)
            for (std::size_t i = 0; i < inputs; ++i)
                if (R.inputs[i].repeated && order.input_reached[i])
                    add_to_gradient(at.gradient[i], i, 0, add_lanes(total[i]));
    }

    template <region_mode Mode>
    static void run_row(const row& at, const region_call<T>& call, T& sum)
    {
        constexpr bool gradients = detail::differentiates(Mode);
        const std::size_t full = call.inner / lanes;
        const std::size_t rest = call.inner % lanes;
        if (full > 0)
        {
            totals total;
            total.fill(simd::broadcast<V>(T{}));
            vectors<Mode, any_slides>(at, call.add, call.seed, full, total);
            collect(at, total, lanes, gradients, sum);
        }
        if (rest > 0)
        {
            const std::size_t done = full * lanes;
            row tail = at;
            for (std::size_t i = 0; i < inputs; ++i)
                if (!R.inputs[i].repeated)
                    advance(tail, i, static_cast<std::ptrdiff_t>(done), gradients);
            if (Mode == region_mode::forward || (Mode == region_mode::backward && R.loads_root))
                tail.output += done;
            if (Mode == region_mode::backward)
                tail.output_gradient += done;
            totals total;
            total.fill(simd::broadcast<V>(T{}));
            partial_vector<Mode>(tail, call.add, call.seed, rest, total);
            collect(tail, total, rest, gradients, sum);
        }
    }

    template <region_mode Mode, std::size_t... I, std::size_t... K>
    [[gnu::always_inline]] static void
    run_element(const region_call<T>& call, std::index_sequence<I...>, std::index_sequence<K...>)
    {
        registers r;
        ((r.input[I] = detail::load_from<memory::template storage_of<I>, T>(
              place_of(call.value[I], call.value_tangent, I), 0)),
         ...);
        constexpr bool load_root = Mode == region_mode::backward && R.loads_root;
        ((load_root && K + 1 == steps ? void() : element::template forward_step<K, Mode>(r)), ...);
        if constexpr (load_root)
            r.value[steps - 1] = *call.output;
        if constexpr (Mode == region_mode::forward || detail::sums(Mode))
            *call.output = element::result(r);
        if constexpr (detail::differentiates(Mode))
        {
            r.gradient[steps - 1] = Mode == region_mode::backward        ? *call.output_gradient
                                    : Mode == region_mode::both_sum_of_1 ? T(1)
                                                                         : call.seed;
            (element::template backward_step<steps - 1 - K, Mode>(r), ...);
            (store_scalar_gradient<I>(call, r), ...);
        }
    }

    template <std::size_t I>
    [[gnu::always_inline]] static void store_scalar_gradient(const region_call<T>& call,
                                                             const registers& r)
    {
        if constexpr (order.input_reached[I])
        {
            const place target = place_of(call.gradient[I], call.gradient_tangent, I);
            if (call.add[I])
                add_to_gradient(target, I, 0, r.input_gradient[I]);
            else
                set_gradient(target, I, 0, r.input_gradient[I]);
        }
    }

    /// Runs the one element of a region; its value in the modes that sum. Inlined: there is but one
    /// call, and writing the description of the memory would take as long as an operation.
    template <region_mode Mode>
    [[gnu::always_inline]] static T run_scalar(const region_call<T>& call)
    {
        static_assert(lanes == 1);
        run_element<Mode>(call, std::make_index_sequence<inputs>{},
                          std::make_index_sequence<steps>{});
        return detail::sums(Mode) ? *call.output : T{};
    }

    /// Runs the region, row by row; the sum of all values in the modes that sum.
    template <region_mode Mode, std::size_t OuterRank>
    static T run_rows(const region_call<T>& call)
    {
        constexpr bool gradients = detail::differentiates(Mode);
        row at{};
        for (std::size_t i = 0; i < inputs; ++i)
        {
            at.value[i] = place_of(call.value[i], call.value_tangent, i);
            if (gradients && order.input_reached[i])
                at.gradient[i] = place_of(call.gradient[i], call.gradient_tangent, i);
        }
        at.output = call.output;
        at.output_gradient = call.output_gradient;

        T sum{};
        if constexpr (OuterRank == 0)
            run_row<Mode>(at, call, sum);
        else
        {
            constexpr std::size_t last = OuterRank - 1;
            std::array<std::size_t, OuterRank> index{};
            std::size_t rows = call.inner > 0;
            for (std::size_t axis = 0; axis < OuterRank; ++axis)
                rows *= call.outer[axis];
            while (rows-- > 0)
            {
                run_row<Mode>(at, call, sum);
                if (Mode == region_mode::forward || (Mode == region_mode::backward && R.loads_root))
                    at.output += call.inner;
                if (Mode == region_mode::backward)
                    at.output_gradient += call.inner;
                for (std::size_t i = 0; i < inputs; ++i)
                    advance(at, i, call.stride[i][last], gradients);
                if constexpr (OuterRank > 1)
                    if (++index[last] == call.outer[last])
                        turn_page<OuterRank>(at, call, index, gradients);
            }
        }
        return sum;
    }

    /// Goes to the beginning of the next group of rows when the last outer axis has come to its
    /// end.
    template <std::size_t OuterRank>
    [[gnu::noinline]] static void turn_page(row& at, const region_call<T>& call,
                                            std::array<std::size_t, OuterRank>& index,
                                            bool gradients)
    {
        for (std::size_t axis = OuterRank - 1; axis > 0 && index[axis] == call.outer[axis]; --axis)
        {
            index[axis] = 0;
            ++index[axis - 1];
            for (std::size_t i = 0; i < inputs; ++i)
                advance(at, i,
                        call.stride[i][axis - 1] -
                            call.stride[i][axis] * static_cast<std::ptrdiff_t>(call.outer[axis]),
                        gradients);
        }
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
