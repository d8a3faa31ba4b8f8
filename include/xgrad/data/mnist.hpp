// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/data/idx.hpp>
#include <xgrad/data/image_dataset.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <system_error>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// What `read_images` asks of the files.
struct image_requirements
{
    std::size_t height = 0; ///< 0: any
    std::size_t width = 0;  ///< 0: any
    std::size_t classes = 10;
    std::uint64_t limit = default_idx_limit; ///< bytes of data in each file
};

namespace detail
{

/// Throws unless @p file holds unsigned bytes in @p rank dimensions, @p expected in words.
inline void check_image_file(const idx_file& file, std::size_t rank, const char* expected)
{
    const std::size_t found = file.shape().rank;
    const bool bytes = file.holds<std::uint8_t>();
    if (bytes && found == rank)
        return;
    std::string what = std::string(file.type_name()) + " in " + std::to_string(found) +
                       (found == 1 ? " dimension" : " dimensions");
    if (bytes && (found == 1 || found == 3))
        what = std::string(found == 1 ? "labels" : "images") + ", as " + what +
               ": are the files of images and labels swapped?";
    throw_data_error(file.path(), expected, what);
}

inline void check_image_extents(const idx_file& images, const image_requirements& required)
{
    const extents& shape = images.shape();
    const auto differs = [](std::size_t wanted, std::size_t found)
    { return found == 0 || (wanted != 0 && wanted != found); };
    if (shape[0] == 0)
        throw_data_error(images.path(), "at least one image", "none");
    if (differs(required.height, shape[1]) || differs(required.width, shape[2]))
    {
        const auto text = [](std::size_t n) { return n == 0 ? "any" : std::to_string(n); };
        throw_data_error(images.path(),
                         "images of " + text(required.height) + " x " + text(required.width) +
                             " pixels",
                         std::to_string(shape[1]) + " x " + std::to_string(shape[2]));
    }
}

inline void check_labels(const std::filesystem::path& path, const std::vector<std::uint8_t>& labels,
                         std::size_t classes)
{
    const auto wrong = std::find_if(labels.begin(), labels.end(),
                                    [classes](std::uint8_t label) { return label >= classes; });
    if (wrong != labels.end())
        throw_data_error(path, "labels from 0 to " + std::to_string(classes - 1),
                         std::to_string(*wrong) + " at position " +
                             std::to_string(wrong - labels.begin()));
}

/// The file of MNIST's name @p stem and @p rank in @p directory, in any spelling it is met in.
inline std::filesystem::path find_mnist_file(const std::filesystem::path& directory,
                                             const std::string& stem, char rank)
{
    const std::string kind = std::string("idx") + rank + "-ubyte";
    const std::array<std::string, 2> names{stem + "-" + kind, stem + "." + kind};
    std::error_code ignored;
    for (const char* extension : {"", ".gz"})
        for (const std::string& name : names)
            if (std::filesystem::exists(directory / (name + extension), ignored))
                return directory / (name + extension);
    throw_data_error(directory, names[0] + " or " + names[1] + " in it, plain or .gz", "neither");
}

} // namespace detail

/// Reads images and their labels from two IDX files, plain or gzipped. Throws data_error with one
/// sentence that names the file, what was expected and what was found.
[[nodiscard]] inline image_dataset read_images(const std::filesystem::path& image_path,
                                               const std::filesystem::path& label_path,
                                               const image_requirements& required = {})
{
    idx_file images(image_path, required.limit);
    detail::check_image_file(images, 3, "images, as unsigned bytes in 3 dimensions");
    detail::check_image_extents(images, required);
    idx_file labels(label_path, required.limit);
    detail::check_image_file(labels, 1, "labels, as unsigned bytes in 1 dimension");
    const extents& shape = images.shape();
    if (labels.shape()[0] != shape[0])
        detail::throw_data_error(label_path,
                                 std::to_string(shape[0]) + " labels, one for each image of " +
                                     image_path.string(),
                                 std::to_string(labels.shape()[0]));

    image_dataset dataset;
    dataset.labels = labels.read<std::uint8_t>();
    detail::check_labels(label_path, dataset.labels, required.classes);
    dataset.pixels = images.read<std::uint8_t>();
    dataset.count = shape[0];
    dataset.height = shape[1];
    dataset.width = shape[2];
    dataset.classes = required.classes;
    dataset.name = image_path.filename().string();
    dataset.source = image_path.parent_path().string();
    return dataset;
}

/// Reads MNIST, or a data set published in its form, from the four files in @p directory: plain or
/// gzipped, "train-images-idx3-ubyte" or "train-images.idx3-ubyte". Errors as `read_images`.
/// Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".
[[nodiscard]] inline train_and_test load_mnist(const std::filesystem::path& directory)
{
    std::error_code ignored;
    const auto status = std::filesystem::status(directory, ignored);
    if (!std::filesystem::is_directory(status))
        detail::throw_data_error(directory, "a directory with the MNIST files",
                                 std::filesystem::exists(status) ? "something else"
                                                                 : "no such directory");
    const auto read = [&directory](const std::string& stem, const char* name)
    {
        image_dataset dataset = read_images(
            detail::find_mnist_file(directory, stem + "-images", '3'),
            detail::find_mnist_file(directory, stem + "-labels", '1'), {.height = 28, .width = 28});
        dataset.name = name;
        return dataset;
    };
    return {read("train", "MNIST train"), read("t10k", "MNIST test")};
}

} // namespace xgrad::inline XGRAD_ABI
