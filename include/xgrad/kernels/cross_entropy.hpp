// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/kernels/detail/fold.hpp>
#include <xgrad/kernels/detail/row_block.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/softmax.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

// Cross entropy of softmax(logits) against integer labels or against probabilities, and its
// gradients. Matrices have the shape (rows, columns): one row for each example, one column for
// each class.

namespace xgrad::inline XGRAD_ABI::kernels
{

/// What a loss is summed in: double, or T itself for number-like types of a user.
template <class T>
using loss_sum_t = std::conditional_t<std::is_arithmetic_v<T>, double, T>;

namespace detail
{

/// The label of @p row as a column. Throws domain_error if it is not one.
template <std::integral L>
[[nodiscard]] std::size_t label_at(const L* labels, std::size_t row, std::size_t columns)
{
    const L label = labels[row];
    if (std::cmp_greater_equal(label, 0) && std::cmp_less(label, columns))
        return static_cast<std::size_t>(label);
    throw domain_error("cross_entropy: label " + std::to_string(label) + " at row " +
                       std::to_string(row) + " is not below the number of classes " +
                       std::to_string(columns));
}

/// The sum over a row of -target * (logit - shift), where a target of 0 silences any logit.
template <class T>
[[nodiscard]] T cross_entropy_of_row(std::size_t columns, const T* logits, const T* targets,
                                     const T& largest, const T& log_of_sum)
{
    using V = simd::pack<T>;
    const V zero = simd::broadcast<V>(T(0));
    return sum_of_terms<V>(columns,
                           [&](std::size_t i, auto count)
                           {
                               const V target = load_some<V>(targets + i, count);
                               const V shifted =
                                   load_some<V>(logits + i, count) - simd::broadcast<V>(largest);
                               const V term = target * (simd::broadcast<V>(log_of_sum) - shifted);
                               return simd::select(target == zero, zero, term);
                           });
}

/// The cross entropy of the short rows of a block, the first of which is @p row; stores the
/// softmax.
template <class V, std::integral L>
[[nodiscard]] loss_sum_t<simd::lane<V>> cross_entropy_of_block(row_block<V>& block, std::size_t row,
                                                               std::size_t columns, const L* labels,
                                                               simd::lane<V>* probabilities)
{
    using T = simd::lane<V>;
    T shifted[row_block<V>::most_rows]{};
    T log_of_sum[row_block<V>::most_rows];
    for (std::size_t i = 0; i < block.rows(); ++i)
        shifted[i] = block.at(i, label_at(labels, row + i, columns));
    simd::store(log_of_sum, simd::log(block.take_softmax()));
    block.store(probabilities + row * columns);
    loss_sum_t<T> loss(0);
    for (std::size_t i = 0; i < block.rows(); ++i)
        loss += static_cast<loss_sum_t<T>>(log_of_sum[i] - shifted[i]);
    return loss;
}

} // namespace detail

/// The sum over the rows of -log(softmax(logits)[label]); keeps softmax(logits) in
/// @p probabilities. Throws domain_error for a label outside [0, columns).
template <class T, std::integral L>
[[nodiscard]] loss_sum_t<T> cross_entropy_forward(std::size_t rows, std::size_t columns,
                                                  const T* logits, const L* labels,
                                                  T* probabilities)
{
    loss_sum_t<T> loss(0);
    if (columns <= detail::short_row)
    {
        detail::for_each_short_block(rows, columns, logits,
                                     [&](auto& block, std::size_t row) {
                                         loss += detail::cross_entropy_of_block(
                                             block, row, columns, labels, probabilities);
                                     });
        return loss;
    }
    for (std::size_t row = 0; row < rows; ++row, logits += columns, probabilities += columns)
    {
        const T logit = logits[detail::label_at(labels, row, columns)];
        const detail::softmax_row<T> softmax(columns, logits, probabilities);
        loss += static_cast<loss_sum_t<T>>(simd::log(softmax.sum) - (logit - softmax.largest));
    }
    return loss;
}

/// grad_logits = scale * (probabilities - one-hot(label)), added when @p accumulate.
template <class T, std::integral L>
void cross_entropy_backward(std::size_t rows, std::size_t columns, const T* probabilities,
                            const L* labels, std::type_identity_t<T> scale, T* grad_logits,
                            bool accumulate)
{
    using V = simd::pack<T>;
    const V factor = simd::broadcast<V>(scale);
    detail::for_each_vector<V>(rows * columns,
                               [&](std::size_t i, auto count)
                               {
                                   detail::store_or_add(
                                       grad_logits + i,
                                       V(factor * detail::load_some<V>(probabilities + i, count)),
                                       count, accumulate);
                               });
    for (std::size_t row = 0; row < rows; ++row)
        grad_logits[row * columns + detail::label_at(labels, row, columns)] -= scale;
}

/// The sum over the rows and columns of -target * log(softmax(logits)); keeps softmax(logits) in
/// @p probabilities. A target of zero adds nothing, even where the logit is -infinity.
template <class T>
[[nodiscard]] loss_sum_t<T> cross_entropy_forward(std::size_t rows, std::size_t columns,
                                                  const T* logits, const T* targets,
                                                  T* probabilities)
{
    loss_sum_t<T> loss(0);
    for (std::size_t row = 0; row < rows;
         ++row, logits += columns, targets += columns, probabilities += columns)
    {
        const detail::softmax_row<T> softmax(columns, logits, probabilities);
        loss += static_cast<loss_sum_t<T>>(detail::cross_entropy_of_row(
            columns, logits, targets, softmax.largest, simd::log(softmax.sum)));
    }
    return loss;
}

/// grad_logits = scale * (probabilities * sum of the row's targets - targets), added when
/// @p accumulate.
template <class T>
    requires(!std::integral<T>)
void cross_entropy_backward(std::size_t rows, std::size_t columns, const T* probabilities,
                            const T* targets, std::type_identity_t<T> scale, T* grad_logits,
                            bool accumulate)
{
    using V = simd::pack<T>;
    const V factor = simd::broadcast<V>(scale);
    for (std::size_t row = 0; row < rows;
         ++row, probabilities += columns, targets += columns, grad_logits += columns)
    {
        const V mass =
            simd::broadcast<V>(detail::fold_row<detail::adding, V>(columns, targets, T(0)));
        detail::for_each_vector<V>(
            columns,
            [&](std::size_t i, auto count)
            {
                const V difference = detail::load_some<V>(probabilities + i, count) * mass -
                                     detail::load_some<V>(targets + i, count);
                detail::store_or_add(grad_logits + i, V(factor * difference), count, accumulate);
            });
    }
}

/// grad_targets = -scale * log_softmax(logits), added when @p accumulate. It is computed from the
/// logits, as the logarithm of a probability that came out as zero would be infinite.
template <class T>
void cross_entropy_backward_targets(std::size_t rows, std::size_t columns, const T* logits,
                                    std::type_identity_t<T> scale, T* grad_targets, bool accumulate)
{
    using V = simd::pack<T>;
    const V factor = simd::broadcast<V>(scale);
    for (std::size_t row = 0; row < rows; ++row, logits += columns, grad_targets += columns)
    {
        const T largest = detail::fold_row<detail::taking_largest, V>(columns, logits, T(0));
        const V log_of_sum =
            simd::broadcast<V>(simd::log(detail::sum_of_exponentials<V>(columns, logits, largest)));
        detail::for_each_vector<V>(columns,
                                   [&](std::size_t i, auto count)
                                   {
                                       const V shifted = detail::load_some<V>(logits + i, count) -
                                                         simd::broadcast<V>(largest);
                                       detail::store_or_add(grad_targets + i,
                                                            V(factor * (log_of_sum - shifted)),
                                                            count, accumulate);
                                   });
    }
}

} // namespace xgrad::inline XGRAD_ABI::kernels
