// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/cross_entropy.hpp>
#include <xgrad/ops/reshape.hpp>
#include <xgrad/ops/softmax.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// The sum over the rows of -sum of y log softmax(x), by the definition.
double naive_loss(const std::vector<double>& x, const std::vector<double>& y, std::size_t columns)
{
    double loss = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        const std::size_t row = i / columns * columns;
        double sum = 0;
        for (std::size_t k = 0; k < columns; ++k)
            sum += std::exp(x[row + k]);
        loss -= y[i] * (x[i] - std::log(sum));
    }
    return loss;
}

/// Labels that visit every class.
template <class Label>
std::vector<Label> labels_for(std::size_t rows, std::size_t columns)
{
    std::vector<Label> labels(rows);
    for (std::size_t i = 0; i < rows; ++i)
        labels[i] = static_cast<Label>((i * 7 + 2) % columns);
    return labels;
}

template <class Label>
std::vector<double> one_hot(const std::vector<Label>& labels, std::size_t columns)
{
    std::vector<double> y(labels.size() * columns);
    for (std::size_t i = 0; i < labels.size(); ++i)
        y[i * columns + static_cast<std::size_t>(labels[i])] = 1;
    return y;
}

template <class Label>
void check_labels(std::size_t rows, std::size_t columns)
{
    CAPTURE(rows);
    CAPTURE(columns);
    const auto x = filled<named<"x">, unknown_matrix>({rows, columns});
    const auto labels = labels_for<Label>(rows, columns);
    input<Label, unknown_vector, named<"labels">> y;
    y.bind(labels.data(), rows);
    const double total = naive_loss(elements_of(x.value()), one_hot(labels, columns), columns);
    check_values(values_of(cross_entropy(x, y, reduction::sum)), {total});
    check_values(values_of(cross_entropy(x, y)), {total / static_cast<double>(rows)});
    check_gradients(cross_entropy(x, y, reduction::sum));
    check_gradients(cross_entropy(x, y));
}

void check_probabilities(std::size_t rows, std::size_t columns)
{
    CAPTURE(rows);
    CAPTURE(columns);
    const auto x = filled<named<"x">, unknown_matrix>({rows, columns});
    const auto y = filled<named<"y">, unknown_matrix>({rows, columns}, 7);
    const double total = naive_loss(elements_of(x.value()), elements_of(y.value()), columns);
    check_values(values_of(cross_entropy(x, y, reduction::sum)), {total});
    check_values(values_of(cross_entropy(x, y)), {total / static_cast<double>(rows)});
    check_gradients(cross_entropy(x, y, reduction::sum));
    check_gradients(cross_entropy(x, y));
}

/// The gradient of w in the loss of w times a batch, after a plan saw seven and then @p rows rows.
template <class T>
std::vector<T> gradient_of_batches(std::size_t rows)
{
    const auto data = filled_tensor<T, 2>({7, 5}, 3);
    const auto labels = labels_for<std::uint8_t>(7, 5);
    input<T, shape<dynamic, 5>, named<"in">> in;
    input<std::uint8_t, unknown_vector, named<"labels">> y;
    const auto w = filled<named<"w">, shape<5>, T>(extents(5), 2);
    in.bind(data);
    y.bind(labels.data(), labels.size());
    const auto loss = cross_entropy(times(times(in, w), w), y);
    const auto squared = times(loss, loss);
    plan p(squared);
    p.value_and_gradient();
    in.bind(data.data(), rows);
    y.bind(labels.data(), rows);
    p.value_and_gradient();
    const std::vector<T> gradient(w.gradient().data(), w.gradient().data() + 5);
    if constexpr (std::is_same_v<T, double>)
        check_gradients(squared);
    return gradient;
}

} // namespace

TEST_CASE("cross_entropy: integer labels of any type, mean and sum")
{
    for (const std::size_t n : sizes())
    {
        check_labels<std::uint8_t>(n, 3);
        if (n > 0)
            check_labels<std::uint8_t>(3, n);
    }
    check_labels<int>(5, 10);
    check_labels<int>(4, 37);
}

TEST_CASE("cross_entropy: probabilities, which have a gradient, too")
{
    for (const std::size_t n : sizes())
    {
        check_probabilities(n, 3);
        check_probabilities(3, n);
    }
    check_probabilities(4, 37);
}

