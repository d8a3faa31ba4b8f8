// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a value hangs on the batch. Where every value is either made row by row along the batch, or
// is a sum or a mean over its rows, a plan can work on a part of the batch at a time: parts that
// stay in the cache, and on several threads.

#include <xgrad/core/shape.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI
{

/// How a value follows from the rows of the batch, the first axis of the inputs.
enum class spread : unsigned char
{
    fixed,   ///< not at all: parameters and what is made of them alone
    rows,    ///< row i of it from row i of the inputs
    average, ///< the mean of what parts of the batch give, weighted by their rows
    total,   ///< the sum of what parts of the batch give
    mixed    ///< in another way
};

/// What of linearity an elementwise operation offers to sums and means over the batch.
enum class linearity : unsigned char
{
    none,
    sum,    ///< a + b, a - b, -a
    scaled, ///< a b with one of them fixed
    divided ///< a / b with b fixed
};

/// An operand as these rules see it.
struct spread_operand
{
    spread kind = spread::fixed;
    extents shape{}; ///< as declared: `dynamic` where the type does not know
};

/// For operations that make row i of the result of row i of the first operand, given the others.
constexpr spread rows_of_first(const spread_operand* operands, std::size_t count)
{
    for (std::size_t k = 1; k < count; ++k)
        if (operands[k].kind != spread::fixed)
            return spread::mixed;
    const spread first = operands[0].kind;
    return first == spread::rows || first == spread::fixed ? first : spread::mixed;
}

namespace detail
{

/// Sums and means over the batch, combined.
constexpr spread spread_of_linear(linearity kind, const spread_operand* operands, std::size_t count)
{
    if (count == 1)
        return kind == linearity::sum ? operands[0].kind : spread::mixed;
    const spread a = operands[0].kind;
    const spread b = operands[1].kind;
    if (kind == linearity::sum)
    {
        if (a == b)
            return a;
        // The mean of (a_part + b) is the mean of a_part, plus b; of a sum that would not hold.
        const bool shifted = a == spread::average && b == spread::fixed;
        return shifted || (a == spread::fixed && b == spread::average) ? spread::average
                                                                       : spread::mixed;
    }
    if (b == spread::fixed && kind != linearity::none)
        return a;
    return a == spread::fixed && kind == linearity::scaled ? b : spread::mixed;
}

/// Of an elementwise operation, whose operands broadcast to the declared extents @p result.
constexpr spread spread_of_elementwise(linearity kind, const spread_operand* operands,
                                       std::size_t count, const extents& result)
{
    bool rows = false;
    bool reduced = false;
    for (std::size_t k = 0; k < count; ++k)
    {
        if (operands[k].kind == spread::mixed)
            return spread::mixed;
        rows = rows || operands[k].kind == spread::rows;
        reduced = reduced || operands[k].kind != spread::fixed;
    }
    if (!rows)
        return reduced ? detail::spread_of_linear(kind, operands, count) : spread::fixed;
    for (std::size_t k = 0; k < count; ++k)
    {
        const extents& shape = operands[k].shape;
        const bool along_batch = shape.rank == result.rank;
        if (operands[k].kind == spread::rows
                ? !along_batch
                : operands[k].kind != spread::fixed || (along_batch && shape[0] != 1))
            return spread::mixed;
    }
    return spread::rows;
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
