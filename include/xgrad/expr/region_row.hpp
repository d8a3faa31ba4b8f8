// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where the loop of a region finds what it works on: a row of elements of each tensor, windows of
// one tensor among them, and numbers whose parts lie apart.

#include <xgrad/expr/number_parts.hpp>
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

/// The rows that the program R of a region_type reads and writes, of elements of T; Operations are
/// those that R numbers.
template <class Region, class T, class... Operations>
struct region_row
{
    static constexpr const auto& R = Region::program;

    /// Rows shorter than a vector are done element by element.
    using V = std::conditional_t<(R.inner < simd::width<T>), T, simd::pack<T>>;
    static constexpr std::size_t lanes = simd::lanes<V>;

    using element = region_steps<Region, V, Operations...>;
    using registers = typename element::registers;
    static constexpr std::size_t steps = element::steps;
    static constexpr std::size_t inputs = element::inputs;
    static constexpr auto order = element::order;

    static constexpr bool is_repeated(std::size_t input) { return R.inputs[input].repeated; }

    /// Per input: it is one of several windows of a tensor, a few elements apart. What the loop
    /// hands to them is added up in registers, which hold what goes to later elements, and
    /// assigned: adding it up in memory would wait for each store.
    static constexpr auto slides = []
    {
        std::array<bool, inputs> result{};
        for (std::size_t i = 0; i < inputs; ++i)
        {
            result[i] = lanes > 1 && R.inputs[i].group >= 0;
            for (std::size_t j = 0; j < inputs; ++j)
                if (R.inputs[j].group == R.inputs[i].group)
                    result[i] = result[i] && order.input_reached[j] &&
                                static_cast<std::size_t>(R.inputs[j].shift) <= lanes;
        }
        return result;
    }();
    static constexpr bool any_slides =
        std::find(slides.begin(), slides.end(), true) != slides.end();

    template <std::size_t I>
    static constexpr storage storage_of = !R.inputs[I].apart  ? storage::together
                                          : R.inputs[I].still ? storage::values
                                                              : storage::apart;
    static constexpr bool any_apart = []
    {
        bool result = false;
        for (const region_input& input : R.inputs)
            result = result || input.apart;
        return result;
    }();
    using place = detail::place<any_apart>;

    static place place_of(std::byte* elements, [[maybe_unused]] std::byte* const* tangents,
                          [[maybe_unused]] std::size_t i)
    {
        if constexpr (any_apart)
            return {elements, tangents[i]};
        else
            return {elements};
    }

    /// The bytes from an element of an input to the next.
    static constexpr std::ptrdiff_t element_bytes(std::size_t i)
    {
        return static_cast<std::ptrdiff_t>(R.inputs[i].apart ? detail::part_bytes<T>() : sizeof(T));
    }

    /// Where one row of the region begins in each tensor.
    struct row
    {
        place value[inputs];
        place gradient[inputs];
        T* output;
        const T* output_gradient;
    };

    /// What a row adds to the sum (last) and to the gradients of the inputs that it repeats.
    using totals = std::array<V, inputs + 1>;

    template <std::size_t I, class W>
    [[gnu::always_inline]] static W load(const row& at, std::size_t offset)
    {
        return detail::load_from<storage_of<I>, W>(at.value[I], offset);
    }

    template <std::size_t I>
    [[gnu::always_inline]] static void store(const row& at, std::size_t offset, const V& gradient,
                                             bool adds)
    {
        constexpr storage way = storage_of<I>;
        detail::store_to<way, V>(at.gradient[I], offset,
                                 adds ? detail::load_from<way, V>(at.gradient[I], offset) + gradient
                                      : gradient);
    }

    /// One element of the gradient of input @p i.
    static T gradient_at(const place& from, std::size_t i, std::size_t offset)
    {
        return detail::number_at<T>(from, R.inputs[i].apart, offset);
    }

    static void set_gradient(const place& to, std::size_t i, std::size_t offset, const T& number)
    {
        detail::set_number<T>(to, R.inputs[i].apart, offset, number);
    }

    static void add_to_gradient(const place& to, std::size_t i, std::size_t offset, const T& amount)
    {
        set_gradient(to, i, offset, gradient_at(to, i, offset) + amount);
    }

    /// Adds what input J hands on to the vector where the lowest window of its group is.
    template <std::size_t J, short Group>
    [[gnu::always_inline]] static void add_from_window(const registers& r, V& sum)
    {
        if constexpr (R.inputs[J].group == Group && J != static_cast<std::size_t>(Group))
            sum = sum + simd::slide<static_cast<std::size_t>(R.inputs[J].shift)>(
                            r.last_gradient[J], r.input_gradient[J]);
    }

    /// Stores the gradient of a group of windows, of which I is the lowest.
    template <std::size_t I, std::size_t... J>
    [[gnu::always_inline]] static void store_group(const row& at, std::size_t offset, registers& r,
                                                   const unsigned char* add,
                                                   std::index_sequence<J...>)
    {
        constexpr short group = static_cast<short>(I);
        V sum = r.input_gradient[I];
        (add_from_window<J, group>(r, sum), ...);
        const bool adds = ((R.inputs[J].group != group || add[J]) && ...);
        store<I>(at, offset, sum, adds);
        ((R.inputs[J].group == group ? void(r.last_gradient[J] = r.input_gradient[J]) : void()),
         ...);
    }

    /// Adds what the last vector left for the elements behind it.
    template <std::size_t I>
    static void add_rest_of_window(const row& at, std::size_t end, const registers& r)
    {
        constexpr auto shift = static_cast<std::size_t>(R.inputs[I].shift);
        if constexpr (slides[I] && shift > 0)
        {
            alignas(V) T lane[lanes];
            simd::store<V>(lane, r.last_gradient[I]);
            for (std::size_t j = lanes - shift; j < lanes; ++j)
                add_to_gradient(at.gradient[I], I, end - lanes + j, lane[j]);
        }
    }

    template <std::size_t I, bool Slide>
    [[gnu::always_inline]] static void store_gradient(const row& at, std::size_t offset,
                                                      registers& r, const unsigned char* add,
                                                      totals& total)
    {
        if constexpr (Slide && slides[I])
        {
            if constexpr (R.inputs[I].group == static_cast<short>(I))
                store_group<I>(at, offset, r, add, std::make_index_sequence<inputs>{});
        }
        else if constexpr (order.input_reached[I])
        {
            if constexpr (R.inputs[I].repeated)
                total[I] = total[I] + r.input_gradient[I];
            else
                store<I>(at, offset, r.input_gradient[I], add[I]);
        }
    }

    /// Room for a vector of the elements of input @p i, in the way in which they lie.
    static place place_in(T* memory, [[maybe_unused]] std::size_t i)
    {
        auto* const bytes = reinterpret_cast<std::byte*>(memory);
        if constexpr (!any_apart)
            return {bytes};
        else
            return {bytes, R.inputs[i].apart && !R.inputs[i].still
                               ? bytes + lanes * detail::part_bytes<T>()
                               : nullptr};
    }

    /// Goes to another element of input @p i.
    static void advance(row& at, std::size_t i, std::ptrdiff_t elements, bool gradients)
    {
        const std::ptrdiff_t bytes = elements * element_bytes(i);
        at.value[i].advance(bytes);
        if (gradients && order.input_reached[i])
            at.gradient[i].advance(bytes);
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
