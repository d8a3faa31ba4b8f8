// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A network behind a virtual interface. This header costs next to nothing to include: the network's
// own source includes the rest of xgrad, is compiled once, and may be compiled for several
// processors, of which the program chooses when it runs.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

// Outside the inline namespace: units compiled for different processors talk through this
// interface.
namespace xgrad
{

/// What a model learns in one place: the values and the gradients of a tensor, row-major.
template <class T>
struct model_parameter
{
    std::string_view name; ///< of the leaf; empty for one without a name
    std::vector<std::size_t> extents;
    std::span<T> values;
    std::span<const T> gradient; ///< as the last sweep left it
};

/// A network with its loss and its optimizer, made by nn::make_model. Inputs and targets come as
/// rows one after the other; their number is the length divided by the size of a row.
///
/// Every function throws shape_error for a length that is no whole number of rows, or another
/// number of rows than beside it. One thread at a time, except for predict().
template <class T, class Input = T, class Target = T>
class model
{
public:
    using value_type = T;
    using input_type = Input;
    using target_type = Target;

    model() = default;
    model(const model&) = delete;
    model& operator=(const model&) = delete;
    virtual ~model() = default;

    [[nodiscard]] virtual std::size_t input_size() const = 0;  ///< numbers in a row of inputs
    [[nodiscard]] virtual std::size_t target_size() const = 0; ///< numbers in a row of targets
    [[nodiscard]] virtual std::size_t output_size() const = 0; ///< numbers in a row of outputs

    /// The loss, and the gradients of the parameters, which are overwritten.
    virtual T value_and_gradient(std::span<const Input> inputs,
                                 std::span<const Target> targets) = 0;

    /// One step of the optimizer with those gradients.
    virtual void update() = 0;

    /// Writes the network's outputs, a row for each row of inputs. From any number of threads,
    /// while nobody trains.
    virtual void predict(std::span<const Input> inputs, std::span<T> outputs) const = 0;

    /// The parameters in the order of the network's layers, where they lie.
    [[nodiscard]] virtual std::vector<model_parameter<T>> parameters() = 0;

    /// The instructions that the model is compiled for, such as "avx2_fma"; see core/abi.hpp.
    [[nodiscard]] virtual std::string_view architecture() const = 0;
};

} // namespace xgrad
