// SPDX-License-Identifier: BSD-3-Clause
#include "support/hyperparameters.hpp"

#include "support/error.hpp"
#include "support/strict_json.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace examples;

namespace
{

const std::string smallest = R"({"epochs": 5, "learning_rate": 0.1})";

hyperparameters read(const std::string& text, const std::vector<setting>& settings = {})
{
    const xgrad::test::temporary_folder folder;
    return read_hyperparameters(folder.write("h.json", text), settings);
}

/// The message for a file that is refused, from the JSON pointer on; empty when it is not.
std::string refusal(const std::string& text, const std::vector<setting>& settings = {})
{
    try
    {
        read(text, settings);
        return "";
    }
    catch (const input_error& e)
    {
        const std::string message = e.what();
        const std::size_t pointer = message.find(": /");
        return pointer == std::string::npos ? message : message.substr(pointer + 2);
    }
}

} // namespace

TEST_CASE("read_hyperparameters: defaults stand for what is not said")
{
    const hyperparameters h = read(smallest);
    CHECK(h.epochs == 5);
    CHECK(h.learning_rate == 0.1);
    CHECK(h.batch_size == 100);
    CHECK(h.loss_reduction == loss_reduction::mean);
    CHECK(h.optimizer == "sgd");
    CHECK(h.initializer.weights == distribution::glorot_uniform);
    CHECK(h.initializer.bias == 0);
    CHECK(h.seed == 1);
    CHECK(h.validation == 5000);
    CHECK(h.dataset.name == dataset_name::any);
    CHECK(h.dataset.training_images == 60000);
}

TEST_CASE("read_hyperparameters: takes every field")
{
    const hyperparameters h = read(R"({
        "$schema": "../schema.json", "epochs": 40, "learning_rate": 1, "batch_size": 7,
        "loss_reduction": "sum", "optimizer": "sgd", "seed": 9007199254740991, "validation": 0,
        "initializer": {"name": "truncated_normal", "mean": -0.5, "standard_deviation": 2,
                        "bias": 0.1},
        "dataset": {"name": "digits", "training_images": 30, "test_images": 20, "seed": 4}})");
    CHECK(h.epochs == 40);
    CHECK(h.learning_rate == 1);
    CHECK(h.batch_size == 7);
    CHECK(h.loss_reduction == loss_reduction::sum);
    CHECK(h.seed == 9007199254740991);
    CHECK(h.validation == 0);
    CHECK(h.initializer.weights == distribution::truncated_normal);
    CHECK(h.initializer.mean == -0.5);
    CHECK(h.initializer.standard_deviation == 2);
    CHECK(h.initializer.bias == 0.1);
    CHECK(h.dataset.name == dataset_name::digits);
    CHECK(h.dataset.training_images == 30);
    CHECK(h.dataset.test_images == 20);
    CHECK(h.dataset.seed == 4);
}

TEST_CASE("read_hyperparameters: a name stands for an object with that name")
{
    const auto with = [](const std::string& initializer)
    {
        return read(R"({"epochs": 5, "learning_rate": 0.1, "dataset": "mnist", "initializer": )" +
                    initializer + "}");
    };
    CHECK(with(R"("zeros")").initializer.weights == distribution::zeros);
    CHECK(with(R"("lecun_normal")").initializer.weights == distribution::lecun_normal);
    CHECK(with(R"({"name": "he_uniform"})").initializer.weights == distribution::he_uniform);
    CHECK(with(R"({"name": "constant", "value": 3})").initializer.value == 3);
    CHECK(with(R"({"name": "uniform", "low": 3, "high": 4})").initializer.high == 4);
    CHECK(with(R"("zeros")").dataset.name == dataset_name::mnist);
}

