// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/table.hpp"

#include "support/history.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace examples::coursework
{

namespace
{

std::string fixed(double value, int digits, const char* form = "%.*f")
{
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), form, digits, value);
    return text.data();
}

std::string plus_minus(const statistics& s, std::size_t runs, int digits)
{
    return fixed(s.mean, digits) + (runs > 1 ? " ± " + fixed(s.deviation, digits) : "");
}

/// What a row says, in words; "–" where there is nothing to say.
std::array<std::string, 9> words_of(const table_row& row)
{
    const std::size_t runs = row.runs.size();
    const statistics test = row.test_accuracy();
    const std::string none = "–";
    return {std::string(row.what->name) + " " + std::to_string(row.setting),
            std::to_string(row.options.epochs),
            fixed(row.options.learning_rate, 6, "%.*g"),
            std::to_string(runs),
            plus_minus(test, runs, 4),
            row.reported ? fixed(*row.reported, 4) : none,
            row.reported ? fixed(test.mean - *row.reported, 4, "%+.*f") : none,
            plus_minus(row.train_accuracy(), runs, 4),
            fixed(row.training_seconds().mean, 1)};
}

constexpr std::array<const char*, 9> headings{"cell",       "epochs",         "rate",
                                              "runs",       "test accuracy",  "reported",
                                              "difference", "train accuracy", "seconds"};

/// Characters, not bytes, of UTF-8.
std::size_t width_of(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

template <class F>
statistics statistics_over(std::span<const cell_result* const> runs, F value)
{
    std::vector<double> values;
    for (const cell_result* r : runs)
        values.push_back(value(*r));
    return statistics_of(values);
}

} // namespace

statistics statistics_of(std::span<const double> values)
{
    statistics s;
    const auto count = static_cast<double>(values.size());
    for (const double v : values)
        s.mean += v / count;
    for (const double v : values)
        s.deviation += (v - s.mean) * (v - s.mean);
    s.deviation = values.size() > 1 ? std::sqrt(s.deviation / (count - 1)) : 0;
    return s;
}

statistics table_row::test_accuracy() const
{
    return statistics_over(runs, [](const cell_result& r) { return r.test_accuracy(); });
}

statistics table_row::train_accuracy() const
{
    return statistics_over(runs, [](const cell_result& r) { return r.train_accuracy(); });
}

statistics table_row::gap() const
{
    return statistics_over(runs, [](const cell_result& r)
                           { return r.train_accuracy() - r.test_accuracy(); });
}

statistics table_row::training_seconds() const
{
    return statistics_over(runs, [](const cell_result& r) { return r.training_seconds(); });
}

std::vector<table_row> make_table(std::span<const cell> cells,
                                  std::span<const std::optional<cell_result>> results,
                                  bool reported_applies)
{
    std::vector<table_row> rows;
    for (std::size_t i = 0; i < cells.size(); ++i)
    {
        const cell& c = cells[i];
        if (!results[i])
            continue;
        const auto same = [&c](const table_row& row)
        { return row.what == c.what && row.setting == c.setting; };
        auto row = std::find_if(rows.begin(), rows.end(), same);
        if (row == rows.end())
        {
            std::optional<double> reported;
            if (reported_applies)
                reported = c.what->reported_accuracy.at(c.setting - 1);
            row = rows.insert(rows.end(), {c.what, c.setting, c.options, reported, {}});
        }
        row->runs.push_back(&*results[i]);
    }
    return rows;
}

std::string text_table(std::span<const table_row> rows)
{
    std::vector<std::array<std::string, 9>> lines{{}};
    std::copy(headings.begin(), headings.end(), lines[0].begin());
    for (const table_row& row : rows)
        lines.push_back(words_of(row));
    std::array<std::size_t, 9> widths{};
    for (const auto& line : lines)
        for (std::size_t column = 0; column < line.size(); ++column)
            widths.at(column) = std::max(widths.at(column), width_of(line.at(column)));
    std::string text;
    for (const auto& line : lines)
        for (std::size_t column = 0; column < line.size(); ++column)
        {
            const std::string& word = line.at(column);
            const std::string space(widths.at(column) - width_of(word), ' ');
            text += column == 0 ? word + space : "  " + space + word;
            text += column + 1 == line.size() ? "\n" : "";
        }
    return text;
}

std::string markdown_table(std::span<const table_row> rows)
{
    std::string text = "|";
    for (const char* heading : headings)
        text += std::string(" ") + heading + " |";
    text += "\n|---|";
    for (std::size_t column = 1; column < headings.size(); ++column)
        text += "---:|";
    text += '\n';
    for (const table_row& row : rows)
    {
        text += '|';
        for (const std::string& word : words_of(row))
            text += " " + word + " |";
        text += '\n';
    }
    return text;
}

std::string csv_table(std::span<const table_row> rows)
{
    std::string text = "model,setting,epochs,learning_rate,runs,test_accuracy,test_deviation,"
                       "reported,difference,train_accuracy,train_deviation,seconds\n";
    for (const table_row& row : rows)
    {
        const statistics test = row.test_accuracy();
        const statistics train = row.train_accuracy();
        text += std::string(row.what->name) + ',' + std::to_string(row.setting) + ',' +
                std::to_string(row.options.epochs) + ',' + decimal(row.options.learning_rate) +
                ',' + std::to_string(row.runs.size()) + ',' + decimal(test.mean) + ',' +
                decimal(test.deviation) + ',' + (row.reported ? decimal(*row.reported) : "") + ',' +
                (row.reported ? decimal(test.mean - *row.reported) : "") + ',' +
                decimal(train.mean) + ',' + decimal(train.deviation) + ',' +
                decimal(row.training_seconds().mean) + '\n';
    }
    return text;
}

json json_table(std::span<const table_row> rows)
{
    json table = json::array();
    for (const table_row& row : rows)
    {
        const statistics test = row.test_accuracy();
        const statistics train = row.train_accuracy();
        table.push_back({{"model", row.what->name},
                         {"setting", row.setting},
                         {"runs", row.runs.size()},
                         {"test_accuracy", test.mean},
                         {"test_deviation", test.deviation},
                         {"reported", row.reported ? json(*row.reported) : json(nullptr)},
                         {"train_accuracy", train.mean},
                         {"train_deviation", train.deviation},
                         {"seconds", row.training_seconds().mean}});
    }
    return table;
}

} // namespace examples::coursework