TEST_CASE("cross_entropy: static extents, a single row, and stacks of rows")
{
    const auto x = filled<named<"x">, shape<2, 3, 4>>({2, 3, 4});
    const auto labels = labels_for<int>(6, 4);
    const double total = naive_loss(elements_of(x.value()), one_hot(labels, 4), 4);
    input<int, shape<2, 3>, named<"y">> y;
    y.bind(labels.data());
    check_values(values_of(cross_entropy(x, y)), {total / 6});
    check_gradients(cross_entropy(x, y));

    const auto row = filled<named<"row">, shape<4>>(extents(4));
    input<int, shape<>, named<"label">> label;
    label.assign(2);
    check_values(values_of(cross_entropy(row, label)),
                 {naive_loss(elements_of(row.value()), {0, 0, 1, 0}, 4)});
    check_gradients(cross_entropy(row, label));
}

TEST_CASE("cross_entropy: the same tensor as logits and targets")
{
    for (const std::size_t n : sizes())
    {
        const auto x = filled<named<"x">, unknown_matrix>({3, n});
        check_gradients(cross_entropy(x, x, reduction::sum));
        check_gradients(cross_entropy(x, softmax(x)));
    }
}

TEST_CASE("cross_entropy: logits of a thousand neither overflow nor vanish")
{
    parameter<double, shape<2, 3>, named<"x">> x;
    const std::vector<double> extreme{1e3, -1e3, 0, -1e3, 1e3, 1e3};
    std::copy(extreme.begin(), extreme.end(), x.data());
    const std::vector<int> labels{1, 2};
    input<int, shape<2>, named<"y">> y;
    y.bind(labels.data());
    plan of_labels(cross_entropy(x, y, reduction::sum));
    CHECK(agree(of_labels.value_and_gradient(), 2e3 + std::log(2.0)));
    check_values(elements_of(x.gradient()), {1, -1, 0, 0, 0.5, -0.5});

    const std::vector<double> hot{0, 1, 0, 0, 0, 1};
    parameter<double, shape<2, 3>, named<"p">> p;
    std::copy(hot.begin(), hot.end(), p.data());
    plan of_probabilities(cross_entropy(x, p, reduction::sum));
    CHECK(agree(of_probabilities.value_and_gradient(), 2e3 + std::log(2.0)));
    check_values(elements_of(x.gradient()), {1, -1, 0, 0, 0.5, -0.5});
    const double l = std::log(2.0);
    check_values(elements_of(p.gradient()), {0, 2e3, 1e3, 2e3 + l, l, l});
}

TEST_CASE("cross_entropy: a label out of range is named, and the plan stays usable")
{
    const auto x = filled<named<"x">, shape<3, 4>>({3, 4});
    std::vector<int> labels{3, 1, 4};
    input<int, shape<3>, named<"y">> y;
    y.bind(labels.data());
    plan p(cross_entropy(x, y));
    const auto names = [&](const char* text)
    {
        CHECK_THROWS_WITH_AS(p.forward(), doctest::Contains(text), domain_error);
        CHECK_THROWS_WITH_AS(p.value_and_gradient(), doctest::Contains(text), domain_error);
    };
    names("cross_entropy: label 4 at row 2");
    labels = {3, -1, 0};
    names("cross_entropy: label -1 at row 1");
    labels = {3, 1, 0};
    const double expected = naive_loss(elements_of(x.value()), one_hot(labels, 4), 4) / 3;
    CHECK(agree(p.value_and_gradient(), expected));
    check_gradients(cross_entropy(x, y));
}

TEST_CASE("cross_entropy: integer labels may be reshaped on their way")
{
    const auto x = filled<named<"x">, shape<6, 4>>({6, 4});
    const auto labels = labels_for<std::uint8_t>(6, 4);
    input<std::uint8_t, shape<2, 3>, named<"y">> y;
    y.bind(labels.data());
    const auto loss = cross_entropy(x, reshape(y, shape<6>{}));
    check_values(values_of(loss), {naive_loss(elements_of(x.value()), one_hot(labels, 4), 4) / 6});
    check_gradients(loss);
}

TEST_CASE("cross_entropy: among fused operations, in float, for the last smaller batch")
{
    const auto exact = gradient_of_batches<double>(4);
    const auto rounded = gradient_of_batches<float>(4);
    for (std::size_t i = 0; i < exact.size(); ++i)
        CHECK(static_cast<double>(rounded[i]) == doctest::Approx(exact[i]).epsilon(1e-4));
}

TEST_CASE("cross_entropy: targets that do not fit are refused at run time")
{
    const auto x = filled<named<"x">, unknown_matrix>({3, 4});
    const std::vector<int> labels{0, 1};
    input<int, unknown_vector, named<"y">> y;
    y.bind(labels.data(), 2);
    plan p(cross_entropy(x, y));
    CHECK_THROWS_WITH_AS(
        p.forward(),
        "xgrad::cross_entropy: expected labels, one for each row of the logits, or "
        "probabilities of the shape of the logits, found (3, 4) and (2)",
        shape_error);
}
