// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/inference.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/nn/model.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI::nn
{

namespace detail
{

/// Numbers in a row of a tensor whose rows are counted when the program runs.
template <class Shape>
constexpr std::size_t row_size()
{
    static_assert(Shape::rank > 0 && Shape::value[0] == dynamic && Shape::dynamic_rank == 1,
                  "xgrad::nn::make_model: expected shape<dynamic, extents...>, rows of one size, "
                  "found a shape of another kind");
    return Shape::value.product(1, Shape::rank);
}

/// How many rows of @p size numbers make @p length of them; @p what they are, for the message.
inline std::size_t rows_in(std::size_t length, std::size_t size, const char* what)
{
    if (size == 0 || length % size != 0)
        throw shape_error("xgrad::model: expected whole rows of " + std::to_string(size) + ' ' +
                          what + ", found " + std::to_string(length) + " numbers");
    return length / size;
}

inline void require_rows(std::size_t rows, std::size_t length, std::size_t size, const char* what)
{
    if (const std::size_t found = rows_in(length, size, what); found != rows)
        throw shape_error("xgrad::model: expected " + std::to_string(rows) + " rows of " + what +
                          ", as many as of inputs, found " + std::to_string(found));
}

template <class Interface, class InputShape, class TargetShape, class Network, class Loss,
          class Optimizer>
class made_model final : public Interface
{
    using T = typename Interface::value_type;
    using input_type = typename Interface::input_type;
    using target_type = typename Interface::target_type;
    using input_leaf = input<input_type, InputShape, named<"inputs">>;
    using target_leaf = input<target_type, TargetShape, named<"targets">>;
    using scores = decltype(std::declval<const Network&>()(std::declval<const input_leaf&>()));
    using loss = decltype(std::declval<Loss&>()(std::declval<const scores&>(),
                                                std::declval<const target_leaf&>()));
    using optimizer = decltype(std::declval<Optimizer&>()(std::declval<parameter_set<T>>()));

    static constexpr std::size_t input_row = row_size<InputShape>();
    static constexpr std::size_t target_row = row_size<TargetShape>();
    static constexpr std::size_t output_row = row_size<typename scores::shape_type>();

public:
    made_model(Network&& network, Loss& make_loss, Optimizer& make_optimizer, thread_pool pool)
        : m_network(std::move(network)), m_scores(m_network(m_inputs)),
          m_training(make_loss(m_scores, m_targets), pool),
          m_optimizer(make_optimizer(m_training.parameters())),
          m_prediction(std::move(pool), m_scores, m_inputs)
    {
    }

    std::size_t input_size() const override { return input_row; }
    std::size_t target_size() const override { return target_row; }
    std::size_t output_size() const override { return output_row; }

    T value_and_gradient(std::span<const input_type> inputs,
                         std::span<const target_type> targets) override
    {
        const std::size_t rows = rows_in(inputs.size(), input_row, "inputs");
        require_rows(rows, targets.size(), target_row, "targets");
        m_inputs.bind(inputs.data(), rows);
        m_targets.bind(targets.data(), rows);
        return m_training.value_and_gradient();
    }

    void update() override { m_optimizer.update(); }

    void predict(std::span<const input_type> inputs, std::span<T> outputs) const override
    {
        const std::size_t rows = rows_in(inputs.size(), input_row, "inputs");
        require_rows(rows, outputs.size(), output_row, "outputs");
        auto result = view<typename scores::shape_type>(outputs.data(), rows);
        m_prediction.into(result, view<InputShape>(inputs.data(), rows));
    }

    std::vector<model_parameter<T>> parameters() override
    {
        std::vector<model_parameter<T>> result;
        m_training.parameters().for_each(
            [&](const char* name, std::span<T> values, std::span<const T> gradient,
                const extents& e)
            {
                const auto first = e.extent.begin();
                result.push_back({name ? name : std::string_view{},
                                  {first, first + static_cast<std::ptrdiff_t>(e.rank)},
                                  values,
                                  gradient});
            });
        return result;
    }

    std::string_view architecture() const override { return architecture_name; }

private:
    template <class Shape, class U>
    static auto view(U* elements, std::size_t rows)
    {
        return xgrad::detail::view_of<Shape::rank>(elements,
                                                   xgrad::detail::fill_dynamic<Shape>(rows));
    }

    Network m_network;
    input_leaf m_inputs;
    target_leaf m_targets;
    scores m_scores;
    plan<loss> m_training;
    optimizer m_optimizer;
    inference<scores, input_leaf> m_prediction;
};

} // namespace detail

/// Puts a network, its loss and its optimizer behind the interface @p Model, a model<T, Input,
/// Target>: the only thing that other sources see of it.
///
///     std::unique_ptr<model<float>> make_network()
///     {
///         network net;
///         nn::initialize(net, nn::glorot_uniform{}, nn::zeros{}, 1);
///         return nn::make_model<model<float>, shape<dynamic, 2>, shape<dynamic, 1>>(
///             std::move(net), [](const auto& y, const auto& target) { return mse(y, target); },
///             [](auto parameters) { return nn::sgd(parameters, 0.1); });
///     }
///
/// @p InputShape and @p TargetShape are shape<dynamic, extents...>: rows that are counted at each
/// call. @p make_loss is called once, with the network's outputs and the targets as expressions,
/// and
/// @p make_optimizer once, with the parameters. Batches run on the threads of @p pool.
template <class Model, class InputShape, class TargetShape, class Network, class Loss,
          class Optimizer>
[[nodiscard]] std::unique_ptr<Model> make_model(Network network, Loss make_loss,
                                                Optimizer make_optimizer,
                                                thread_pool pool = thread_pool(1))
{
    using made = detail::made_model<Model, InputShape, TargetShape, Network, Loss, Optimizer>;
    return std::make_unique<made>(std::move(network), make_loss, make_optimizer, std::move(pool));
}

} // namespace xgrad::inline XGRAD_ABI::nn
