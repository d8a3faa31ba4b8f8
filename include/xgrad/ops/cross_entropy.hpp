// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/view.hpp>
#include <xgrad/kernels/cross_entropy.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace expects
{

inline constexpr expectation an_axis_of_classes_in_the_logits{"an axis of classes in the logits"};
inline constexpr expectation labels_for_each_row_or_probabilities{
    "labels, one for each row of the logits, or probabilities of the shape of the logits"};
inline constexpr expectation labels_of_an_integer_type{"labels of an integer type"};
inline constexpr expectation probabilities_of_the_type_of_the_logits{
    "probabilities of the element type of the logits"};

} // namespace expects

/// How the losses of the examples of a batch become one number.
enum class reduction : unsigned char
{
    mean,
    sum
};

/// Softmax followed by cross-entropy, computed together from the logits, which cannot overflow.
///   logits: (..., C)   targets: integer labels (...) or probabilities (..., C)   out: ()
///   forward    out = sum over examples of -sum over c of y[c] log softmax(logits)[c]
///              divided by the number of examples for the mean; y is one-hot for labels
///   backward   grad_logits  += grad_out (softmax(logits) sum(y) - y)   (/ examples)
///              grad_targets += -grad_out log softmax(logits)          (/ examples)
/// Keeps the softmax. A label that is not below C throws domain_error in forward. The mean over no
/// examples is NaN.
struct cross_entropy_op
{
    static constexpr const char* name = "cross_entropy";
    static constexpr saved reads = saved::arguments;
    static constexpr bool mixed_value_types = true;

    static constexpr inferred infer(const extents& logits, const extents& targets)
    {
        inferred scalar(extents{});
        if (logits.rank == 0)
            return scalar.expect(false, expects::an_axis_of_classes_in_the_logits);
        bool fits = targets.rank == logits.rank || targets.rank + 1 == logits.rank;
        for (std::size_t axis = 0; fits && axis < targets.rank; ++axis)
            fits = may_equal(logits[axis], targets[axis]);
        return scalar.expect(fits, expects::labels_for_each_row_or_probabilities);
    }

    static constexpr spread spread_of(const spread_operand* operands, const settings& options)
    {
        if (operands[0].kind != spread::rows || operands[1].kind != spread::rows ||
            operands[0].shape.rank < 2)
            return spread::mixed;
        return is_mean(options) ? spread::average : spread::total;
    }

    template <class T>
    static std::size_t saved_bytes(const extents&, const extents& logits, const extents&)
    {
        return logits.size() * sizeof(T);
    }

    static void forward(const operation_context& context, auto out, auto logits, auto targets)
    {
        using T = typename decltype(out)::value_type;
        const std::size_t columns = classes(logits);
        const std::size_t rows = examples(logits);
        const auto loss = kernels::cross_entropy_forward(rows, columns, logits.data(),
                                                         targets.data(), context.saved<T>());
        *out.data() =
            static_cast<T>(loss * scale<std::remove_const_t<decltype(loss)>>(context, rows));
    }

    static void backward(const operation_context& context, auto grad_out, auto, auto logits,
                         auto targets, auto grad_logits, auto grad_targets)
    {
        using T = std::remove_const_t<typename decltype(logits)::value_type>;
        const std::size_t columns = classes(logits);
        const std::size_t rows = examples(logits);
        const T factor = *grad_out.data() * scale<T>(context, rows);
        if constexpr (is_wanted<decltype(grad_logits)>)
            kernels::cross_entropy_backward(
                rows, columns, static_cast<const T*>(context.saved<T>()), targets.data(), factor,
                grad_logits.data(), grad_logits.accumulate);
        if constexpr (is_wanted<decltype(grad_targets)>)
            kernels::cross_entropy_backward_targets(rows, columns, logits.data(), factor,
                                                    grad_targets.data(), grad_targets.accumulate);
    }

private:
    static std::size_t classes(const auto& logits) { return logits.extent(logits.rank - 1); }

    static std::size_t examples(const auto& logits)
    {
        return logits.shape().product(0, logits.rank - 1);
    }

    template <class T>
    static T scale(const operation_context& context, std::size_t rows)
    {
        return is_mean(context.options) ? T(1) / static_cast<T>(rows) : T(1);
    }

    static constexpr bool is_mean(const settings& options)
    {
        return options[0] == static_cast<std::ptrdiff_t>(reduction::mean);
    }
};

/// The cross-entropy of softmax(@p logits) with integer labels (...) or probabilities (..., C).
template <expression_like Logits, expression_like Targets>
[[nodiscard]] auto cross_entropy(const Logits& logits, const Targets& targets,
                                 reduction how = reduction::mean)
{
    using label = value_type_of<Targets>;
    constexpr bool is_labels = Targets::rank + 1 == Logits::rank;
    constexpr bool integers = !is_labels || std::integral<label>;
    constexpr bool same_type = is_labels || std::same_as<label, value_type_of<Logits>>;
    if constexpr (!integers)
        detail::refuse<cross_entropy_op, expects::labels_of_an_integer_type, label>();
    if constexpr (!same_type)
        detail::refuse<cross_entropy_op, expects::probabilities_of_the_type_of_the_logits, label,
                       value_type_of<Logits>>();
    // Operands that fit stand in for those that were refused: one error is enough.
    if constexpr (!integers || !same_type)
        return xgrad::apply<cross_entropy_op>(logits, logits);
    else
        return apply_with<cross_entropy_op>(settings{static_cast<std::ptrdiff_t>(how)}, logits,
                                            targets);
}

} // namespace xgrad::inline XGRAD_ABI
