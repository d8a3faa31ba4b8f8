// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/reduction.hpp>
#include <xgrad/kernels/detail/row_block.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>

// Softmax and log-softmax of the rows of a matrix, and their derivatives. Arrays of a function
// have one shape (rows, columns) and may be the same array.

namespace xgrad::inline XGRAD_ABI::kernels
{

namespace detail
{

/// Stores @p v, or adds it to what is there.
template <class V, class Count>
void store_or_add(simd::lane<V>* target, const V& v, Count count, bool accumulate)
{
    store_some(target, accumulate ? V(load_some<V>(target, count) + v) : v, count);
}

/// The sum of exp(x - largest) over a row.
template <class V>
[[nodiscard]] simd::lane<V> sum_of_exponentials(std::size_t columns, const simd::lane<V>* x,
                                                const simd::lane<V>& largest)
{
    using T = simd::lane<V>;
    return sum_of_terms<V>(columns,
                           [&](std::size_t i, auto count)
                           {
                               const V v = load_some<V>(x + i, count, minus_infinity<T>());
                               return simd::exp(V(v - simd::broadcast<V>(largest)));
                           });
}

/// out = softmax(x) of one row; returns what x is shifted by and the sum of the exponentials.
template <class T>
struct softmax_row
{
    T largest;
    T sum;

    softmax_row(std::size_t columns, const T* x, T* out)
        : largest{fold_row<taking_largest, simd::pack<T>>(columns, x, T(0))}
    {
        using V = simd::pack<T>;
        sum = sum_of_terms<V>(columns,
                              [&](std::size_t i, auto count)
                              {
                                  const V v = load_some<V>(x + i, count, minus_infinity<T>());
                                  const V e = simd::exp(V(v - simd::broadcast<V>(largest)));
                                  store_some(out + i, e, count);
                                  return e;
                              });
        const V factor = simd::broadcast<V>(T(1) / sum);
        for_each_vector<V>(columns,
                           [&](std::size_t i, auto count) {
                               store_some(out + i, V(load_some<V>(out + i, count) * factor), count);
                           });
    }
};

} // namespace detail

/// out = exp(x) / sum of exp(x) over each row, without overflow.
template <class T>
void softmax_forward(std::size_t rows, std::size_t columns, const T* x, T* out)
{
    if (columns <= detail::short_row)
        return detail::for_each_short_block(rows, columns, x,
                                            [&](auto& block, std::size_t row)
                                            {
                                                block.take_softmax();
                                                block.store(out + row * columns);
                                            });
    for (std::size_t i = 0; i < rows * columns; i += columns)
        detail::softmax_row<T>(columns, x + i, out + i);
}

/// grad_x = out * (grad_out - sum of grad_out * out over the row), added when @p accumulate.
template <class T>
void softmax_backward(std::size_t rows, std::size_t columns, const T* out, const T* grad_out,
                      T* grad_x, bool accumulate)
{
    using V = simd::pack<T>;
    using detail::load_some;
    for (std::size_t row = 0; row < rows;
         ++row, out += columns, grad_out += columns, grad_x += columns)
    {
        const T projection = detail::sum_of_terms<V>(
            columns, [&](std::size_t i, auto count)
            { return load_some<V>(out + i, count) * load_some<V>(grad_out + i, count); });
        detail::for_each_vector<V>(
            columns,
            [&](std::size_t i, auto count)
            {
                const V difference =
                    load_some<V>(grad_out + i, count) - simd::broadcast<V>(projection);
                detail::store_or_add(grad_x + i, V(load_some<V>(out + i, count) * difference),
                                     count, accumulate);
            });
    }
}

/// out = x - log(sum of exp(x)) over each row, without overflow.
template <class T>
void log_softmax_forward(std::size_t rows, std::size_t columns, const T* x, T* out)
{
    using V = simd::pack<T>;
    if (columns <= detail::short_row)
        return detail::for_each_short_block(rows, columns, x,
                                            [&](auto& block, std::size_t row)
                                            {
                                                block.subtract(
                                                    simd::log(block.sum_of_exponentials()));
                                                block.store(out + row * columns);
                                            });
    for (std::size_t row = 0; row < rows; ++row, x += columns, out += columns)
    {
        const T largest = detail::fold_row<detail::taking_largest, V>(columns, x, T(0));
        const V log_of_sum =
            simd::broadcast<V>(simd::log(detail::sum_of_exponentials<V>(columns, x, largest)));
        detail::for_each_vector<V>(columns,
                                   [&](std::size_t i, auto count)
                                   {
                                       const V v = detail::load_some<V>(x + i, count);
                                       const V shifted = v - simd::broadcast<V>(largest);
                                       detail::store_some(out + i, V(shifted - log_of_sum), count);
                                   });
    }
}

/// grad_x = grad_out - exp(out) * sum of grad_out over the row, added when @p accumulate.
template <class T>
void log_softmax_backward(std::size_t rows, std::size_t columns, const T* out, const T* grad_out,
                          T* grad_x, bool accumulate)
{
    using V = simd::pack<T>;
    using detail::load_some;
    for (std::size_t row = 0; row < rows;
         ++row, out += columns, grad_out += columns, grad_x += columns)
    {
        const V sum =
            simd::broadcast<V>(detail::fold_row<detail::adding, V>(columns, grad_out, T(0)));
        detail::for_each_vector<V>(
            columns,
            [&](std::size_t i, auto count)
            {
                const V share = simd::exp(load_some<V>(out + i, count)) * sum;
                detail::store_or_add(grad_x + i, V(load_some<V>(grad_out + i, count) - share),
                                     count, accumulate);
            });
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels
