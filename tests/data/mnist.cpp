// SPDX-License-Identifier: BSD-3-Clause
#include "files.hpp"

#include <xgrad/data/mnist.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>

using namespace test;
using xgrad::load_mnist;
using xgrad::read_images;

namespace
{

const byte_vector three_images = idx_bytes({3, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
const byte_vector three_labels = idx_bytes({3}, {9, 0, 4});

/// What read_images says about @p wrong ("images" or "labels").
std::string error_of(const byte_vector& images, const byte_vector& labels, const char* wrong,
                     const xgrad::image_requirements& required = {})
{
    const temporary_directory directory;
    const auto image_path = directory.write("images", images);
    const auto label_path = directory.write("labels", labels);
    return data_error_about(directory.path() / wrong, [&]
                            { static_cast<void>(read_images(image_path, label_path, required)); });
}

void write_mnist(const temporary_directory& directory, const std::string& separator)
{
    const byte_vector image(28 * 28, 7);
    for (const char* part : {"train", "t10k"})
    {
        directory.write(std::string(part) + "-images" + separator + "idx3-ubyte",
                        idx_bytes({1, 28, 28}, image));
        directory.write(std::string(part) + "-labels" + separator + "idx1-ubyte",
                        idx_bytes({1}, {static_cast<std::uint8_t>(part[1] == 'r' ? 5 : 6)}));
    }
}

} // namespace

TEST_CASE("read_images: pixels, labels and extents")
{
    const temporary_directory directory;
    const auto dataset = read_images(directory.write("images", three_images),
                                     directory.write("labels", three_labels),
                                     {.height = 2, .width = 2, .classes = 10});
    CHECK(dataset.count == 3);
    CHECK(dataset.height == 2);
    CHECK(dataset.width == 2);
    CHECK(dataset.classes == 10);
    CHECK(dataset.pixels == byte_vector{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    CHECK(dataset.labels == byte_vector{9, 0, 4});
    CHECK(dataset.name == "images");
    CHECK(dataset.source == directory.path().string());
}

TEST_CASE("read_images: swapped files")
{
    CHECK(error_of(three_labels, three_images, "images") ==
          "expected images, as unsigned bytes in 3 dimensions, found labels, as unsigned bytes in "
          "1 dimension: are the files of images and labels swapped?");
    CHECK(error_of(three_images, three_images, "labels") ==
          "expected labels, as unsigned bytes in 1 dimension, found images, as unsigned bytes in "
          "3 dimensions: are the files of images and labels swapped?");
}

TEST_CASE("read_images: another type or number of dimensions")
{
    CHECK(error_of({0, 0, 0x0d, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0}, three_labels,
                   "images") ==
          "expected images, as unsigned bytes in 3 dimensions, found floats in 3 dimensions");
    CHECK(
        error_of(idx_bytes({1, 2}, {1, 2}), three_labels, "images") ==
        "expected images, as unsigned bytes in 3 dimensions, found unsigned bytes in 2 dimensions");
}

TEST_CASE("read_images: counts that differ")
{
    const temporary_directory directory;
    const auto images = directory.write("images", three_images);
    const auto labels = directory.write("labels", idx_bytes({2}, {1, 2}));
    CHECK(data_error_about(labels, [&] { static_cast<void>(read_images(images, labels)); }) ==
          "expected 3 labels, one for each image of " + images.string() + ", found 2");
}

TEST_CASE("read_images: no image at all")
{
    CHECK(error_of(idx_bytes({0, 2, 2}, {}), idx_bytes({0}, {}), "images") ==
          "expected at least one image, found none");
    CHECK(error_of(idx_bytes({3, 0, 2}, {}), three_labels, "images") ==
          "expected images of any x any pixels, found 0 x 2");
}

TEST_CASE("read_images: labels out of range")
{
    CHECK(error_of(three_images, idx_bytes({3}, {9, 10, 4}), "labels") ==
          "expected labels from 0 to 9, found 10 at position 1");
    CHECK(error_of(three_images, three_labels, "labels", {.classes = 9}) ==
          "expected labels from 0 to 8, found 9 at position 0");
}

TEST_CASE("read_images: images of another size than asked for")
{
    CHECK(error_of(three_images, three_labels, "images", {.height = 28, .width = 28}) ==
          "expected images of 28 x 28 pixels, found 2 x 2");
    CHECK(error_of(three_images, three_labels, "images", {.width = 3}) ==
          "expected images of any x 3 pixels, found 2 x 2");
}

TEST_CASE("read_images: files that idx_file refuses keep its sentence")
{
    CHECK(error_of(shortened(three_images, 1), three_labels, "images")
              .ends_with("found 27 bytes: the file is truncated"));
    CHECK(error_of(three_images, joined(three_labels, {0}), "labels")
              .ends_with("found 12 bytes: the file is too long"));
    CHECK(error_of(three_images, three_labels, "images", {.limit = 11})
              .starts_with("expected at most 11 bytes of data"));
}

TEST_CASE("load_mnist: either spelling of the names")
{
    for (const char* separator : {"-", "."})
    {
        const temporary_directory directory;
        write_mnist(directory, separator);
        const auto mnist = load_mnist(directory.path());
        CHECK(mnist.train.count == 1);
        CHECK(mnist.train.labels[0] == 5);
        CHECK(mnist.train.name == "MNIST train");
        CHECK(mnist.test.labels[0] == 6);
        CHECK(mnist.test.name == "MNIST test");
        CHECK(mnist.test.pixels[783] == 7);
    }
}

TEST_CASE("load_mnist: a missing directory or file")
{
    const temporary_directory directory;
    const auto error = [](const std::filesystem::path& named)
    { return data_error_about(named, [&] { static_cast<void>(load_mnist(named)); }); };
    CHECK(error(directory.path() / "absent") ==
          "expected a directory with the MNIST files, found no such directory");
    CHECK(error(directory.write("file", {})) ==
          "expected a directory with the MNIST files, found something else");
    write_mnist(directory, "-");
    std::filesystem::remove(directory.path() / "t10k-labels-idx1-ubyte");
    CHECK(error(directory.path()) == "expected t10k-labels-idx1-ubyte or t10k-labels.idx1-ubyte in "
                                     "it, plain or .gz, found neither");
}

TEST_CASE("load_mnist: images must have 28 x 28 pixels")
{
    const temporary_directory directory;
    write_mnist(directory, "-");
    const auto path =
        directory.write("train-images-idx3-ubyte", idx_bytes({1, 2, 2}, {1, 2, 3, 4}));
    CHECK(data_error_about(path, [&] { static_cast<void>(load_mnist(directory.path())); }) ==
          "expected images of 28 x 28 pixels, found 2 x 2");
}

TEST_CASE("load_mnist: the published MNIST")
{
    const char* directory = std::getenv("XGRAD_DATA_DIR");
    if (directory == nullptr)
    {
        MESSAGE("skipped: XGRAD_DATA_DIR does not name a folder with the MNIST files");
        return;
    }
    const auto mnist = load_mnist(directory);
    CHECK(mnist.train.count == 60'000);
    CHECK(mnist.test.count == 10'000);
    std::array<int, 10> count{};
    for (const std::uint8_t label : mnist.train.labels)
        ++count[label];
    CHECK(count == std::array<int, 10>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    CHECK(byte_vector(mnist.test.labels.begin(), mnist.test.labels.begin() + 5) ==
          byte_vector{7, 2, 1, 0, 4});
    const auto sum = std::accumulate(mnist.train.pixels.begin(), mnist.train.pixels.end(), 0ULL);
    CHECK(static_cast<double>(sum) / (255.0 * 60'000 * 784) ==
          doctest::Approx(0.1306605).epsilon(1e-6));
}
