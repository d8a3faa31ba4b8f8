// SPDX-License-Identifier: BSD-3-Clause
#include "support/hyperparameters.hpp"

#include "support/error.hpp"
#include "support/strict_json.hpp"
#include "support/text.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace examples
{

namespace
{

constexpr std::array<std::string_view, 11> distribution_names{
    "zeros",         "constant",   "normal",    "truncated_normal", "uniform",     "glorot_uniform",
    "glorot_normal", "he_uniform", "he_normal", "lecun_uniform",    "lecun_normal"};
constexpr std::array<std::string_view, 2> reduction_names{"mean", "sum"};
constexpr std::array<std::string_view, 3> dataset_names{"any", "mnist", "digits"};
constexpr std::array<std::string_view, 1> optimizer_names{"sgd"};

constexpr std::uint64_t most_epochs = 100'000;
constexpr std::uint64_t most_images = 1'000'000;
constexpr double largest_rate = 1e3;
constexpr double largest_weight = 1e3;

/// Every reader of JSON keeps integers up to here exactly.
constexpr std::uint64_t largest_seed = (std::uint64_t{1} << 53) - 1;

template <class E, std::size_t N>
E enumerator(std::string_view name, const std::array<std::string_view, N>& names)
{
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name)
            return static_cast<E>(i);
    throw std::logic_error("a name that was not checked: " + std::string(name));
}

template <class E, std::size_t N>
std::string name_of(E value, const std::array<std::string_view, N>& names)
{
    return std::string(names[static_cast<std::size_t>(value)]);
}

/// The object at @p key, where the string "x" stands for the object {"name": "x"}.
json object_or_name(const object_reader& reader, std::string_view key)
{
    if (!reader.has(key))
        return json::object();
    const json& member = reader.require(key);
    if (member.is_string())
        return json{{"name", member}};
    if (!member.is_object())
        reader.fail(key, "a name or an object", describe(member));
    return member;
}

/// Throws for a member that the distribution does not have.
void allow_parameters_of(distribution weights, const object_reader& reader)
{
    switch (weights)
    {
    case distribution::constant:
        return reader.allow_only({"name", "bias", "value"});
    case distribution::normal:
    case distribution::truncated_normal:
        return reader.allow_only({"name", "bias", "mean", "standard_deviation"});
    case distribution::uniform:
        return reader.allow_only({"name", "bias", "low", "high"});
    default:
        return reader.allow_only({"name", "bias"});
    }
}

initializer read_initializer(const object_reader& parent, const std::string& origin)
{
    const json object = object_or_name(parent, "initializer");
    const object_reader reader(object, origin, parent.pointer_to("initializer"));
    initializer result;
    result.weights = enumerator<distribution>(
        reader.choice("name", distribution_names, "glorot_uniform"), distribution_names);
    allow_parameters_of(result.weights, reader);
    const auto weight = [&reader](std::string_view key, double fallback)
    { return reader.number(key, -largest_weight, largest_weight, fallback); };

    result.bias = weight("bias", result.bias);
    if (result.weights == distribution::constant)
        result.value = weight("value", result.value);
    if (result.weights == distribution::normal || result.weights == distribution::truncated_normal)
    {
        result.mean = weight("mean", result.mean);
        result.standard_deviation =
            reader.positive("standard_deviation", largest_weight, result.standard_deviation);
    }
    if (result.weights == distribution::uniform)
    {
        result.low = weight("low", result.low);
        result.high = weight("high", result.high);
        if (!(result.low < result.high))
            reader.fail("high", "a number above low, " + describe(result.low),
                        describe(result.high));
    }
    return result;
}

dataset_choice read_dataset(const object_reader& parent, const std::string& origin)
{
    const json object = object_or_name(parent, "dataset");
    const object_reader reader(object, origin, parent.pointer_to("dataset"));
    dataset_choice result;
    result.name =
        enumerator<dataset_name>(reader.choice("name", dataset_names, "any"), dataset_names);
    if (result.name == dataset_name::mnist)
    {
        reader.allow_only({"name"});
        return result;
    }
    reader.allow_only({"name", "training_images", "test_images", "seed"});
    result.training_images =
        reader.integer("training_images", 1, most_images, result.training_images);
    result.test_images = reader.integer("test_images", 1, most_images, result.test_images);
    result.seed = reader.integer("seed", 0, largest_seed, result.seed);
    return result;
}

hyperparameters read(const json& document, const std::string& origin)
{
    const object_reader reader(document, origin, "");
    reader.allow_only({"epochs", "learning_rate", "batch_size", "loss_reduction", "optimizer",
                       "initializer", "seed", "validation", "dataset", "$schema"});
    reader.check_text("$schema");
    hyperparameters h;
    h.epochs = reader.required_integer("epochs", 1, most_epochs);
    h.learning_rate = reader.required_positive("learning_rate", largest_rate);
    h.batch_size = reader.integer("batch_size", 1, most_images, h.batch_size);
    h.loss_reduction = enumerator<loss_reduction>(
        reader.choice("loss_reduction", reduction_names, "mean"), reduction_names);
    h.optimizer = reader.choice("optimizer", optimizer_names, "sgd");
    h.initializer = read_initializer(reader, origin);
    h.seed = reader.integer("seed", 0, largest_seed, h.seed);
    h.validation = reader.integer("validation", 0, most_images, h.validation);
    h.dataset = read_dataset(reader, origin);
    return h;
}

/// JSON where it is JSON, otherwise the text itself: `sum` need not be written `"sum"`.
json setting_value(const setting& s, const std::string& origin)
{
    if (!json::accept(s.value))
        return s.value;
    return parse_json(s.value, origin);
}

void apply(json& document, const setting& s, const std::string& origin)
{
    json* place = &document;
    std::string_view rest = s.key;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.'))
    {
        json& member = (*place)[std::string(rest.substr(0, dot))];
        if (member.is_string())
            member = json{{"name", member}};
        if (!member.is_object() && !member.is_null())
            throw input_error(origin + ": expected an object to set a member of, found " +
                              describe(member));
        place = &member;
        rest.remove_prefix(dot + 1);
    }
    (*place)[std::string(rest)] = setting_value(s, origin);
}

json initializer_json(const initializer& i)
{
    json object{{"name", name_of(i.weights, distribution_names)}};
    if (i.weights == distribution::constant)
        object["value"] = i.value;
    if (i.weights == distribution::normal || i.weights == distribution::truncated_normal)
    {
        object["mean"] = i.mean;
        object["standard_deviation"] = i.standard_deviation;
    }
    if (i.weights == distribution::uniform)
    {
        object["low"] = i.low;
        object["high"] = i.high;
    }
    object["bias"] = i.bias;
    return object;
}

json dataset_json(const dataset_choice& d)
{
    json object{{"name", name_of(d.name, dataset_names)}};
    if (d.name != dataset_name::mnist)
    {
        object["training_images"] = d.training_images;
        object["test_images"] = d.test_images;
        object["seed"] = d.seed;
    }
    return object;
}

} // namespace

hyperparameters read_hyperparameters(const std::filesystem::path& path,
                                     std::span<const setting> settings)
{
    json document = read_json_file(path);
    std::string origin = one_line(path.string());
    const hyperparameters unchanged = read(document, origin);
    if (settings.empty())
        return unchanged;
    origin += " with";
    for (const setting& s : settings)
    {
        origin += " --set " + one_line(s.key + "=" + s.value);
        apply(document, s, origin);
    }
    return read(document, origin);
}

nlohmann::ordered_json to_json(const hyperparameters& h)
{
    return {{"epochs", h.epochs},
            {"learning_rate", h.learning_rate},
            {"batch_size", h.batch_size},
            {"loss_reduction", name_of(h.loss_reduction, reduction_names)},
            {"optimizer", h.optimizer},
            {"initializer", initializer_json(h.initializer)},
            {"seed", h.seed},
            {"validation", h.validation},
            {"dataset", dataset_json(h.dataset)}};
}

} // namespace examples