TEST_CASE("read_hyperparameters: refuses with pointer, expectation and finding")
{
    const auto with = [](const std::string& member)
    { return refusal(R"({"epochs": 5, "learning_rate": 0.1, )" + member + "}"); };

    CHECK(refusal(R"({"learning_rate": 0.1})") == "/epochs: expected a value, found none");
    CHECK(refusal(R"({"epochs": 1})") == "/learning_rate: expected a value, found none");
    CHECK(refusal(R"({"epoch": 1, "learning_rate": 0.1})") ==
          R"(/epoch: expected a known key, found "epoch" (the nearest known key is "epochs"))");
    CHECK(refusal(R"({"epochs": 0, "learning_rate": 0.1})") ==
          "/epochs: expected an integer from 1 to 100000, found 0");
    CHECK(refusal(R"({"epochs": 3, "learning_rate": 0})") ==
          "/learning_rate: expected a number above 0 and at most 1000.0, found 0");
    CHECK(with(R"("batch_size": 3.9)") ==
          "/batch_size: expected an integer from 1 to 1000000, found 3.9");
    CHECK(with(R"("validation": -1)") ==
          "/validation: expected an integer from 0 to 1000000, found -1");
    CHECK(with(R"("seed": 9007199254740992)") ==
          "/seed: expected an integer from 0 to 9007199254740991, found 9007199254740992");
    CHECK(with(R"("loss_reduction": "max")") ==
          R"(/loss_reduction: expected "mean" or "sum", found "max")");
    CHECK(with(R"("optimizer": "adam")") == R"(/optimizer: expected "sgd", found "adam")");
    CHECK(with(R"("$schema": 3)") == "/$schema: expected a string, found 3");
    CHECK(with(R"("initializer": 3)") == "/initializer: expected a name or an object, found 3");
    CHECK(with(R"("initializer": {"name": "zeros", "standard_deviation": 1})") ==
          "/initializer/standard_deviation: expected a known key, found \"standard_deviation\" "
          "(the nearest known key is \"name\")");
    CHECK(with(R"("initializer": {"name": "uniform", "low": 1, "high": 1})") ==
          "/initializer/high: expected a number above low, 1.0, found 1.0");
    CHECK(with(R"("initializer": {"name": "normal", "standard_deviation": 0})") ==
          "/initializer/standard_deviation: expected a number above 0 and at most 1000.0, found 0");
    CHECK(with(R"("initializer": {"bias": "0.1"})") ==
          "/initializer/bias: expected a number from -1000.0 to 1000.0, found \"0.1\"");
    CHECK(with(R"("dataset": {"name": "digits", "training_images": 0})") ==
          "/dataset/training_images: expected an integer from 1 to 1000000, found 0");
    CHECK(with(R"("dataset": "cifar")") ==
          R"(/dataset/name: expected "any", "mnist" or "digits", found "cifar")");
    CHECK(refusal("[1]").ends_with("expected an object, found an array"));
}

TEST_CASE("read_hyperparameters: settings go over the file, the last one counts")
{
    const hyperparameters h = read(smallest, {{"epochs", "7"},
                                              {"epochs", "8"},
                                              {"loss_reduction", "sum"},
                                              {"initializer", "truncated_normal"},
                                              {"initializer.standard_deviation", "0.2"},
                                              {"dataset.name", "\"digits\""}});
    CHECK(h.epochs == 8);
    CHECK(h.loss_reduction == loss_reduction::sum);
    CHECK(h.initializer.weights == distribution::truncated_normal);
    CHECK(h.initializer.standard_deviation == 0.2);
    CHECK(h.dataset.name == dataset_name::digits);
}

TEST_CASE("read_hyperparameters: settings replace objects as a whole")
{
    const std::string text = R"({"epochs": 5, "learning_rate": 0.1, "initializer":
                                 {"name": "normal", "standard_deviation": 0.2}})";
    CHECK(read(text, {{"initializer", "zeros"}}).initializer.weights == distribution::zeros);
    CHECK(read(text, {{"initializer", R"({"name": "uniform", "low": 0.5, "high": 0.7})"}})
              .initializer.low == 0.5);
}

