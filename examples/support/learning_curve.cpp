// SPDX-License-Identifier: BSD-3-Clause
#include "support/learning_curve.hpp"

#include "support/gnuplot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace examples
{

namespace
{

/// Axis limits in per cent that leave some air around the points.
std::array<double, 2> accuracy_range(std::span<const epoch_record> history)
{
    double least = 1;
    double most = 0;
    for (const epoch_record& r : history)
        for (const double a :
             {r.train_accuracy, r.test_accuracy, r.validation_accuracy.value_or(r.test_accuracy)})
        {
            least = std::min(least, a);
            most = std::max(most, a);
        }
    return {std::max(0.0, std::floor(100 * least) - 1), std::min(100.5, std::ceil(100 * most) + 1)};
}

} // namespace

std::string learning_curve_script(std::span<const epoch_record> history, const std::string& title,
                                  const std::string& terminal)
{
    const auto [low, high] = accuracy_range(history);
    const bool validated = !history.empty() && history[0].validation_accuracy.has_value();
    std::string script = "set terminal " + terminal + "\nset title \"" + title +
                         "\" noenhanced\nset xlabel 'epoch'\nset ylabel 'accuracy (%)'\n"
                         "set grid\nset key bottom right\nset xrange [0.5:" +
                         decimal(static_cast<double>(history.size()) + 0.5) + "]\nset yrange [" +
                         decimal(low) + ":" + decimal(high) + "]\n$history << end\n";
    for (const epoch_record& r : history)
        script += std::to_string(r.epoch) + ' ' + decimal(100 * r.train_accuracy) + ' ' +
                  decimal(100 * r.test_accuracy) + ' ' +
                  decimal(100 * r.validation_accuracy.value_or(r.test_accuracy)) + '\n';
    script += "end\nplot $history using 1:2 with linespoints title 'training images', "
              "$history using 1:3 with linespoints title 'test images'";
    if (validated)
        script += ", $history using 1:4 with linespoints title 'held-out images'";
    return script + '\n';
}

std::string draw_learning_curve(std::span<const epoch_record> history, const std::string& title,
                                const std::filesystem::path& folder)
{
    if (history.empty())
        return "no learning curve was drawn: no epoch was finished";
    return draw_picture("learning_curve", 800, 500, folder,
                        [&](const std::string& terminal)
                        { return learning_curve_script(history, title, terminal); });
}

} // namespace examples
