// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/cell.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace examples::coursework
{

namespace
{

void count_confusions(std::span<const prediction> predictions, cell_result& r)
{
    for (std::size_t i = 0; i < predictions.size(); ++i)
    {
        const prediction& p = predictions[i];
        ++r.confusion.at(p.label).at(p.predicted);
        if (p.label != p.predicted && std::isfinite(p.probability))
            r.mistakes.push_back({i, p.label, p.predicted, p.probability});
    }
    std::stable_sort(r.mistakes.begin(), r.mistakes.end(),
                     [](const mistake& a, const mistake& b)
                     { return a.probability > b.probability; });
    r.mistakes.resize(std::min(r.mistakes.size(), most_mistakes));
}

/// Parameters of four axes are filters.
void keep_filters(std::span<const trained_parameter> parameters, cell_result& r)
{
    for (const trained_parameter& p : parameters)
        if (p.shape.rank == 4)
            r.filters.push_back({{p.shape[0], p.shape[1], p.shape[2], p.shape[3]}, p.values});
}

/// JSON has no word for what is not a number.
json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

double number_from(const json& value)
{
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

json to_json(const epoch_record& r)
{
    return {{"epoch", r.epoch},
            {"samples", r.samples},
            {"loss", number_or_null(r.loss)},
            {"train_accuracy", r.train_accuracy},
            {"test_accuracy", r.test_accuracy},
            {"seconds", r.seconds}};
}

epoch_record record_from(const json& object)
{
    epoch_record r;
    r.epoch = object.at("epoch").get<std::size_t>();
    r.samples = object.at("samples").get<std::size_t>();
    r.loss = number_from(object.at("loss"));
    r.train_accuracy = object.at("train_accuracy").get<double>();
    r.test_accuracy = object.at("test_accuracy").get<double>();
    r.seconds = object.at("seconds").get<double>();
    return r;
}

json to_json(const mistake& m)
{
    return {{"image", m.image},
            {"label", m.label},
            {"predicted", m.predicted},
            {"probability", m.probability}};
}

mistake mistake_from(const json& object)
{
    return {object.at("image").get<std::size_t>(), object.at("label").get<std::size_t>(),
            object.at("predicted").get<std::size_t>(), object.at("probability").get<double>()};
}

json to_json(const filter_bank& f) { return {{"shape", f.shape}, {"values", f.values}}; }

filter_bank filters_from(const json& object)
{
    return {object.at("shape").get<std::array<std::size_t, 4>>(),
            object.at("values").get<std::vector<float>>()};
}

template <class T>
json list_of(const std::vector<T>& all)
{
    json list = json::array();
    for (const T& one : all)
        list.push_back(to_json(one));
    return list;
}

} // namespace

std::string name_of(const cell& c)
{
    return std::string(c.what->name) + "-" + std::to_string(c.setting) + "-seed" +
           std::to_string(c.options.seed);
}

double work_of(const cell& c) { return c.what->operations * static_cast<double>(c.options.epochs); }

double cell_result::training_seconds() const
{
    double sum = 0;
    for (const epoch_record& r : history)
        sum += r.seconds;
    return sum;
}

cell_result train_cell(const cell& c, const dataset& data, std::size_t threads,
                       session_observer& observer)
{
    const auto start = std::chrono::steady_clock::now();
    session s(c.options, data, threads, observer, images_between_points);
    c.what->train(s);
    cell_result r;
    r.parameters = s.parameter_count();
    r.history.assign(s.history().begin(), s.history().end());
    count_confusions(s.predictions(), r);
    keep_filters(s.parameters(), r);
    r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return r;
}

json to_json(const cell_result& r)
{
    return {{"parameters", r.parameters},
            {"test_accuracy", r.test_accuracy()},
            {"train_accuracy", r.train_accuracy()},
            {"training_seconds", r.training_seconds()},
            {"seconds", r.seconds},
            {"history", list_of(r.history)},
            {"confusion", r.confusion},
            {"mistakes", list_of(r.mistakes)},
            {"filters", list_of(r.filters)}};
}

cell_result cell_result_from(const json& object)
{
    cell_result r;
    r.parameters = object.at("parameters").get<std::size_t>();
    r.seconds = object.at("seconds").get<double>();
    for (const json& one : object.at("history"))
        r.history.push_back(record_from(one));
    static_cast<void>(object.at("history").at(0)); // an accuracy must be there
    object.at("confusion").get_to(r.confusion);
    for (const json& one : object.at("mistakes"))
        r.mistakes.push_back(mistake_from(one));
    for (const json& one : object.at("filters"))
        r.filters.push_back(filters_from(one));
    return r;
}

} // namespace examples::coursework
