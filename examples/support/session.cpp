// SPDX-License-Identifier: BSD-3-Clause
#include "support/session.hpp"

#include "support/build_info.hpp"
#include "support/files.hpp"
#include "support/learning_curve.hpp"
#include "support/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <utility>

namespace examples
{

namespace
{

using json = nlohmann::ordered_json;

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// JSON has no word for what is not a number, nor for what is not known.
json number_or_null(std::optional<double> value)
{
    return value && std::isfinite(*value) ? json(*value) : json(nullptr);
}

json to_json(const dataset& d)
{
    return {{"name", d.name},
            {"source", d.source},
            {"training_images", d.images.train.count - d.held_out},
            {"validation_images", d.held_out},
            {"test_images", d.images.test.count}};
}

json to_json(const build_info& b)
{
    return {{"xgrad", b.xgrad},     {"simd", b.simd},   {"compiler", b.compiler}, {"type", b.type},
            {"xtensor", b.xtensor}, {"xsimd", b.xsimd}, {"zlib", b.zlib}};
}

} // namespace

std::size_t count_correct(std::span<const float> scores, const batch& b, std::size_t classes)
{
    std::size_t correct = 0;
    for (std::size_t i = 0; i < b.count; ++i)
    {
        const auto row = scores.subspan(i * classes, classes);
        std::size_t best = 0;
        for (std::size_t c = 1; c < classes; ++c)
            if (row[c] > row[best] || (std::isnan(row[best]) && !std::isnan(row[c])))
                best = c;
        correct += best == b.labels[i] && !std::isnan(row[best]);
    }
    return correct;
}

session::session(std::string model, const command_line& arguments,
                 const examples::hyperparameters& options, dataset data)
    : m_model{std::move(model)}, m_output{arguments.output}, m_threads{arguments.threads},
      m_options{options}, m_data{std::move(data)}, m_split{xgrad::hold_out(m_data.images.train,
                                                                           m_data.held_out)},
      m_test{m_data.images.test}, m_loader{m_split.train, options.batch_size, options.seed},
      m_progress{progress::style_for(arguments.quiet)}
{
    m_history.reserve(options.epochs);
    m_progress.line("data " + describe(m_data));
    m_progress.line("config " + to_json(options).dump());
    m_progress.line("build " + describe(this_build()));
    if (m_threads > 1)
        m_progress.line("note: training uses one thread so far");
}

session::epoch_range session::epochs() { return epoch_range(m_options.epochs); }

session::batch_range session::batches(std::size_t epoch)
{
    if (epoch == 0)
        m_run_start = clock::now();
    m_epoch_start = clock::now();
    m_samples = 0;
    m_loss_sum = 0;
    m_position.epoch = epoch + 1;
    m_position.epochs = m_options.epochs;
    m_position.batch = 0;
    m_position.batches = m_loader.batches();
    m_position.share_before = static_cast<double>(epoch) / static_cast<double>(m_options.epochs);
    m_loader.start_epoch(epoch);
    return batch_range(*this);
}

bool session::next_batch(const batch*& b)
{
    b = interrupt_signal() == 0 ? m_loader.next() : nullptr;
    return b != nullptr;
}

void session::count(const batch& b, double loss)
{
    const bool mean = m_options.loss_reduction == loss_reduction::mean;
    m_loss_sum += mean ? loss * static_cast<double>(b.count) : loss;
    m_samples += b.count;
    ++m_position.batch;
    m_position.loss = m_loss_sum / static_cast<double>(m_samples);
    m_position.seconds = seconds_since(m_run_start);
    m_progress.step(m_position);
}

void session::stop_clock() { m_epoch_seconds = seconds_since(m_epoch_start); }

xgrad::dataset_view session::judged_training_images() const
{
    return m_split.train.subset(0, std::max<std::size_t>(m_split.train.count() / 5, 1));
}

void session::record(double train, std::optional<double> validation, double test)
{
    m_training_seconds += m_epoch_seconds;
    m_position.test_accuracy = test;
    m_history.push_back({.epoch = m_position.epoch,
                         .samples = m_samples,
                         .loss = m_position.loss,
                         .train_accuracy = train,
                         .validation_accuracy = validation,
                         .test_accuracy = test,
                         .seconds = m_epoch_seconds});
    m_progress.epoch(m_history.back(), m_options.epochs, seconds_left());
    if (m_output)
        write_file(*m_output / "history.csv", history_csv(m_history));
}

double session::seconds_left() const
{
    const auto done = static_cast<double>(m_history.size());
    return seconds_since(m_run_start) / done * (static_cast<double>(m_options.epochs) - done);
}

std::string session::result() const
{
    std::optional<epoch_record> last;
    if (!m_history.empty())
        last = m_history.back();
    const auto known = [&last](auto member)
    { return last ? number_or_null((*last).*member) : json(nullptr); };
    const auto done = static_cast<double>(m_history.size());

    json object{{"model", m_model}};
    object["config"] = to_json(m_options);
    object["dataset"] = to_json(m_data);
    object["parameters"] = m_parameters;
    object["threads"] = m_threads;
    object["epochs_completed"] = m_history.size();
    object["interrupted"] = interrupt_signal() != 0;
    object["loss"] = known(&epoch_record::loss);
    object["train_accuracy"] = known(&epoch_record::train_accuracy);
    object["validation_accuracy"] = known(&epoch_record::validation_accuracy);
    object["test_accuracy"] = known(&epoch_record::test_accuracy);
    object["training_seconds"] = m_training_seconds;
    object["seconds_per_epoch"] = last ? json(m_training_seconds / done) : json(nullptr);
    object["build"] = to_json(this_build());
    return object.dump(4, ' ', false, json::error_handler_t::replace) + '\n';
}

void session::write_results()
{
    write_file(*m_output / "history.csv", history_csv(m_history));
    const std::string note = draw_learning_curve(m_history, m_model, *m_output);
    if (!note.empty())
        m_progress.line("note: " + note);
    write_file(*m_output / "result.json", result());
    m_progress.line("results in " + one_line(m_output->string()));
}

void session::finish()
{
    if (m_output)
        write_results();
    m_progress.clear();
    if (interrupt_signal() == 0)
        return;
    const std::string where =
        m_output ? ", results in " + one_line(m_output->string()) : std::string();
    std::fprintf(stderr, "%s: interrupted after %zu of %zu epochs%s\n", m_model.c_str(),
                 m_history.size(), m_options.epochs, where.c_str());
}

} // namespace examples
