// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/models.hpp"

#include "models/models.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace examples::coursework
{

namespace
{

constexpr double ten_hours = 36'000;

constexpr std::array<model, 4> models{{
    {"softmax_regression",
     train_softmax_regression,
     784 * 10,
     {0.7288, 0.8776, 0.9171},
     std::nullopt},
    {"mlp", train_mlp, 784 * 32 + 32 * 10, {0.2066, 0.9026, 0.9651}, std::nullopt},
    {"deep_mlp",
     train_deep_mlp,
     784 * 32 + 32 * 32 + 32 * 10,
     {0.7146, 0.9148, 0.9685},
     std::nullopt},
    {"convnet",
     train_convnet,
     784 * 9 * 8 + 196 * 72 * 8 + 392 * 32 + 32 * 10,
     {0.9281, 0.9857, 0.9856},
     ten_hours},
}};

} // namespace

std::span<const model> all_models() { return models; }

const model& model_named(std::string_view name)
{
    const auto found = std::find_if(models.begin(), models.end(),
                                    [name](const model& m) { return m.name == name; });
    if (found == models.end())
        throw std::logic_error("no model has the name " + std::string(name));
    return *found;
}

} // namespace examples::coursework
