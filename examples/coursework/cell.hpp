// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "coursework/models.hpp"
#include "support/dataset.hpp"
#include "support/history.hpp"
#include "support/hyperparameters.hpp"
#include "support/session.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace examples::coursework
{

using json = nlohmann::ordered_json;

/// Judging after every so many training images makes the points of a learning curve.
inline constexpr std::size_t images_between_points = 20'000;

/// Classes that the networks tell apart.
inline constexpr std::size_t class_count = 10;

/// One training run: a model, the number of a setting, and a seed among its hyperparameters.
struct cell
{
    const model* what = nullptr;
    std::size_t setting = 0;
    hyperparameters options;
};

/// "convnet-3-seed1".
std::string name_of(const cell& c);

/// How much work a cell is, to compare.
double work_of(const cell& c);

/// A test image that a network is wrong about.
struct mistake
{
    std::size_t image = 0; ///< its number among the test images
    std::size_t label = 0;
    std::size_t predicted = 0;
    double probability = 0; ///< of what was predicted
};

/// The most confident mistakes that are kept of a cell.
inline constexpr std::size_t most_mistakes = 24;

/// The filters of one convolution: (outputs, inputs, height, width), row-major.
struct filter_bank
{
    std::array<std::size_t, 4> shape{};
    std::vector<float> values;
};

/// What came of a cell.
struct cell_result
{
    std::size_t parameters = 0;
    std::vector<epoch_record> history; ///< one record for `images_between_points` images
    double seconds = 0;                ///< of training and judging together
    std::array<std::array<std::size_t, class_count>, class_count> confusion{}; ///< [label][found]
    std::vector<mistake> mistakes;    ///< the most confident first
    std::vector<filter_bank> filters; ///< of the convolutions, in order

    [[nodiscard]] double test_accuracy() const { return history.back().test_accuracy; }
    [[nodiscard]] double train_accuracy() const { return history.back().train_accuracy; }

    /// Seconds of training, without the judging.
    [[nodiscard]] double training_seconds() const;
};

/// Trains the cell with @p threads threads, of which the result is independent. After Ctrl-C the
/// result is incomplete.
cell_result train_cell(const cell& c, const dataset& data, std::size_t threads,
                       session_observer& observer);

json to_json(const cell_result& r);

/// Throws nlohmann::json::exception for what `to_json` has not made.
cell_result cell_result_from(const json& object);

} // namespace examples::coursework
