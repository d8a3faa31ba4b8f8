// SPDX-License-Identifier: BSD-3-Clause
#include "support/dataset.hpp"

#include "support/error.hpp"
#include "support/temporary_folder.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/data/idx.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace examples;

namespace
{

/// The environment variable XGRAD_DATA_DIR while the object lives.
struct data_variable
{
    explicit data_variable(const std::string& value)
    {
        ::setenv("XGRAD_DATA_DIR", value.c_str(), 1);
    }
    ~data_variable() { ::unsetenv("XGRAD_DATA_DIR"); }
    data_variable(const data_variable&) = delete;
    data_variable& operator=(const data_variable&) = delete;
};

/// Black images in the form of MNIST.
void write_mnist(const std::filesystem::path& folder, std::size_t train, std::size_t test)
{
    const auto write = [&folder](const std::string& stem, std::size_t count)
    {
        const std::vector<std::uint8_t> pixels(count * 28 * 28);
        const std::vector<std::uint8_t> labels(count, 7);
        xgrad::write_idx<std::uint8_t>(folder / (stem + "-images-idx3-ubyte"),
                                       xgrad::extents(count, 28, 28), pixels);
        xgrad::write_idx<std::uint8_t>(folder / (stem + "-labels-idx1-ubyte"),
                                       xgrad::extents(count), labels);
    };
    write("train", train);
    write("t10k", test);
}

/// A few digits, of which none are held out.
hyperparameters few_digits()
{
    hyperparameters h;
    h.validation = 0;
    h.dataset.training_images = 30;
    h.dataset.test_images = 20;
    return h;
}

command_line from_folder(const std::filesystem::path& folder)
{
    command_line arguments;
    arguments.data = folder;
    return arguments;
}

} // namespace

TEST_CASE("load_dataset: draws digits where nothing else is asked for")
{
    const data_variable none("");
    hyperparameters h = few_digits();
    h.dataset.name = dataset_name::digits;
    h.validation = 10;
    const dataset d = load_dataset(h, {});
    CHECK(d.name == "generated digits");
    CHECK(d.images.train.count == 30);
    CHECK(d.images.test.count == 20);
    CHECK(d.held_out == 10);
    CHECK(describe(d) == "generated digits (seed 1): 20 training, 10 held-out and 20 test images");
}

TEST_CASE("load_dataset: digits depend on their seed alone")
{
    hyperparameters h = few_digits();
    h.dataset.name = dataset_name::digits;
    const dataset first = load_dataset(h, {});
    h.seed = 2;
    CHECK(load_dataset(h, {}).images.train.pixels == first.images.train.pixels);
    h.dataset.seed = 2;
    const dataset second = load_dataset(h, {});
    CHECK(second.images.train.pixels != first.images.train.pixels);
    CHECK(second.images.test.pixels != first.images.train.pixels);
}

TEST_CASE("load_dataset: takes the folder of the command line before all others")
{
    const xgrad::test::temporary_folder folder;
    const xgrad::test::temporary_folder other;
    write_mnist(folder.path(), 5, 3);
    write_mnist(other.path(), 6, 3);
    const data_variable variable(other.path().string());
    hyperparameters h = few_digits();
    for (const dataset_name name : {dataset_name::any, dataset_name::mnist, dataset_name::digits})
    {
        h.dataset.name = name;
        CHECK(load_dataset(h, from_folder(folder.path())).images.train.count == 5);
    }
    h.dataset.name = dataset_name::any;
    CHECK(load_dataset(h, {}).images.train.count == 6);
    CHECK(load_dataset(h, {}).name == "MNIST");
    h.dataset.name = dataset_name::digits;
    CHECK(load_dataset(h, {}).images.train.count == 30);
}

TEST_CASE("load_dataset: a folder without MNIST is an error, never digits")
{
    const xgrad::test::temporary_folder folder;
    CHECK_THROWS_AS(load_dataset(few_digits(), from_folder(folder.path())), xgrad::data_error);
    CHECK_THROWS_AS(load_dataset(few_digits(), from_folder(folder.path() / "no")),
                    xgrad::data_error);
    const data_variable variable((folder.path() / "no").string());
    CHECK_THROWS_AS(load_dataset(few_digits(), {}), xgrad::data_error);
}

TEST_CASE("load_dataset: held-out images must leave some to train on")
{
    const xgrad::test::temporary_folder folder;
    write_mnist(folder.path(), 5, 3);
    hyperparameters h = few_digits();
    h.validation = 4;
    CHECK(load_dataset(h, from_folder(folder.path())).held_out == 4);
    h.validation = 5;
    command_line arguments = from_folder(folder.path());
    arguments.hyperparameters = "h.json";
    CHECK_THROWS_WITH_AS(load_dataset(h, arguments),
                         ("h.json: /validation: expected fewer than the 5 training images of " +
                          folder.path().string() + ", found 5")
                             .c_str(),
                         input_error);
}
