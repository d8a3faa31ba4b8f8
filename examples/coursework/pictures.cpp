// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/pictures.hpp"

#include "coursework/picture_scripts.hpp"
#include "support/gnuplot.hpp"

#include <algorithm>
#include <cstddef>

namespace examples::coursework
{

namespace
{

/// The last row of a convolutional network; null where there is none.
const table_row* row_with_filters(std::span<const table_row> rows)
{
    const table_row* found = nullptr;
    for (const table_row& row : rows)
        if (row.runs.front()->filters.size() == 2)
            found = &row;
    return found;
}

} // namespace

std::vector<std::string> draw_pictures(std::span<const table_row> rows, const dataset& data,
                                       const std::filesystem::path& folder)
{
    std::vector<std::string> notes;
    if (rows.empty())
        return notes;
    const auto draw = [&](const char* name, std::size_t width, std::size_t height, auto script)
    {
        const std::string note = draw_picture(name, width, height, folder, script);
        if (!note.empty())
            notes.push_back(note);
    };
    using text = std::string;
    draw("learning_curves", 1000, learning_curves_height(rows),
         [&](const text& terminal) { return learning_curves_script(rows, terminal); });
    draw("accuracy", 1000, 560,
         [&](const text& terminal) { return accuracy_script(rows, terminal); });
    draw("gap", 1000, 460, [&](const text& terminal) { return gap_script(rows, terminal); });
    draw("running_time", 800, 420,
         [&](const text& terminal) { return running_time_script(rows, terminal); });

    const table_row* convolutional = row_with_filters(rows);
    if (convolutional == nullptr)
        return notes;
    const cell_result& first = *convolutional->runs.front();
    const text title = text(convolutional->what->name) + ", setting " +
                       std::to_string(convolutional->setting) + ", seed " +
                       std::to_string(convolutional->options.seed);
    draw("confusion", 720, 680,
         [&](const text& terminal) { return confusion_script(first, title, terminal); });
    draw("filters", 720, 820,
         [&](const text& terminal) { return filters_script(first, title, terminal); });
    if (!first.mistakes.empty())
        draw("mistakes", 1000, 760,
             [&](const text& terminal) { return mistakes_script(first, data, title, terminal); });
    return notes;
}

} // namespace examples::coursework
