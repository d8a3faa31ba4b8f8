// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/command_line.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace examples
{

/// How the loss of a batch is made of those of its images.
enum class loss_reduction
{
    mean,
    sum
};

/// What the weights are drawn from; the names are those of the hyperparameter files.
enum class distribution
{
    zeros,
    constant,         ///< value
    normal,           ///< mean, standard_deviation
    truncated_normal, ///< mean, standard_deviation, cut at two of them
    uniform,          ///< low, high
    glorot_uniform,
    glorot_normal,
    he_uniform,
    he_normal,
    lecun_uniform,
    lecun_normal
};

/// Weights by distribution; biases are a constant.
struct initializer
{
    distribution weights = distribution::glorot_uniform;
    double value = 0;
    double mean = 0;
    double standard_deviation = 0.1;
    double low = -0.1;
    double high = 0.1;
    double bias = 0;
};

/// Where the images come from.
enum class dataset_name
{
    any,   ///< MNIST where there is one, otherwise generated digits
    mnist, ///< MNIST or an error
    digits ///< generated digits unless the command line names a folder
};

struct dataset_choice
{
    dataset_name name = dataset_name::any;
    std::size_t training_images = 60000; ///< of generated digits, the held-out ones among them
    std::size_t test_images = 10000;     ///< of generated digits
    std::uint64_t seed = 1;              ///< of generated digits
};

/// One training run. Plain SGD is the only optimizer so far.
struct hyperparameters
{
    std::size_t epochs = 0;
    double learning_rate = 0;
    std::size_t batch_size = 100;
    examples::loss_reduction loss_reduction = examples::loss_reduction::mean;
    std::string optimizer = "sgd";
    examples::initializer initializer;
    std::uint64_t seed = 1;
    std::size_t validation = 5000; ///< images held out from the training images, the first ones
    dataset_choice dataset;
};

/// The hyperparameters in the file @p path, with @p settings put over them one after the other.
/// Throws input_error.
hyperparameters read_hyperparameters(const std::filesystem::path& path,
                                     std::span<const setting> settings = {});

/// As a JSON object that `read_hyperparameters` reads back to the same values.
nlohmann::ordered_json to_json(const hyperparameters& h);

} // namespace examples