TEST_CASE("read_hyperparameters: settings are read as strictly as the file")
{
    CHECK(refusal(smallest, {{"epochs", "3.9"}}) ==
          "/epochs: expected an integer from 1 to 100000, found 3.9");
    CHECK(refusal(smallest, {{"epochs", ""}}) ==
          "/epochs: expected an integer from 1 to 100000, found \"\"");
    CHECK(refusal(smallest, {{"learning_rate", "NaN"}}) ==
          "/learning_rate: expected a number above 0 and at most 1000.0, found \"NaN\"");
    CHECK(refusal(smallest, {{"learning_rate", "1e999"}}) ==
          "/learning_rate: expected a number above 0 and at most 1000.0, found \"1e999\"");
    CHECK(
        refusal(smallest, {{"learnin_rate", "1"}}).starts_with("/learnin_rate: expected a known"));
    CHECK(refusal(smallest, {{"seed.x", "1"}}).starts_with("/seed: expected an integer"));
    CHECK(refusal(smallest, {{"epochs.x", "1"}}).find("expected an object") != std::string::npos);
    CHECK(refusal(smallest, {{".", "1"}}).starts_with("/: expected a known key"));
    CHECK(refusal(smallest, {{"dataset", R"({"name": "any", "name": "digits"})"}})
              .find("each key once") != std::string::npos);
    CHECK(refusal(smallest, {{"seed", "\xff"}}).starts_with("/seed: expected an integer"));
}

TEST_CASE("read_hyperparameters: messages name the file and the settings")
{
    const xgrad::test::temporary_folder folder;
    const auto path = folder.write("h.json", smallest);
    const std::vector<setting> settings{{"seed", "2"}, {"epochs", "0"}};
    CHECK_THROWS_WITH_AS(read_hyperparameters(path, settings),
                         (path.string() + " with --set seed=2 --set epochs=0: /epochs: expected an "
                                          "integer from 1 to 100000, found 0")
                             .c_str(),
                         input_error);
}

TEST_CASE("to_json: reads back to the same hyperparameters")
{
    const std::vector<std::vector<setting>> variants{
        {},
        {{"initializer", "zeros"}, {"dataset", "mnist"}, {"seed", "9007199254740991"}},
        {{"initializer", R"({"name": "uniform", "low": 0.1, "high": 0.3, "bias": -1})"}},
        {{"initializer", R"({"name": "truncated_normal", "standard_deviation": 0.3})"}},
        {{"initializer", R"({"name": "constant", "value": 0.3})"}, {"loss_reduction", "sum"}}};
    for (const auto& settings : variants)
    {
        const json once = to_json(read(smallest, settings));
        CHECK(to_json(read(once.dump())) == once);
    }
}

TEST_CASE("hyperparameters: the files of the programs hold the settings of the report")
{
    struct cell
    {
        const char* file;
        std::size_t epochs;
        double learning_rate;
        examples::loss_reduction reduction;
    };
    using enum examples::loss_reduction;
    const std::vector<cell> cells{{"softmax_regression/setting1", 5, 1e-4, mean},
                                  {"softmax_regression/setting2", 5, 0.005, mean},
                                  {"softmax_regression/setting3", 5, 0.1, mean},
                                  {"mlp/setting1", 15, 1e-4, mean},
                                  {"mlp/setting2", 15, 0.005, mean},
                                  {"mlp/setting3", 15, 0.1, mean},
                                  {"deep_mlp/setting1", 5, 0.003, mean},
                                  {"deep_mlp/setting2", 40, 0.003, mean},
                                  {"deep_mlp/setting3", 40, 0.05, mean},
                                  {"convnet/setting1", 5, 0.01, mean},
                                  {"convnet/setting2", 10, 0.001, sum},
                                  {"convnet/setting3", 20, 0.001, sum}};
    for (const cell& c : cells)
    {
        CAPTURE(c.file);
        const hyperparameters h =
            read_hyperparameters(std::string(XGRAD_HYPERPARAMETERS) + "/" + c.file + ".json");
        CHECK(h.epochs == c.epochs);
        CHECK(h.learning_rate == c.learning_rate);
        CHECK(h.loss_reduction == c.reduction);
        CHECK(h.batch_size == 100);
        CHECK(h.validation == 5000);
        CHECK(h.seed == 1);
        const bool softmax = std::string(c.file).starts_with("softmax");
        CHECK(h.initializer.weights ==
              (softmax ? distribution::zeros : distribution::truncated_normal));
        CHECK(h.initializer.standard_deviation == 0.1);
        CHECK(h.initializer.bias == (softmax ? 0 : 0.1));
    }
}
