// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/picture_scripts.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace examples::coursework
{

namespace
{

std::string fixed(double value, int digits)
{
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

/// Places on the x axis, the settings of a model together: one for each row.
std::vector<double> places_of(std::span<const table_row> rows)
{
    std::vector<double> places;
    double place = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        place += i == 0 ? 1 : rows[i].what == rows[i - 1].what ? 1 : 1.6;
        places.push_back(place);
    }
    return places;
}

/// The row in the middle of those that have the model of row @p i.
std::size_t middle_of_model(std::span<const table_row> rows, std::size_t i)
{
    std::size_t first = i;
    while (first > 0 && rows[first - 1].what == rows[i].what)
        --first;
    std::size_t last = i;
    while (last + 1 < rows.size() && rows[last + 1].what == rows[i].what)
        ++last;
    return (first + last) / 2;
}

/// The settings as tics, the names of the models below them.
std::string cell_axis(std::span<const table_row> rows, const std::vector<double>& places)
{
    std::string text = "set xrange [0.3:" + decimal(places.back() + 0.7) + "]\nset xtics (";
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const bool named = i == middle_of_model(rows, i);
        text += (i == 0 ? "\"" : ", \"") + std::to_string(rows[i].setting) +
                (named ? "\\n" + std::string(rows[i].what->name) : "") + "\" " + decimal(places[i]);
    }
    return text + ") noenhanced scale 0\nset grid noxtics ytics\nset bmargin 3.5\n";
}

} // namespace

std::string accuracy_script(std::span<const table_row> rows, const std::string& terminal)
{
    const std::vector<double> places = places_of(rows);
    std::string text = script_start(terminal) + cell_axis(rows, places) + "$cells << end\n";
    bool reported = false;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const statistics test = rows[i].test_accuracy();
        const double error = std::max(100 * (1 - test.mean), 0.01);
        const double spread = 100 * test.deviation;
        reported = reported || rows[i].reported.has_value();
        text += decimal(places[i]) + " " + decimal(error) + " " +
                decimal(std::max(error - spread, error / 10)) + " " + decimal(error + spread) +
                " " + (rows[i].reported ? decimal(100 * (1 - *rows[i].reported)) : "NaN") + " " +
                fixed(100 * test.mean, 2) + "\n";
    }
    text += "end\nset logscale y\nset yrange [110:0.8]\nset ytics ('0' 100, '50' 50, '80' 20, "
            "'90' 10, '95' 5, '98' 2, '99' 1)\nset ylabel 'test accuracy (%), logarithmic in the "
            "error'\nset key top left Left reverse samplen 1 spacing 1.2\n"
            "plot $cells using 1:2:3:4 with yerrorbars pt 7 ps 1.2 lw 2 lc rgb '" +
            std::string(blue) +
            "' title 'xgrad, mean and standard deviation over the seeds', $cells using "
            "($1+0.12):2:6 with labels left offset 0.5,0 font ',10' notitle";
    if (reported)
        text += ", $cells using 1:5 with points pt 4 ps 2 lw 2 lc rgb '" + std::string(vermilion) +
                "' title 'the report, one run'";
    return text + '\n';
}

std::string gap_script(std::span<const table_row> rows, const std::string& terminal)
{
    const std::vector<double> places = places_of(rows);
    std::string text = script_start(terminal) + cell_axis(rows, places) + "$cells << end\n";
    double least = -0.5;
    double most = 0.5;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const statistics gap = rows[i].gap();
        least = std::min(least, 100 * (gap.mean - gap.deviation));
        most = std::max(most, 100 * (gap.mean + gap.deviation));
        text += decimal(places[i]) + " " + decimal(100 * gap.mean) + " " +
                decimal(100 * gap.deviation) + " " + fixed(100 * gap.mean, 2) + " " +
                decimal(100 * (gap.mean + (gap.mean < 0 ? -gap.deviation : gap.deviation))) + "\n";
    }
    const double air = 0.12 * (most - least);
    return text + "end\nset yrange [" + decimal(least - air) + ":" + decimal(most + air) +
           "]\nset ylabel 'train less test accuracy (points of %)'\nset xzeroaxis lt 1 lc rgb "
           "'black'\nset style fill solid 0.8 noborder\nset boxwidth 0.6\nunset key\n"
           "plot $cells using 1:2:($2 < 0 ? 0x0072B2 : 0xD55E00) with boxes lc rgb variable, "
           "$cells using 1:($2-$3):(0):(2*$3) with vectors nohead lw 1.5 lc rgb 'black', "
           "$cells using 1:($2 < 0 ? NaN : $5):4 with labels offset 0,0.7, "
           "$cells using 1:($2 < 0 ? $5 : NaN):4 with labels offset 0,-0.8\n";
}

std::string running_time_script(std::span<const table_row> rows, const std::string& terminal)
{
    std::string text = script_start(terminal) + "$models << end\n";
    std::string tics;
    double most = 1;
    std::size_t place = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        if (i > 0 && rows[i].what == rows[i - 1].what)
            continue;
        double seconds = 0;
        std::size_t settings = 0;
        for (const table_row& row : rows)
            if (row.what == rows[i].what)
            {
                seconds += row.training_seconds().mean;
                ++settings;
            }
        // The report's time is for all settings together.
        const bool comparable = rows[i].what->reported_seconds && settings == settings_per_model;
        const double reported = comparable ? *rows[i].what->reported_seconds : 0;
        most = std::max({most, seconds, reported});
        tics += (place == 0 ? "'" : ", '") + std::string(rows[i].what->name) + "' " +
                std::to_string(place);
        text += std::to_string(place) + " " + decimal(seconds) + " " +
                (comparable ? decimal(reported) : "NaN") + " \"" + fixed(seconds, 1) + " s\" \"" +
                (comparable
                     ? "the report: ten hours, " + fixed(reported / seconds, 0) + " times as long"
                     : "") +
                "\"\n";
        ++place;
    }
    return text + "end\nset logscale x\nset xrange [0.01:" + decimal(most * 5) + "]\nset yrange [" +
           decimal(static_cast<double>(place) - 0.4) + ":-0.6]\nset ytics (" + tics +
           ") noenhanced scale 0\nset grid xtics noytics\nset format x '%g'\nset xlabel "
           "'seconds of training for all settings on one processor, logarithmic'\nset style fill "
           "solid "
           "0.8 noborder\nunset key\n"
           "plot $models using (sqrt(0.01*$2)):1:(0.01):2:($1-0.22):($1+0.22) with boxxyerror lc "
           "rgb '" +
           std::string(blue) +
           "', $models using 2:1:4 with labels left offset 1,0, $models using 3:1 with points pt 4 "
           "ps 2 lw 2 lc rgb '" +
           vermilion +
           "', $models using 3:($1+0.32):5 with labels right offset 2,0 textcolor rgb '" +
           vermilion + "'\n";
}

} // namespace examples::coursework
