// SPDX-License-Identifier: BSD-3-Clause
#include "support/dataset.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

#include <xgrad/data/digits.hpp>
#include <xgrad/data/mnist.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

namespace examples
{

namespace
{

/// The folder to read MNIST from, or none.
std::optional<std::filesystem::path> find_mnist(const dataset_choice& choice,
                                                const std::optional<std::filesystem::path>& folder)
{
    if (folder)
        return folder;
    if (choice.name == dataset_name::digits)
        return std::nullopt;
    const char* variable = std::getenv("XGRAD_DATA_DIR");
    if (variable != nullptr && *variable != '\0')
        return variable;
    const std::filesystem::path downloaded = XGRAD_EXAMPLES_DOWNLOADED_DATA;
    std::error_code ignored;
    if (std::filesystem::is_directory(downloaded, ignored))
        return downloaded;
    return std::nullopt;
}

xgrad::train_and_test read_mnist(const std::filesystem::path& folder)
{
    try
    {
        return xgrad::load_mnist(folder);
    }
    catch (const std::filesystem::filesystem_error& e)
    {
        throw input_error(one_line(folder.string()) + ": expected a readable folder, found " +
                          e.code().message());
    }
}

} // namespace

dataset load_dataset(const hyperparameters& options, const command_line& arguments)
{
    const dataset_choice& choice = options.dataset;
    const std::string file = one_line(arguments.hyperparameters.string());
    dataset result;
    result.held_out = options.validation;
    const auto mnist = find_mnist(choice, arguments.data);
    if (!mnist && choice.name == dataset_name::mnist)
        throw input_error(file + ": /dataset: expected MNIST by --data DIR, in the folder that "
                                 "XGRAD_DATA_DIR names, or downloaded (cmake --workflow --preset "
                                 "download_mnist), found none");
    result.name = mnist ? "MNIST" : "generated digits";
    result.source = mnist ? mnist->string() : "seed " + std::to_string(choice.seed);
    result.images =
        mnist ? read_mnist(*mnist)
              : xgrad::make_digits(choice.training_images, choice.test_images, choice.seed);
    const xgrad::image_dataset& train = result.images.train;
    if (result.held_out >= train.count)
        throw input_error(file + ": /validation: expected fewer than the " +
                          std::to_string(train.count) + " training images of " +
                          one_line(result.source) + ", found " + std::to_string(result.held_out));
    return result;
}

std::string describe(const dataset& d)
{
    return d.name + " (" + one_line(d.source) +
           "): " + std::to_string(d.images.train.count - d.held_out) + " training, " +
           std::to_string(d.held_out) + " held-out and " + std::to_string(d.images.test.count) +
           " test images";
}

nlohmann::ordered_json to_json(const dataset& d)
{
    return {{"name", d.name},
            {"source", d.source},
            {"training_images", d.images.train.count - d.held_out},
            {"validation_images", d.held_out},
            {"test_images", d.images.test.count}};
}

} // namespace examples
