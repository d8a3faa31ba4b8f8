// SPDX-License-Identifier: BSD-3-Clause
//
// The derivations of docs/coursework.md as numbers: each formula of the page written by hand with
// plain loops, held against xgrad and against central differences of the function it is the
// derivative of. The names of the cases are those that the page gives.

#include "by_hand.hpp"

#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/cross_entropy.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/softmax.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

using namespace xgrad;
using namespace by_hand;

namespace
{

/// s_j = exp(z_j) / sum_c exp(z_c), of one row.
numbers softmax_by_hand(const numbers& z)
{
    double sum = 0;
    numbers s;
    for (const double v : z)
        sum += std::exp(v);
    for (const double v : z)
        s.push_back(std::exp(v) / sum);
    return s;
}

double kronecker(std::size_t i, std::size_t j) { return i == j ? 1 : 0; }

// One linear layer of the page: N examples, D inputs, K outputs.

constexpr std::size_t examples_n = 3;
constexpr std::size_t inputs_d = 4;
constexpr std::size_t outputs_k = 5;

/// z_nk = sum_d x_nd w_dk + b_k.
numbers linear_by_hand(const numbers& x, const numbers& w, const numbers& b)
{
    numbers z;
    for (std::size_t n = 0; n < examples_n; ++n)
        for (std::size_t k = 0; k < outputs_k; ++k)
        {
            double sum = b[k];
            for (std::size_t d = 0; d < inputs_d; ++d)
                sum += x[n * inputs_d + d] * w[d * outputs_k + k];
            z.push_back(sum);
        }
    return z;
}

} // namespace

TEST_CASE("derivations: softmax")
{
    const numbers z = some_numbers(5, 0.3);
    const numbers s = softmax_by_hand(z);
    const parameter<double, shape<5>, named<"z">> scores(tensor_of<xt::xtensor<double, 1>>(z, {5}));
    plan p(softmax(scores));
    for (std::size_t j = 0; j < z.size(); ++j)
    {
        // Row j of the matrix of derivatives: ds_j / dz_i = s_j (delta_ij - s_i).
        numbers row;
        xt::xtensor<double, 1> direction(std::array<std::size_t, 1>{5}, 0.0);
        for (std::size_t i = 0; i < z.size(); ++i)
            row.push_back(s[j] * (kronecker(i, j) - s[i]));
        direction(j) = 1;
        p.forward();
        p.backward(direction);
        check_three_ways(
            row, values_in(scores.gradient()),
            [j](const numbers& at) { return softmax_by_hand(at)[j]; }, z);
    }
}

TEST_CASE("derivations: softmax with cross-entropy")
{
    constexpr std::size_t classes = 4;
    constexpr std::size_t batch = 3;
    const numbers z = some_numbers(batch * classes, 1.7);
    const xt::xtensor<std::uint8_t, 1> labels{2, 0, 2};
    const auto row = [](const numbers& all, std::size_t n)
    {
        const auto start = all.begin() + static_cast<std::ptrdiff_t>(n * classes);
        return numbers(start, start + classes);
    };
    const parameter<double, shape<batch, classes>, named<"z">> scores(
        tensor_of<xt::xtensor<double, 2>>(z, {batch, classes}));
    for (const reduction how : {reduction::sum, reduction::mean})
    {
        const double scale = how == reduction::mean ? 1.0 / batch : 1.0;
        const auto loss = [&](const numbers& at)
        {
            double sum = 0;
            for (std::size_t n = 0; n < batch; ++n)
                sum -= std::log(softmax_by_hand(row(at, n))[labels(n)]);
            return scale * sum;
        };
        numbers short_form; // (s - y) / N, or without the N
        numbers chain_rule; // the sum over j of dloss/ds_j ds_j/dz_i
        for (std::size_t n = 0; n < batch; ++n)
        {
            const numbers s = softmax_by_hand(row(z, n));
            for (std::size_t i = 0; i < classes; ++i)
            {
                short_form.push_back(scale * (s[i] - kronecker(i, labels(n))));
                double sum = 0;
                for (std::size_t j = 0; j < classes; ++j)
                    sum += -kronecker(j, labels(n)) / s[j] * s[j] * (kronecker(i, j) - s[i]);
                chain_rule.push_back(scale * sum);
            }
        }
        check_equal(chain_rule, short_form, 1e-14);
        plan p(cross_entropy(scores, constant(labels), how));
        CHECK(p.value_and_gradient() == doctest::Approx(loss(z)).epsilon(1e-13));
        check_three_ways(short_form, values_in(scores.gradient()), loss, z);
    }
}

TEST_CASE("derivations: linear layer")
{
    const numbers x = some_numbers(examples_n * inputs_d, 0.1);
    const numbers w = some_numbers(inputs_d * outputs_k, 0.5);
    const numbers b = some_numbers(outputs_k, 0.9);
    const numbers g = some_numbers(examples_n * outputs_k, 2.3); // dloss/dz
    numbers grad_w(w.size());
    numbers grad_b(b.size());
    numbers grad_x(x.size());
    for (std::size_t n = 0; n < examples_n; ++n)
        for (std::size_t k = 0; k < outputs_k; ++k)
        {
            const double gradient = g[n * outputs_k + k];
            grad_b[k] += gradient;
            for (std::size_t d = 0; d < inputs_d; ++d)
            {
                grad_w[d * outputs_k + k] += x[n * inputs_d + d] * gradient;
                grad_x[n * inputs_d + d] += gradient * w[d * outputs_k + k];
            }
        }
    const numbers x_t = transpose_by_hand(x, examples_n, inputs_d);
    const numbers w_t = transpose_by_hand(w, inputs_d, outputs_k);
    check_equal(grad_w, product_by_hand(x_t, g, inputs_d, examples_n, outputs_k), 1e-14);
    check_equal(grad_x, product_by_hand(g, w_t, examples_n, outputs_k, inputs_d), 1e-14);

    const parameter<double, shape<examples_n, inputs_d>, named<"x">> input_x(
        tensor_of<xt::xtensor<double, 2>>(x, {examples_n, inputs_d}));
    const parameter<double, shape<inputs_d, outputs_k>, named<"w">> weight(
        tensor_of<xt::xtensor<double, 2>>(w, {inputs_d, outputs_k}));
    const parameter<double, shape<outputs_k>, named<"b">> bias(
        tensor_of<xt::xtensor<double, 1>>(b, {outputs_k}));
    plan p(matmul(input_x, weight) + bias);
    check_equal(values_in(p.forward()), linear_by_hand(x, w, b), 1e-13);
    p.backward(tensor_of<xt::xtensor<double, 2>>(g, {examples_n, outputs_k}));
    check_three_ways(
        grad_w, values_in(weight.gradient()),
        [&](const numbers& at) { return dot_by_hand(g, linear_by_hand(x, at, b)); }, w);
    check_three_ways(
        grad_b, values_in(bias.gradient()),
        [&](const numbers& at) { return dot_by_hand(g, linear_by_hand(x, w, at)); }, b);
    check_three_ways(
        grad_x, values_in(input_x.gradient()),
        [&](const numbers& at) { return dot_by_hand(g, linear_by_hand(at, w, b)); }, x);
}
