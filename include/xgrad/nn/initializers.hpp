// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the parameters of a network start from. An initializer fills values given the fans of the
// layer, drawing from a stream: `init(values, fans, stream)`.

#include <xgrad/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <variant>

namespace xgrad::inline XGRAD_ABI::nn
{

/// How many values enter one output of a layer, and how many outputs one input enters.
struct fans
{
    std::size_t in = 1;
    std::size_t out = 1;
};

namespace detail
{

template <class T>
void fill_uniform(std::span<T> values, double limit, random_stream& stream)
{
    if (!(limit > 0))
        return std::fill(values.begin(), values.end(), T(0));
    for (T& value : values)
        value = random::uniform<T>(stream, static_cast<T>(-limit), static_cast<T>(limit));
}

template <class T>
void fill_normal(std::span<T> values, double deviation, random_stream& stream)
{
    for (T& value : values)
        value = random::normal<T>(stream, T(0), static_cast<T>(deviation));
}

constexpr double share(double numerator, std::size_t fan)
{
    return fan == 0 ? 0.0 : numerator / static_cast<double>(fan);
}

} // namespace detail

struct zeros
{
    template <class T>
    void operator()(std::span<T> values, const fans&, random_stream&) const
    {
        std::fill(values.begin(), values.end(), T(0));
    }
};

struct constant
{
    double value = 0;

    template <class T>
    void operator()(std::span<T> values, const fans&, random_stream&) const
    {
        std::fill(values.begin(), values.end(), static_cast<T>(value));
    }
};

struct normal
{
    double deviation = 1;
    double mean = 0;

    template <class T>
    void operator()(std::span<T> values, const fans&, random_stream& stream) const
    {
        for (T& value : values)
            value = random::normal<T>(stream, static_cast<T>(mean), static_cast<T>(deviation));
    }
};

/// A normal distribution cut at two deviations, as TensorFlow's truncated_normal.
struct truncated_normal
{
    double deviation = 1;
    double mean = 0;

    template <class T>
    void operator()(std::span<T> values, const fans&, random_stream& stream) const
    {
        for (T& value : values)
            value = random::truncated_normal<T>(stream, static_cast<T>(mean),
                                                static_cast<T>(deviation));
    }
};

struct uniform
{
    double low = -0.1;
    double high = 0.1;

    template <class T>
    void operator()(std::span<T> values, const fans&, random_stream& stream) const
    {
        for (T& value : values)
            value = random::uniform<T>(stream, static_cast<T>(low), static_cast<T>(high));
    }
};

// X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
// networks", AISTATS 2010: variance 2 / (fan in + fan out).

struct glorot_uniform
{
    template <class T>
    void operator()(std::span<T> values, const fans& f, random_stream& stream) const
    {
        detail::fill_uniform(values, std::sqrt(detail::share(6, f.in + f.out)), stream);
    }
};

struct glorot_normal
{
    template <class T>
    void operator()(std::span<T> values, const fans& f, random_stream& stream) const
    {
        detail::fill_normal(values, std::sqrt(detail::share(2, f.in + f.out)), stream);
    }
};

// K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", ICCV 2015: variance 2 / fan in.

struct he_uniform
{
    template <class T>
    void operator()(std::span<T> values, const fans& f, random_stream& stream) const
    {
        detail::fill_uniform(values, std::sqrt(detail::share(6, f.in)), stream);
    }
};

struct he_normal
{
    template <class T>
    void operator()(std::span<T> values, const fans& f, random_stream& stream) const
    {
        detail::fill_normal(values, std::sqrt(detail::share(2, f.in)), stream);
    }
};

// Y. LeCun, L. Bottou, G. B. Orr, K.-R. Mueller, "Efficient backprop", 1998: variance 1 / fan in.

struct lecun_uniform
{
    template <class T>
    void operator()(std::span<T> values, const fans& f, random_stream& stream) const
    {
        detail::fill_uniform(values, std::sqrt(detail::share(3, f.in)), stream);
    }
};

struct lecun_normal
{
    template <class T>
    void operator()(std::span<T> values, const fans& f, random_stream& stream) const
    {
        detail::fill_normal(values, std::sqrt(detail::share(1, f.in)), stream);
    }
};

/// Any of them, chosen when the program runs.
using initializer = std::variant<zeros, constant, normal, truncated_normal, uniform, glorot_uniform,
                                 glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal>;

} // namespace xgrad::inline XGRAD_ABI::nn
