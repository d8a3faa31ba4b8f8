// SPDX-License-Identifier: BSD-3-Clause
#include "support/program_report.hpp"

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

/// JSON has no word for what is not a number, nor for what is not known.
json number_or_null(std::optional<double> value)
{
    return value && std::isfinite(*value) ? json(*value) : json(nullptr);
}

} // namespace

program_report::program_report(std::string model, const command_line& arguments,
                               const hyperparameters& options, const dataset& data)
    : m_model{std::move(model)}, m_output{arguments.output}, m_threads{arguments.threads},
      m_progress{progress::style_for(arguments.quiet)}
{
    m_progress.line("data " + describe(data));
    m_progress.line("config " + to_json(options).dump());
    m_progress.line("build " + describe(this_build()));
}

void program_report::on_record(const session& s)
{
    const std::size_t epochs = s.hyperparameters().epochs;
    const auto done = static_cast<double>(s.history().size());
    const double left = s.running_seconds() / done * (static_cast<double>(epochs) - done);
    m_progress.epoch(s.history().back(), epochs, left);
    if (m_output)
        write_file(*m_output / "history.csv", history_csv(s.history()));
}

std::string program_report::result(const session& s) const
{
    std::optional<epoch_record> last;
    if (!s.history().empty())
        last = s.history().back();
    const auto known = [&last](auto member)
    { return last ? number_or_null((*last).*member) : json(nullptr); };
    const auto done = static_cast<double>(s.history().size());

    json object{{"model", m_model}};
    object["config"] = to_json(s.hyperparameters());
    object["dataset"] = to_json(s.data());
    object["parameters"] = s.parameter_count();
    object["threads"] = m_threads;
    object["epochs_completed"] = s.history().size();
    object["interrupted"] = interrupt_signal() != 0;
    object["loss"] = known(&epoch_record::loss);
    object["train_accuracy"] = known(&epoch_record::train_accuracy);
    object["validation_accuracy"] = known(&epoch_record::validation_accuracy);
    object["test_accuracy"] = known(&epoch_record::test_accuracy);
    object["training_seconds"] = s.training_seconds();
    object["seconds_per_epoch"] = last ? json(s.training_seconds() / done) : json(nullptr);
    object["build"] = to_json(this_build());
    return object.dump(4, ' ', false, json::error_handler_t::replace) + '\n';
}

void program_report::write_results(const session& s)
{
    write_file(*m_output / "history.csv", history_csv(s.history()));
    const std::string note = draw_learning_curve(s.history(), m_model, *m_output);
    if (!note.empty())
        m_progress.line("note: " + note);
    write_file(*m_output / "result.json", result(s));
    m_progress.line("results in " + one_line(m_output->string()));
}

void program_report::finish(const session& s)
{
    if (m_output)
        write_results(s);
    m_progress.clear();
    if (interrupt_signal() == 0)
        return;
    const std::string where =
        m_output ? ", results in " + one_line(m_output->string()) : std::string();
    std::fprintf(stderr, "%s: interrupted after %zu of %zu epochs%s\n", m_model.c_str(),
                 s.history().size(), s.hyperparameters().epochs, where.c_str());
}

} // namespace examples
