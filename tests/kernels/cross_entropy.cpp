// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/error.hpp>
#include <xgrad/kernels/cross_entropy.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace
{

using std::size_t;
namespace kernels = xgrad::kernels;

constexpr size_t rows = 5;

template <class T>
constexpr double tolerance = std::is_same_v<T, float> ? 2e-5 : 1e-13;

template <class T>
struct batch
{
    size_t columns;
    std::vector<T> logits;
    std::vector<T> targets;
    std::vector<int> labels;

    explicit batch(size_t n) : columns{n}, logits(rows * n), targets(rows * n), labels(rows)
    {
        std::mt19937 generator(static_cast<unsigned>(n));
        std::uniform_real_distribution<double> uniform(0.0, 1.0);
        for (T& value : logits)
            value = static_cast<T>(6 * uniform(generator) - 3);
        for (T& value : targets)
            value = static_cast<T>(uniform(generator));
        for (int& label : labels)
            label = static_cast<int>(generator() % n);
    }

    /// log(softmax(logits)) in double, by the definition.
    std::vector<double> log_softmax() const
    {
        std::vector<double> out(logits.begin(), logits.end());
        for (size_t row = 0; row < rows; ++row)
        {
            double sum = 0;
            for (size_t j = 0; j < columns; ++j)
                sum += std::exp(out[row * columns + j]);
            for (size_t j = 0; j < columns; ++j)
                out[row * columns + j] -= std::log(sum);
        }
        return out;
    }

    /// The labels as rows with a single one.
    std::vector<T> one_hot() const
    {
        std::vector<T> out(rows * columns, T(0));
        for (size_t row = 0; row < rows; ++row)
            out[row * columns + static_cast<size_t>(labels[row])] = T(1);
        return out;
    }
};

template <class T>
void check_close(const std::vector<T>& actual, const std::vector<double>& expected)
{
    REQUIRE(actual.size() == expected.size());
    for (size_t i = 0; i < actual.size(); ++i)
        CHECK(std::abs(static_cast<double>(actual[i]) - expected[i]) <=
              tolerance<T> * (1 + std::abs(expected[i])));
}

template <class T>
double loss_naively(const batch<T>& b, const std::vector<T>& targets)
{
    const std::vector<double> log_softmax = b.log_softmax();
    double loss = 0;
    for (size_t i = 0; i < log_softmax.size(); ++i)
        loss -= static_cast<double>(targets[i]) * log_softmax[i];
    return loss;
}

/// scale * (softmax * sum of the row's targets - targets).
template <class T>
std::vector<double> gradient_naively(const batch<T>& b, const std::vector<T>& targets, double scale)
{
    std::vector<double> gradient = b.log_softmax();
    for (size_t row = 0; row < rows; ++row)
    {
        double mass = 0;
        for (size_t j = 0; j < b.columns; ++j)
            mass += static_cast<double>(targets[row * b.columns + j]);
        for (size_t j = 0; j < b.columns; ++j)
        {
            double& g = gradient[row * b.columns + j];
            g = scale * (std::exp(g) * mass - static_cast<double>(targets[row * b.columns + j]));
        }
    }
    return gradient;
}

std::vector<double> doubled(std::vector<double> values)
{
    for (double& value : values)
        value *= 2;
    return values;
}

template <class T, class Label>
void check_labels(size_t columns)
{
    const batch<T> b(columns);
    const std::vector<Label> labels(b.labels.begin(), b.labels.end());
    std::vector<T> probabilities(b.logits.size());
    const double loss = kernels::cross_entropy_forward(rows, columns, b.logits.data(),
                                                       labels.data(), probabilities.data());
    CHECK(loss == doctest::Approx(loss_naively(b, b.one_hot())).epsilon(tolerance<T>));
    std::vector<double> softmax = b.log_softmax();
    for (double& value : softmax)
        value = std::exp(value);
    check_close(probabilities, softmax);

    const std::vector<double> expected = gradient_naively(b, b.one_hot(), 0.25);
    std::vector<T> gradient(b.logits.size(), T(9));
    for (const bool accumulate : {false, true})
    {
        kernels::cross_entropy_backward(rows, columns, probabilities.data(), labels.data(), 0.25,
                                        gradient.data(), accumulate);
        check_close(gradient, accumulate ? doubled(expected) : expected);
    }
}

} // namespace

