// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Every C-th element of a run, taken apart and put together again: records of C numbers that lie
// one after the other, as one vector for each of their parts.

#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace xgrad::inline XGRAD_ABI::simd
{

/// Takes a run of C vectors apart into C vectors of every C-th element, or puts it together again.
/// No loops over arrays of vectors: what is indexed by a variable, be it for a moment, stays in
/// memory.
template <class V, std::size_t C>
struct strided_run
{
    using run = std::array<V, C>;

    [[gnu::always_inline]] static run take_apart(const run& r)
    {
        if constexpr (C == 1)
            return r;
        else if constexpr (C % 2 == 0)
            return take_halves_apart(r, std::make_index_sequence<C / 2>{});
        else
            return move_elements<true>(r);
    }

    [[gnu::always_inline]] static run put_together(const run& parts)
    {
        if constexpr (C == 1)
            return parts;
        else if constexpr (C % 2 == 0)
            return put_halves_together(parts, std::make_index_sequence<C / 2>{});
        else
            return move_elements<false>(parts);
    }

private:
    template <std::size_t... I>
    [[gnu::always_inline]] static run take_halves_apart(const run& r, std::index_sequence<I...>)
    {
        using half = strided_run<V, C / 2>;
        const std::pair<V, V> pairs[] = {deinterleave(r[2 * I], r[2 * I + 1])...};
        const auto even = half::take_apart({pairs[I].first...});
        const auto odd = half::take_apart({pairs[I].second...});
        run result;
        ((result[2 * I] = even[I], result[2 * I + 1] = odd[I]), ...);
        return result;
    }

    template <std::size_t... I>
    [[gnu::always_inline]] static run put_halves_together(const run& parts,
                                                          std::index_sequence<I...>)
    {
        using half = strided_run<V, C / 2>;
        const auto even = half::put_together({parts[2 * I]...});
        const auto odd = half::put_together({parts[2 * I + 1]...});
        const std::pair<V, V> pairs[] = {interleave(even[I], odd[I])...};
        run result;
        ((result[2 * I] = pairs[I].first, result[2 * I + 1] = pairs[I].second), ...);
        return result;
    }

    template <bool Apart>
    static run move_elements(const run& r)
    {
        constexpr std::size_t width = lanes<V>;
        lane<V> from[C * width], to[C * width];
        for (std::size_t i = 0; i < C; ++i)
            store<V>(from + i * width, r[i]);
        for (std::size_t part = 0; part < C; ++part)
            for (std::size_t j = 0; j < width; ++j)
                if constexpr (Apart)
                    to[part * width + j] = from[j * C + part];
                else
                    to[j * C + part] = from[part * width + j];
        run result;
        for (std::size_t i = 0; i < C; ++i)
            result[i] = load<V>(to + i * width);
        return result;
    }
};

} // namespace xgrad::inline XGRAD_ABI::simd
