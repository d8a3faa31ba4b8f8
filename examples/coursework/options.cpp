// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/options.hpp"

#include "coursework/models.hpp"
#include "support/arguments.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace examples::coursework
{

namespace
{

constexpr std::string_view program = "coursework";
constexpr std::size_t most_seeds = 1000;

/// The parts of @p list between commas.
std::vector<std::string_view> split(std::string_view list)
{
    std::vector<std::string_view> parts;
    for (std::size_t comma = list.find(','); comma != std::string_view::npos;
         comma = list.find(','))
    {
        parts.push_back(list.substr(0, comma));
        list.remove_prefix(comma + 1);
    }
    parts.push_back(list);
    return parts;
}

std::vector<std::string_view> model_names()
{
    std::vector<std::string_view> names;
    for (const model& m : all_models())
        names.push_back(m.name);
    return names;
}

/// Adds what is not there yet.
template <class T>
void add_once(std::vector<T>& all, const T& one, std::string_view option, std::string_view text)
{
    if (std::find(all.begin(), all.end(), one) != all.end())
        fail_usage(program, "expected each of " + std::string(option) + " once, found " +
                                quote(text) + " twice");
    all.push_back(one);
}

std::vector<std::string_view> models_value(std::string_view value)
{
    const std::vector<std::string_view> known = model_names();
    std::vector<std::string_view> result;
    for (const std::string_view name : split(value))
    {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found == known.end())
            fail_usage(program, "expected names of models after --models, found " + quote(name) +
                                    " (the nearest is " + std::string(nearest(name, known)) + ")");
        add_once(result, *found, "--models", name);
    }
    return result;
}

std::vector<std::size_t> settings_value(std::string_view value)
{
    std::vector<std::size_t> result;
    for (const std::string_view text : split(value))
    {
        const auto number = parse_unsigned(text);
        if (!number || *number < 1 || *number > settings_per_model)
            fail_usage(program, "expected numbers from 1 to " + std::to_string(settings_per_model) +
                                    " after --settings, found " + quote(text));
        add_once(result, static_cast<std::size_t>(*number), "--settings", text);
    }
    return result;
}

options defaults()
{
    options result;
    result.models = model_names();
    for (std::size_t setting = 1; setting <= settings_per_model; ++setting)
        result.settings.push_back(setting);
    result.threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads);
    result.hyperparameters = XGRAD_EXAMPLES_HYPERPARAMETERS;
    return result;
}

} // namespace

options parse_options(std::span<const char* const> arguments)
{
    options result = defaults();
    const auto folder = [](std::string_view name, auto& target)
    {
        return [name, &target](std::string_view value)
        { target = folder_value(program, name, value); };
    };
    const auto number = [](std::string_view name, std::size_t& target, std::size_t most)
    {
        return [name, &target, most](std::string_view value)
        { target = count_value(program, name, value, most); };
    };
    const auto flag = [](bool& target) { return [&target] { target = true; }; };
    const std::array<option, 11> known{{
        {"--models", {}, [&](std::string_view value) { result.models = models_value(value); }},
        {"--settings",
         {},
         [&](std::string_view value) { result.settings = settings_value(value); }},
        {"--seeds", {}, number("--seeds", result.seeds, most_seeds)},
        {"--threads", {}, number("--threads", result.threads, most_threads)},
        {"--data", {}, folder("--data", result.data)},
        {"--output", {}, folder("--output", result.output)},
        {"--hyperparameters", {}, folder("--hyperparameters", result.hyperparameters)},
        {"--set",
         {},
         [&](std::string_view value) { result.changes.push_back(setting_value(program, value)); },
         true},
        {"--quiet", flag(result.quiet), {}},
        {"--help", flag(result.help), {}},
        {"--version", flag(result.version), {}},
    }};
    read_arguments(program, arguments, known,
                   [](std::string_view name)
                   { fail_usage(program, "expected options only, found " + quote(name)); });
    return result;
}

std::string usage()
{
    return R"(usage: coursework [options]

Trains four networks with three settings each on images of handwritten digits, and holds the
accuracies against those that a student's report gives for MNIST.

  --models A,B,...       of softmax_regression, mlp, deep_mlp, convnet; without it all
  --settings K,L,...     of 1, 2, 3; without it all
  --seeds N              runs of each, with the seeds from that of the file on (1)
  --threads N            processors to use, all without it; the results do not depend on it
  --data DIR             MNIST in DIR, plain or gzipped; without it the folder that the
                         environment variable XGRAD_DATA_DIR names, a downloaded copy, or
                         generated digits
  --output DIR           receives table.md, table.csv, results.json and pictures (SVG, PNG); runs
                         that DIR/cells holds already are not repeated
  --hyperparameters DIR  holds <model>/setting<K>.json; without it those of the examples
  --set KEY=VALUE        replaces one hyperparameter in all settings, such as seed=11; may be
                         given several times
  --quiet                prints nothing but errors
  --help                 prints this text
  --version              prints the version, compiler and libraries

Exit status: 0 success, 2 a wrong command line or input file, 130 after Ctrl-C (which keeps the
runs that are finished), 1 anything else.
)";
}

} // namespace examples::coursework
