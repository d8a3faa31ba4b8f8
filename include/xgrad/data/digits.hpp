// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Digits that look handwritten, for programs that must run without a file. The same bytes on every
// platform: chance comes from random.hpp, curves from std::fma and std::sqrt, which IEEE 754
// defines to the last bit, and ink from integers.

#include <xgrad/core/error.hpp>
#include <xgrad/core/random.hpp>
#include <xgrad/data/detail/glyphs.hpp>
#include <xgrad/data/image_dataset.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

inline constexpr std::size_t digit_extent = 28;

/// A place on the paper, in pixels.
struct paper_point
{
    double x;
    double y;
};

inline double mix(double a, double b, double t) { return std::fma(t, b - a, a); }

inline paper_point mix(paper_point a, paper_point b, double t)
{
    return {mix(a.x, b.x, t), mix(a.y, b.y, t)};
}

inline double distance(paper_point a, paper_point b)
{
    const double x = b.x - a.x;
    const double y = b.y - a.y;
    return std::sqrt(std::fma(x, x, y * y));
}

/// 28 x 28 pixels that a pen leaves ink on.
class digit_canvas
{
public:
    explicit digit_canvas(int ink) : m_ink{ink} {}

    /// A round dot whose edge fades out over one and a half pixels; ink does not add up.
    void dot(paper_point centre, double radius)
    {
        const int x = to_units(centre.x);
        const int y = to_units(centre.y);
        const int outer = to_units(radius + 0.75);
        const int inner = std::max(to_units(radius - 0.75), 0);
        const int fade = outer * outer - inner * inner;
        const int slope = m_ink * 65536 / fade;
        for (int row = first_pixel(y - outer); row <= last_pixel(y + outer); ++row)
            for (int column = first_pixel(x - outer); column <= last_pixel(x + outer); ++column)
            {
                const int down = row * unit - y;
                const int right = column * unit - x;
                const int inside = outer * outer - down * down - right * right;
                const int ink = std::clamp(inside, 0, fade) * slope >> 16;
                int& pixel = m_pixels[static_cast<std::size_t>(row) * digit_extent +
                                      static_cast<std::size_t>(column)];
                pixel = std::max(pixel, ink);
            }
    }

    /// The image with grain of up to @p amplitude either way.
    void develop(std::span<std::uint8_t, digit_extent * digit_extent> out, int amplitude,
                 random_stream& stream) const
    {
        for (std::size_t i = 0; i < out.size(); i += 4)
        {
            const std::uint32_t word = stream();
            for (std::size_t byte = 0; byte < 4; ++byte)
            {
                const int grain = static_cast<int>(word >> (8 * byte) & 0xff) - 128;
                const int value = m_pixels[i + byte] + (grain * amplitude >> 7);
                out[i + byte] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
            }
        }
    }

private:
    static constexpr int unit = 32; // positions are multiples of a 32nd of a pixel

    static int to_units(double pixels) { return static_cast<int>(std::floor(pixels * unit + 0.5)); }
    static int first_pixel(int units) { return std::max((units + unit - 1) / unit, 0); }
    static int last_pixel(int units)
    {
        return std::min(units / unit, static_cast<int>(digit_extent) - 1);
    }

    std::array<int, digit_extent * digit_extent> m_pixels{};
    int m_ink;
};

/// How one person writes one digit: slant, size and place, the tremble of the hand and the pen.
class handwriting
{
public:
    explicit handwriting(random_stream& stream) : m_stream{stream}
    {
        // Rotation by an angle whose half has the tangent t: rational, no sine or cosine.
        const double t = between(-0.14, 0.14);
        const double norm = std::fma(t, t, 1.0);
        const double cosine = std::fma(-t, t, 1.0) / norm;
        const double sine = 2.0 * t / norm;
        const double slant = between(-0.4, 0.2);
        const double width = between(0.11, 0.21);
        const double height = between(0.15, 0.21);
        m_right = {cosine * width, sine * width};
        m_down = {std::fma(cosine, slant, -sine) * height, std::fma(sine, slant, cosine) * height};
        m_centre = {between(10.5, 16.5), between(10.5, 16.5)};
        m_tremble = between(2.0, 9.0);
        m_radius = between(0.6, 1.6);
    }

    /// Where the pen comes to that should go to @p target.
    paper_point place(grid_point target)
    {
        const double x = target.x - 50 + between(-m_tremble, m_tremble);
        const double y = target.y - 50 + between(-m_tremble, m_tremble);
        return {std::fma(x, m_right.x, std::fma(y, m_down.x, m_centre.x)),
                std::fma(x, m_right.y, std::fma(y, m_down.y, m_centre.y))};
    }

    /// The radius of the pen in pixels, another one each time it is pressed.
    double press() { return m_radius * between(0.8, 1.25); }

private:
    double between(double low, double high) { return random::uniform(m_stream, low, high); }

