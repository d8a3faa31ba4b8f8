// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/picture_scripts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <vector>

namespace examples::coursework
{

namespace
{

/// A picture of numbers that is made of equal tiles with gaps between them.
class mosaic
{
public:
    mosaic(std::size_t rows, std::size_t columns, std::size_t tile, std::size_t gap)
        : m_tile{tile}, m_step{tile + gap}, m_height{rows * m_step - gap}, m_width{columns *
                                                                                       m_step -
                                                                                   gap},
          m_values(m_height * m_width)
    {
    }

    void set(std::size_t row, std::size_t column, std::size_t y, std::size_t x, double value)
    {
        m_values[(row * m_step + y) * m_width + column * m_step + x] = value;
    }

    /// Where the middle of a tile is; and its upper edge.
    [[nodiscard]] double middle(std::size_t index) const
    {
        return static_cast<double>(index * m_step) + (static_cast<double>(m_tile) - 1) / 2;
    }
    [[nodiscard]] double edge(std::size_t index) const
    {
        return static_cast<double>(index * m_step) - 0.5;
    }

    /// As a data block; gaps are no numbers.
    [[nodiscard]] std::string block(const std::string& name) const
    {
        std::string text = "$" + name + " << end\n";
        for (std::size_t y = 0; y < m_height; ++y)
            for (std::size_t x = 0; x < m_width; ++x)
            {
                const std::optional<double>& value = m_values[y * m_width + x];
                text += value ? decimal(*value) : "NaN";
                text += x + 1 == m_width ? '\n' : ' ';
            }
        return text + "end\n";
    }

private:
    std::size_t m_tile;
    std::size_t m_step;
    std::size_t m_height;
    std::size_t m_width;
    std::vector<std::optional<double>> m_values;
};

std::string label(double x, double y, const std::string& text, const std::string& how)
{
    return "set label '" + text + "' at " + decimal(x) + "," + decimal(y) + " " + how + "\n";
}

/// A picture without axes, row 0 at the top.
std::string image_start(const std::string& terminal, const std::string& title)
{
    return script_start(terminal) + "set title \"" + title +
           "\" noenhanced\nunset key\nunset border\nunset tics\nunset grid\nunset colorbox\n"
           "set size ratio -1\n";
}

double largest_size(const filter_bank& f)
{
    float most = 0;
    for (const float v : f.values)
        most = std::max(most, std::abs(v));
    return most > 0 ? static_cast<double>(most) : 1;
}

} // namespace

std::string confusion_script(const cell_result& r, const std::string& title,
                             const std::string& terminal)
{
    std::string text =
        script_start(terminal) + "set title \"" + title +
        ": what the test images are taken for\" noenhanced\nunset key\nset size ratio -1\n"
        "set xrange [-0.5:9.5]\nset yrange [9.5:-0.5]\nset tics scale 0\nset xtics 0,1,9\n"
        "set ytics 0,1,9\nunset grid\nset xlabel 'read as'\nset ylabel 'label'\nunset colorbox\n"
        "set palette defined (0 '#ffffff', 1 '#fde5d6', 4 '#f0a577', 10 '#d55e00')\n$wrong << "
        "end\n";
    std::size_t most = 1;
    std::string right = "end\n$right << end\n";
    for (std::size_t label = 0; label < class_count; ++label)
        for (std::size_t found = 0; found < class_count; ++found)
        {
            const std::size_t count = r.confusion.at(label).at(found);
            const std::string line = std::to_string(found) + " " + std::to_string(label) + " " +
                                     std::to_string(count) + "\n";
            if (label == found)
                right += line;
            else
                most = std::max(most, count);
            text += label == found ? std::to_string(found) + " " + std::to_string(label) + " 0\n"
                                   : line;
        }
    return text + right + "end\nset cbrange [0:" + std::to_string(most) +
           "]\nplot $wrong using 1:2:3 with image pixels, $right using 1:2:(0.5):(0.5) with "
           "boxxyerror "
           "fc rgb '#cfe3ef' fs solid noborder, $right using 1:2:3 with labels, "
           "$wrong using 1:2:($3 > 0 ? sprintf('%d', $3) : '') with labels\n";
}

std::string filters_script(const cell_result& r, const std::string& title,
                           const std::string& terminal)
{
    const filter_bank& first = r.filters.at(0);
    const filter_bank& second = r.filters.at(1);
    const auto [filters, channels, height, width] = second.shape;
    mosaic m(filters + 2, channels, height, 1);
    const double first_scale = largest_size(first);
    const double second_scale = largest_size(second);
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t x = 0; x < width; ++x)
            {
                const std::size_t place = y * width + x;
                m.set(0, c, y, x,
                      static_cast<double>(first.values[c * height * width + place]) / first_scale);
                for (std::size_t k = 0; k < filters; ++k)
                    m.set(k + 2, c, y, x,
                          static_cast<double>(
                              second.values[(k * channels + c) * height * width + place]) /
                              second_scale);
            }
    std::string text = image_start(terminal, title + ": the sixteen filters") + m.block("tiles") +
                       "set palette defined (-1 '#0072B2', 0 '#f7f7f7', 1 '#D55E00')\n"
                       "set cbrange [-1:1]\n";
    const double middle = (m.middle(0) + m.middle(channels - 1)) / 2;
    text += label(middle, m.edge(0) - 1, "first layer: eight filters over the pixels", "center");
    text += label(middle, m.edge(2) - 3,
                  "second layer: each row is one filter over the eight channels above,", "center");
    text += label(middle, m.edge(2) - 1.6,
                  "blue where a weight is negative, orange where it is positive", "center");
    for (std::size_t k = 0; k < filters; ++k)
        text += label(-1.5, m.middle(k + 2), std::to_string(k + 1), "right");
    return text + "set xrange [-4:" + decimal(m.edge(channels)) + "]\nset yrange [" +
           decimal(m.edge(filters + 2)) + ":-3]\nplot $tiles matrix with image pixels\n";
}

std::string mistakes_script(const cell_result& r, const dataset& data, const std::string& title,
                            const std::string& terminal)
{
    constexpr std::size_t columns = 6;
    const xgrad::image_dataset& images = data.images.test;
    const std::size_t rows = (r.mistakes.size() + columns - 1) / columns;
    const std::size_t side = images.height;
    mosaic m(rows, columns, side, 8);
    std::string labels;
    for (std::size_t i = 0; i < r.mistakes.size(); ++i)
    {
        const mistake& wrong = r.mistakes[i];
        const std::uint8_t* pixels = images.pixels.data() + wrong.image * side * images.width;
        for (std::size_t y = 0; y < side; ++y)
            for (std::size_t x = 0; x < images.width; ++x)
                m.set(i / columns, i % columns, y, x, pixels[y * images.width + x]);
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "%zu read as %zu, %.1f %%", wrong.label,
                      wrong.predicted, 100 * wrong.probability);
        labels += label(m.middle(i % columns), m.edge(i / columns) - 3.5, text.data(),
                        "center font ',10'");
    }
    return image_start(terminal, title + ": the most confident mistakes") + m.block("digits") +
           labels + "set palette defined (0 'white', 255 'black')\nset cbrange [0:255]\n" +
           "set xrange [" + decimal(m.edge(0) - 2) + ":" + decimal(m.edge(columns) - 6) +
           "]\nset yrange [" + decimal(m.edge(rows) - 6) + ":-7]\nplot $digits matrix with image\n";
}

} // namespace examples::coursework