TEST_CASE_TEMPLATE("cross_entropy: loss and gradient equal their definitions for labels", T, float,
                   double)
{
    for (size_t columns = 1; columns < 40; ++columns)
    {
        check_labels<T, std::uint8_t>(columns);
        check_labels<T, std::int32_t>(columns);
        check_labels<T, std::int64_t>(columns);
        check_labels<T, size_t>(columns);
    }
}

TEST_CASE_TEMPLATE("cross_entropy: loss and gradients equal their definitions for probabilities", T,
                   float, double)
{
    for (size_t columns = 1; columns < 40; ++columns)
    {
        const batch<T> b(columns);
        std::vector<T> probabilities(b.logits.size());
        const double loss = kernels::cross_entropy_forward(rows, columns, b.logits.data(),
                                                           b.targets.data(), probabilities.data());
        CHECK(loss == doctest::Approx(loss_naively(b, b.targets)).epsilon(tolerance<T>));

        const std::vector<double> expected = gradient_naively(b, b.targets, 0.25);
        std::vector<double> expected_targets = b.log_softmax();
        for (double& value : expected_targets)
            value *= -0.25;
        std::vector<T> gradient(b.logits.size(), T(9));
        std::vector<T> grad_targets(b.logits.size(), T(9));
        for (const bool accumulate : {false, true})
        {
            kernels::cross_entropy_backward(rows, columns, probabilities.data(), b.targets.data(),
                                            0.25, gradient.data(), accumulate);
            check_close(gradient, accumulate ? doubled(expected) : expected);
            kernels::cross_entropy_backward_targets(rows, columns, b.logits.data(), 0.25,
                                                    grad_targets.data(), accumulate);
            check_close(grad_targets, accumulate ? doubled(expected_targets) : expected_targets);
        }
    }
}

TEST_CASE_TEMPLATE("cross_entropy: is finite for logits of +-1000", T, float, double)
{
    const std::vector<T> logits{T(1000), T(-1000), T(0)};
    const std::vector<int> labels{1};
    std::vector<T> out(3);
    CHECK(kernels::cross_entropy_forward(1, 3, logits.data(), labels.data(), out.data()) == 2000.0);
    CHECK(out == std::vector<T>{T(1), T(0), T(0)});
    kernels::cross_entropy_backward(1, 3, out.data(), labels.data(), 1, out.data(), false);
    CHECK(out == std::vector<T>{T(1), T(-1), T(0)});
    kernels::cross_entropy_backward_targets(1, 3, logits.data(), 1, out.data(), false);
    CHECK(out == std::vector<T>{T(0), T(2000), T(1000)});
}

TEST_CASE("cross_entropy: a target of zero silences a logit of minus infinity")
{
    const std::vector<float> logits{0, -std::numeric_limits<float>::infinity(), 0};
    const std::vector<float> targets{0.5F, 0, 0.5F};
    std::vector<float> probabilities(3);
    const double loss =
        kernels::cross_entropy_forward(1, 3, logits.data(), targets.data(), probabilities.data());
    CHECK(loss == doctest::Approx(std::log(2.0)));
}

TEST_CASE("cross_entropy: a label that is no class is an error that names label, row and classes")
{
    const std::vector<float> logits(50, 1.0F);
    std::vector<float> out(50);
    const std::vector<std::uint8_t> labels{0, 9, 3, 12, 1};
    const char* const sentence =
        "cross_entropy: label 12 at row 3 is not below the number of classes 10";
    CHECK_THROWS_WITH_AS(
        (void)kernels::cross_entropy_forward(5, 10, logits.data(), labels.data(), out.data()),
        sentence, xgrad::domain_error);
    CHECK_THROWS_WITH_AS(
        kernels::cross_entropy_backward(5, 10, logits.data(), labels.data(), 1, out.data(), false),
        sentence, xgrad::domain_error);
    const std::vector<std::int32_t> negative{-1};
    CHECK_THROWS_WITH_AS(
        (void)kernels::cross_entropy_forward(1, 10, logits.data(), negative.data(), out.data()),
        "cross_entropy: label -1 at row 0 is not below the number of classes 10",
        xgrad::domain_error);
}
