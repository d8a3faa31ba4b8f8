// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A sum over functions of a product of a vector and a matrix, such as the log-likelihood of a
// linear model, with the derivatives by the vector: in one pass over the matrix instead of two.
// Some columns at a time are multiplied, the region that ends in the sum runs on the products,
// forward and backward, and what it hands back weighs the same columns while they are near. The
// gradient of the sum, which may depend on its value, is not known by then: all that is handed on
// are small sums, which are multiplied by it afterwards.

#include <xgrad/expr/analysis.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/region_layout.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Where a program has such a product.
struct streamed_product
{
    bool found = false;
    std::size_t product = 0; ///< its entry
    std::size_t sum = 0;     ///< the entry of the reduction
    std::size_t region = 0;  ///< the number of the region that reads the product
    std::size_t input = 0;   ///< as which input
};

/// Whether nothing but the steps of a region reads the entry @p i.
template <std::size_t N>
constexpr bool is_read_only_by(const program<N>& p, const analysis<N>& a, std::size_t i,
                               std::size_t region_root)
{
    for (std::size_t reader = 0; reader < N; ++reader)
        for (const short from : p.entries[reader].argument)
            if (from == static_cast<short>(i) &&
                a.region[reader] != static_cast<short>(region_root))
                return false;
    return true;
}

/// The product that the region number @p number streams, if there is one: the only tensor that the
/// region hands a gradient to.
template <std::size_t N>
constexpr streamed_product
find_streamed_product(const program<N>& p, const operation_traits* traits, const analysis<N>& a,
                      const region_layout<N>& r, std::size_t number, std::size_t root,
                      std::size_t sum, std::size_t lanes)
{
    streamed_product result{false, 0, sum, number, 0};
    if (a.roles[sum] != role::reduction || !a.gradient[sum] || r.outer_rank > 0 || r.inner < lanes)
        return {};
    for (std::size_t i = 0; i < r.input_count; ++i)
    {
        if (!r.inputs[i].gradient || r.inputs[i].repeated)
            continue;
        const auto e = static_cast<std::size_t>(r.input_entry[i]);
        if (result.found || a.roles[e] != role::kernel ||
            !traits[p.entries[e].operation].multiplies_columns)
            return {};
        const short left = p.entries[e].argument[0];
        const short right = p.entries[e].argument[1];
        if (a.shape[left].rank != 1 || a.shape[right].rank != 2 || a.gradient[right] ||
            a.roles[left] == role::alias || !detail::is_read_only_by(p, a, e, root))
            return {};
        result.found = true;
        result.product = e;
        result.input = i;
    }
    return result.found ? result : streamed_product{};
}

} // namespace xgrad::inline XGRAD_ABI::detail
