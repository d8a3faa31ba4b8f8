// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/command_line.hpp"
#include "support/hyperparameters.hpp"

#include <xgrad/data/image_dataset.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace examples
{

/// The images of a run and where they came from.
struct dataset
{
    xgrad::train_and_test images;
    std::string name;         ///< "MNIST" or "generated digits"
    std::string source;       ///< the folder or the seed
    std::size_t held_out = 0; ///< of the training images, the first ones
};

/// MNIST from the folder that the command line names or, unless digits are asked for, from the one
/// that XGRAD_DATA_DIR names or from a downloaded copy; generated digits where there is none.
/// Throws input_error, also when the held-out images leave none to train on, and xgrad::data_error.
dataset load_dataset(const hyperparameters& options, const command_line& arguments);

/// One line about the data set.
std::string describe(const dataset& d);

/// As a JSON object, for the results.
nlohmann::ordered_json to_json(const dataset& d);

} // namespace examples