    random_stream& m_stream;
    paper_point m_right{};
    paper_point m_down{};
    paper_point m_centre{};
    double m_tremble = 0;
    double m_radius = 0;
};

/// One arc of a stroke: the quadratic Bezier curve of three points, the pen's radius at both ends.
struct pen_arc
{
    std::array<paper_point, 3> points;
    std::array<double, 2> radius;
};

inline void draw(const pen_arc& arc, digit_canvas& canvas)
{
    constexpr double dots_per_pixel = 2;
    const auto& [start, middle, end] = arc.points;
    const double length = distance(start, middle) + distance(middle, end);
    const int steps = 1 + static_cast<int>(length * dots_per_pixel);
    for (int step = 0; step <= steps; ++step)
    {
        const double t = static_cast<double>(step) / steps;
        canvas.dot(mix(mix(start, middle, t), mix(middle, end, t), t),
                   mix(arc.radius[0], arc.radius[1], t));
    }
}

inline void draw(const stroke& stroke, handwriting& hand, digit_canvas& canvas)
{
    if (stroke.count == 0)
        return;
    std::array<paper_point, stroke::most_points> points{};
    for (std::size_t i = 0; i < stroke.count; ++i)
    {
        const bool corner = i > 0 && stroke.points[i] == stroke.points[i - 1];
        points[i] = corner ? points[i - 1] : hand.place(stroke.points[i]);
    }
    // A straight line gets the control point in its middle that an arc asks for.
    std::size_t last = stroke.count - 1;
    if (last == 1)
    {
        points[2] = points[1];
        points[1] = mix(points[0], points[2], 0.5);
        last = 2;
    }
    paper_point start = points[0];
    double radius = hand.press();
    for (std::size_t i = 1; i < last; ++i)
    {
        const paper_point end = i + 1 == last ? points[last] : mix(points[i], points[i + 1], 0.5);
        const double next_radius = mix(radius, hand.press(), 0.5);
        draw(pen_arc{{start, points[i], end}, {radius, next_radius}}, canvas);
        start = end;
        radius = next_radius;
    }
}

/// Draws @p digit with all chance taken from @p stream.
inline void draw_digit(std::uint8_t digit, random_stream& stream,
                       std::span<std::uint8_t, digit_extent * digit_extent> out)
{
    const auto ways = glyphs_of(digit);
    const glyph& way = ways[random::below(stream, static_cast<std::uint32_t>(ways.size()))];
    digit_canvas canvas(150 + static_cast<int>(random::below(stream, 106)));
    handwriting hand(stream);
    draw(way.first, hand, canvas);
    draw(way.second, hand, canvas);
    canvas.develop(out, static_cast<int>(random::below(stream, 40)), stream);
}

} // namespace detail

/// Draws @p count grey digits of 28 x 28 pixels, as many of each class as the count allows, in
/// random order: pen strokes under random slant, rotation, size, place, tremble, pressure, ink and
/// grain. Image number i is a function of (seed, i) and its label, equal on every platform. Throws
/// domain_error when @p count is 0 or not below 2^32.
[[nodiscard]] inline image_dataset make_digits(std::size_t count, std::uint64_t seed)
{
    if (count == 0 || count > std::numeric_limits<std::uint32_t>::max())
        throw domain_error("make_digits: expected 1 to 2^32 - 1 images, found " +
                           std::to_string(count));
    constexpr std::size_t pixels = detail::digit_extent * detail::digit_extent;
    image_dataset dataset;
    dataset.count = count;
    dataset.height = detail::digit_extent;
    dataset.width = detail::digit_extent;
    dataset.classes = 10;
    dataset.name = "generated digits";
    dataset.source = "make_digits(" + std::to_string(count) + ", " + std::to_string(seed) + ")";

    dataset.labels.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        dataset.labels[i] = static_cast<std::uint8_t>(i % 10);
    random_stream order(derive_seed(seed));
    random::shuffle(std::span(dataset.labels), order);

    dataset.pixels.resize(count * pixels);
    for (std::size_t i = 0; i < count; ++i)
    {
        random_stream stream(seed, i);
        detail::draw_digit(dataset.labels[i], stream,
                           std::span<std::uint8_t, pixels>(&dataset.pixels[i * pixels], pixels));
    }
    return dataset;
}

/// Generated digits to learn from and others to judge by, both from @p seed. Errors as above.
[[nodiscard]] inline train_and_test make_digits(std::size_t train_count, std::size_t test_count,
                                                std::uint64_t seed)
{
    return {make_digits(train_count, derive_seed(seed, 0)),
            make_digits(test_count, derive_seed(seed, 1))};
}

} // namespace xgrad::inline XGRAD_ABI
