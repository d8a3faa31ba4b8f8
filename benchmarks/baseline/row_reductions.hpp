// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_interleave.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

// Reductions of a row-major matrix of floats in loops of vectors written by hand. Rows have a
// multiple of 4 vectors of columns.
namespace baseline
{

namespace simd = xgrad::simd;

using float_pack = simd::pack<float>;
inline constexpr std::size_t float_lanes = simd::lanes<float_pack>;

/// Folds a row by combine(so far, vector at an index) in four vectors, then these by combine.
template <class Combine>
[[nodiscard]] float_pack fold_row(const float* row, std::size_t columns, float start,
                                  Combine combine)
{
    float_pack folds[4];
    for (float_pack& fold : folds)
        fold = simd::broadcast<float_pack>(start);
    for (std::size_t j = 0; j < columns; j += 4 * float_lanes)
        for (std::size_t i = 0; i < 4; ++i)
            folds[i] = combine(folds[i], simd::load<float_pack>(row + j + i * float_lanes));
    return combine(combine(folds[0], folds[1]), combine(folds[2], folds[3]));
}

inline float largest_of_row(const float* row, std::size_t columns)
{
    const auto larger = [](const float_pack& a, const float_pack& b) { return simd::max(a, b); };
    return simd::reduce(fold_row(row, columns, -std::numeric_limits<float>::infinity(), larger),
                        larger);
}

/// out[i] = sum of row i
inline void sum_rows(std::size_t rows, std::size_t columns, const float* x, float* out)
{
    for (std::size_t i = 0; i < rows; ++i)
        out[i] = simd::reduce_add(fold_row(x + i * columns, columns, 0.0F,
                                           [](const float_pack& a, const float_pack& b)
                                           { return a + b; }));
}

/// out[j] = sum of column j, eight vectors of columns at a time
inline void sum_columns(std::size_t rows, std::size_t columns, const float* x, float* out)
{
    constexpr std::size_t vectors = 4;
    for (std::size_t j = 0; j < columns; j += vectors * float_lanes)
    {
        float_pack sums[vectors];
        for (float_pack& sum : sums)
            sum = simd::broadcast<float_pack>(0.0F);
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t v = 0; v < vectors; ++v)
                sums[v] = sums[v] + simd::load<float_pack>(x + i * columns + j + v * float_lanes);
        for (std::size_t v = 0; v < vectors; ++v)
            simd::store<float_pack>(out + j + v * float_lanes, sums[v]);
    }
}

/// Stores exp(x - largest) of a row where @p out is not null; the sum of them.
inline float exponentials_of_row(const float* row, std::size_t columns, float largest, float* out)
{
    const float_pack shift = simd::broadcast<float_pack>(largest);
    float_pack sums[2] = {simd::broadcast<float_pack>(0.0F), simd::broadcast<float_pack>(0.0F)};
    for (std::size_t j = 0; j < columns; j += 2 * float_lanes)
        for (std::size_t i = 0; i < 2; ++i)
        {
            const std::size_t place = j + i * float_lanes;
            const float_pack e = simd::exp(simd::load<float_pack>(row + place) - shift);
            if (out != nullptr)
                simd::store<float_pack>(out + place, e);
            sums[i] = sums[i] + e;
        }
    return simd::reduce_add(sums[0] + sums[1]);
}

/// out[i] = log(sum of exp of row i)
inline void log_sum_exp_rows(std::size_t rows, std::size_t columns, const float* x, float* out)
{
    for (std::size_t i = 0; i < rows; ++i)
    {
        const float* const row = x + i * columns;
        const float largest = largest_of_row(row, columns);
        out[i] = largest + std::log(exponentials_of_row(row, columns, largest, nullptr));
    }
}

/// out = softmax of every row
inline void softmax_rows(std::size_t rows, std::size_t columns, const float* x, float* out)
{
    for (std::size_t i = 0; i < rows; ++i)
    {
        const float* const row = x + i * columns;
        float* const target = out + i * columns;
        const float sum = exponentials_of_row(row, columns, largest_of_row(row, columns), target);
        const float_pack scale = simd::broadcast<float_pack>(1.0F / sum);
        for (std::size_t j = 0; j < columns; j += float_lanes)
            simd::store<float_pack>(target + j, simd::load<float_pack>(target + j) * scale);
    }
}

} // namespace baseline
