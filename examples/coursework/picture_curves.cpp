// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/picture_scripts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace examples::coursework
{

namespace
{

/// Least, mean and most over the seeds.
struct spread
{
    double least = 1;
    double mean = 0;
    double most = 0;

    void add(double value, std::size_t count)
    {
        least = std::min(least, value);
        mean += value / static_cast<double>(count);
        most = std::max(most, value);
    }
};

struct curve_point
{
    std::size_t images = 0;
    spread train;
    spread test;
};

std::vector<curve_point> curve_of(const table_row& row)
{
    std::vector<curve_point> curve(row.runs.front()->history.size());
    std::size_t images = 0;
    for (std::size_t i = 0; i < curve.size(); ++i)
    {
        images += row.runs.front()->history[i].samples;
        curve[i].images = images;
        for (const cell_result* r : row.runs)
        {
            curve[i].train.add(r->history.at(i).train_accuracy, row.runs.size());
            curve[i].test.add(r->history.at(i).test_accuracy, row.runs.size());
        }
    }
    return curve;
}

/// Limits in per cent that show the last nine tenths of a curve and what is reported.
std::array<double, 2> limits_of(const std::vector<curve_point>& curve, const table_row& row)
{
    double low = row.reported.value_or(1);
    double high = row.reported.value_or(0);
    for (const curve_point& p : curve)
    {
        high = std::max({high, p.train.most, p.test.most});
        if (10 * p.images >= curve.back().images)
            low = std::min({low, p.train.least, p.test.least});
    }
    const double step = high - low > 0.2 ? 10 : high - low > 0.04 ? 2 : 0.5;
    return {std::max(0.0, step * std::floor(100 * low / step)),
            std::min(100.0 + step / 5, step * std::ceil(100 * high / step))};
}

/// "0.0001" rather than "1e-04".
std::string plain(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

/// Distance of at most five marks from 0 to @p length: a power of ten, or two or five of them.
double step_for(double length)
{
    const double unit = std::pow(10, std::floor(std::log10(length)));
    for (const double step : {0.2, 0.5, 1.0})
        if (length / (step * unit) <= 5)
            return step * unit;
    return 2 * unit;
}

std::string panel(const table_row& row, bool first_of_model, bool last_model)
{
    const std::vector<curve_point> curve = curve_of(row);
    const auto [low, high] = limits_of(curve, row);
    std::string text = "$curve << end\n";
    for (const curve_point& p : curve)
    {
        text += decimal(static_cast<double>(p.images) / 1e6);
        for (const spread& s : {p.train, p.test})
            text += " " + decimal(100 * s.least) + " " + decimal(100 * s.mean) + " " +
                    decimal(100 * s.most);
        text += '\n';
    }
    text += "end\nset title '" + std::string(row.what->name) + " " + std::to_string(row.setting) +
            ": " + std::to_string(row.options.epochs) + " epochs, rate " +
            plain(row.options.learning_rate) + "' noenhanced\n";
    const double length = static_cast<double>(curve.back().images) / 1e6;
    text += "set yrange [" + decimal(low) + ":" + decimal(high) +
            "]\nset xrange [0:" + decimal(length) + "]\nset xtics " + decimal(step_for(length)) +
            "\n";
    text += first_of_model ? "set ylabel 'accuracy (%)'\n" : "unset ylabel\n";
    text += last_model ? "set xlabel 'images seen (millions)'\n" : "unset xlabel\n";
    text += "plot $curve using 1:2:4 with filledcurves fc rgb '" + std::string(blue) +
            "' fs transparent solid 0.2 noborder notitle, "
            "$curve using 1:5:7 with filledcurves fc rgb '" +
            vermilion + "' fs transparent solid 0.2 noborder notitle, ";
    if (row.reported)
        text += decimal(100 * *row.reported) + " with lines lw 1.5 dt (2,3) lc rgb '#333333' title "
                                               "'test images, reported', ";
    return text + "$curve using 1:3 with lines lw 2 dt (7,3) lc rgb '" + blue +
           "' title 'training images', $curve using 1:6 with lines lw 2 lc rgb '" + vermilion +
           "' title 'test images'\n";
}

} // namespace

std::string script_start(const std::string& terminal)
{
    return "set terminal " + terminal +
           "\nset termoption font ',11'\nset border 3 lc rgb '#777777'\nset tics nomirror "
           "textcolor rgb 'black'\nset grid lc rgb '#dddddd' lt 1\n";
}

std::size_t learning_curves_height(std::span<const table_row> rows)
{
    std::size_t models = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        models += i == 0 || rows[i].what != rows[i - 1].what;
    return 30 + 250 * models;
}

std::string learning_curves_script(std::span<const table_row> rows, const std::string& terminal)
{
    std::size_t models = 0;
    std::size_t settings = 0;
    std::size_t in_model = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const bool first = i == 0 || rows[i].what != rows[i - 1].what;
        models += first;
        in_model = first ? 1 : in_model + 1;
        settings = std::max(settings, in_model);
    }
    // Between the panels there is room for a title and the marks of an axis, above and below them
    // for a title and for an axis with its name.
    const auto height = static_cast<double>(learning_curves_height(rows));
    std::string text = script_start(terminal) + "set multiplot layout " + std::to_string(models) +
                       "," + std::to_string(settings) + " spacing 0.06," + decimal(62 / height) +
                       " margins 0.065,0.985," + decimal(55 / height) + "," +
                       decimal(1 - 30 / height) +
                       "\nset key bottom right samplen 2 opaque noenhanced font ',10'\n"
                       "set title offset 0,-0.5 font ',10'\n";
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const bool first = i == 0 || rows[i].what != rows[i - 1].what;
        text += panel(rows[i], first, rows[i].what == rows.back().what);
        if (i == 0)
            text += "unset key\n";
    }
    return text + "unset multiplot\n";
}

} // namespace examples::coursework
