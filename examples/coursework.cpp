// SPDX-License-Identifier: BSD-3-Clause

// The coursework: four networks, three settings each, against the accuracies of a student's report.

#include "coursework/cell.hpp"
#include "coursework/fingerprint.hpp"
#include "coursework/options.hpp"
#include "coursework/pictures.hpp"
#include "coursework/store.hpp"
#include "coursework/table.hpp"
#include "coursework/trainer.hpp"
#include "support/build_info.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/interrupt.hpp"
#include "support/run.hpp"
#include "support/text.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace examples::coursework
{

namespace
{

std::filesystem::path file_of(const options& o, std::string_view model, std::size_t setting)
{
    return o.hyperparameters / model / ("setting" + std::to_string(setting) + ".json");
}

/// All cells that are asked for, every seed of a model and setting after the other.
std::vector<cell> cells_of(const options& o)
{
    std::vector<cell> cells;
    for (const std::string_view name : o.models)
        for (const std::size_t setting : o.settings)
        {
            cell c{&model_named(name), setting,
                   read_hyperparameters(file_of(o, name, setting), o.changes)};
            for (std::size_t seed = 0; seed < o.seeds; ++seed, ++c.options.seed)
                cells.push_back(c);
        }
    return cells;
}

json images_of(const hyperparameters& h)
{
    const json object = examples::to_json(h);
    return {{"dataset", object.at("dataset")}, {"validation", object.at("validation")}};
}

/// The images, which must be the same for all cells.
dataset load_images(const options& o, const std::vector<cell>& cells)
{
    const cell& first = cells.front();
    for (const cell& c : cells)
        if (images_of(c.options) != images_of(first.options))
            throw input_error(one_line(file_of(o, c.what->name, c.setting).string()) +
                              ": expected the images " + images_of(first.options).dump() +
                              " of the other settings, found " + images_of(c.options).dump());
    command_line arguments;
    arguments.hyperparameters = file_of(o, first.what->name, first.setting);
    arguments.data = o.data;
    dataset images = load_dataset(first.options, arguments);
    const xgrad::image_dataset& train = images.images.train;
    if (train.height != 28 || train.width != 28 || train.classes != class_count)
        throw input_error(one_line(images.source) +
                          ": expected images of 28 by 28 pixels in 10 classes, found " +
                          std::to_string(train.height) + " by " + std::to_string(train.width) +
                          " in " + std::to_string(train.classes));
    return images;
}

/// Whether the images are those that the report is about.
bool is_mnist(const dataset& d)
{
    return d.name == "MNIST" && d.images.train.count == 60'000 && d.images.test.count == 10'000;
}

/// What the results depend on beside the configuration.
json circumstances_of(const dataset& images)
{
    return {{"images", fingerprint(images)},
            {"images_between_points", images_between_points},
            {"build", examples::to_json(this_build())},
            {"program", fingerprint_of_program()}};
}

/// One run of the program, from what was asked for to what is written.
class run_of_coursework
{
public:
    explicit run_of_coursework(const options& o)
        : m_options{o}, m_cells{cells_of(o)}, m_images{load_images(o, m_cells)},
          m_progress{progress::style_for(o.quiet)}
    {
    }

    int run()
    {
        std::optional<cell_store> store;
        if (m_options.output)
            store = make_store(*m_options.output);
        introduce();
        m_results = train_cells(m_cells, m_images, m_options.threads, store ? &*store : nullptr,
                                progress::style_for(m_options.quiet));
        m_rows = make_table(m_cells, m_results, is_mnist(m_images));
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_start;
        m_seconds = passed.count();
        if (!m_rows.empty())
            m_progress.line('\n' + text_table(m_rows));
        if (m_options.output)
            write(*m_options.output);
        return end();
    }

private:
    void introduce()
    {
        m_progress.line("data " + describe(m_images));
        m_progress.line("build " + describe(this_build()));
        m_progress.line(std::to_string(m_cells.size()) + " cells on " +
                        std::to_string(m_options.threads) + " threads");
        if (!is_mnist(m_images))
            m_progress.line("note: the reported accuracies are those for MNIST, and do not apply");
    }

    [[nodiscard]] cell_store make_store(const std::filesystem::path& folder) const
    {
        prepare_folder(folder);
        prepare_folder(folder / "cells");
        return {folder / "cells", circumstances_of(m_images)};
    }

    void write(const std::filesystem::path& folder)
    {
        write_file(folder / "table.md", markdown_table(m_rows));
        write_file(folder / "table.csv", csv_table(m_rows));
        write_file(folder / "results.json", results());
        if (interrupt_signal() == 0)
            for (const std::string& note : draw_pictures(m_rows, m_images, folder))
                m_progress.line("note: " + note);
        m_progress.line("results in " + one_line(folder.string()));
    }

    [[nodiscard]] std::string results() const
    {
        json object{{"dataset", examples::to_json(m_images)}};
        object["build"] = examples::to_json(this_build());
        object["threads"] = m_options.threads;
        object["seconds"] = m_seconds;
        object["interrupted"] = interrupt_signal() != 0;
        object["table"] = json_table(m_rows);
        object["cells"] = json::array();
        for (std::size_t i = 0; i < m_cells.size(); ++i)
            if (m_results[i])
                object["cells"].push_back({{"model", m_cells[i].what->name},
                                           {"setting", m_cells[i].setting},
                                           {"config", examples::to_json(m_cells[i].options)},
                                           {"result", to_json(*m_results[i])}});
        return object.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
    }

    [[nodiscard]] int end() const
    {
        if (interrupt_signal() == 0)
            return 0;
        std::size_t finished = 0;
        for (const auto& result : m_results)
            finished += result.has_value();
        std::fprintf(stderr, "coursework: interrupted after %zu of %zu cells%s\n", finished,
                     m_cells.size(),
                     m_options.output ? "; the same command goes on from there" : "");
        return 128 + interrupt_signal();
    }

    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    options m_options;
    std::vector<cell> m_cells;
    dataset m_images;
    progress m_progress;
    std::vector<std::optional<cell_result>> m_results;
    std::vector<table_row> m_rows;
    double m_seconds = 0;
};

int run(const options& o)
{
    if (o.help || o.version)
    {
        std::fputs((o.help ? usage() : describe(this_build()) + '\n').c_str(), stdout);
        return 0;
    }
    catch_interrupts();
    return run_of_coursework(o).run();
}

} // namespace

} // namespace examples::coursework

int main(int argc, char** argv)
{
    return examples::run_guarded(
        "coursework",
        [&]
        {
            return examples::coursework::run(examples::coursework::parse_options(
                {argv + 1, argc > 1 ? static_cast<std::size_t>(argc - 1) : 0}));
        });
}
