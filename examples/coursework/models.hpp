// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace examples
{
class session;
}

namespace examples::coursework
{

/// Each model is trained with so many settings.
inline constexpr std::size_t settings_per_model = 3;

/// One of the networks and what the student's report says of it.
struct model
{
    std::string_view name;
    void (*train)(session&);
    double operations;                                        ///< multiplications for one image
    std::array<double, settings_per_model> reported_accuracy; ///< on the test images of MNIST
    std::optional<double> reported_seconds;                   ///< for all settings
};

/// In the order of the report.
std::span<const model> all_models();

/// The model of this name, which must be one of `all_models`.
const model& model_named(std::string_view name);

} // namespace examples::coursework
