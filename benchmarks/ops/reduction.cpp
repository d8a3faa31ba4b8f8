// SPDX-License-Identifier: BSD-3-Clause

// Reductions, softmax and log-sum-exp of a matrix as operations of an expression, forward, against
// loops of vectors written by hand and against xtensor.

#include "baseline/row_reductions.hpp"
#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/xgrad.hpp>

#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace
{

using benchmarks::array;
using matrix_input = xgrad::input<float, xgrad::shape<xgrad::dynamic, xgrad::dynamic>>;

/// A matrix that reductions are made of.
struct matrix
{
    std::size_t rows;
    std::size_t columns;
    array<float> x{rows * columns, -2, 2};

    [[nodiscard]] auto as_xtensor() const
    {
        return xt::adapt(static_cast<const float*>(x.data()), rows * columns, xt::no_ownership(),
                         std::array<std::size_t, 2>{rows, columns});
    }
};

/// Rows for one reduction: @p expression makes it of an input, @p by_hand(rows, columns, x, out)
/// and @p by_xtensor(x) compute it.
template <class Expression, class Hand, class Xtensor>
void add(const std::string& what, std::size_t rows, std::size_t columns, Expression expression,
         Hand by_hand, Xtensor by_xtensor)
{
    const std::string row =
        "reduction/" + what + ", " + std::to_string(rows) + "x" + std::to_string(columns) + "/";
    const benchmarks::work work{.bytes = static_cast<double>(rows * columns * sizeof(float))};
    benchmarks::add(row + "xgrad",
                    [=](benchmark::State& state)
                    {
                        const matrix m{rows, columns};
                        matrix_input input;
                        input.bind(m.x.data(), rows, columns);
                        xgrad::evaluation plan(expression(input));
                        benchmarks::repeat(state, [&]
                                           { benchmark::DoNotOptimize(plan.forward().data()); });
                        benchmarks::count_work(state, work);
                    });
    benchmarks::add(row + "hand-written",
                    [=](benchmark::State& state)
                    {
                        const matrix m{rows, columns};
                        const array<float> out(rows * columns);
                        benchmarks::repeat(state,
                                           [&] { by_hand(rows, columns, m.x.data(), out.data()); });
                    });
    benchmarks::add(row + "xtensor",
                    [=](benchmark::State& state)
                    {
                        const matrix m{rows, columns};
                        const auto x = m.as_xtensor();
                        benchmarks::repeat(state,
                                           [&] { benchmark::DoNotOptimize(by_xtensor(x).data()); });
                    });
}

void add_all(std::size_t rows, std::size_t columns)
{
    using vector = xt::xtensor<float, 1>;
    using xgrad::axis;
    add(
        "sum of rows", rows, columns, [](const auto& x) { return sum(x, axis<1>); },
        baseline::sum_rows, [](const auto& x) { return vector(xt::sum(x, {1})); });
    add(
        "sum of columns", rows, columns, [](const auto& x) { return sum(x, axis<0>); },
        baseline::sum_columns, [](const auto& x) { return vector(xt::sum(x, {0})); });
    add(
        "log-sum-exp of rows", rows, columns, [](const auto& x) { return logsumexp(x, axis<1>); },
        baseline::log_sum_exp_rows,
        [](const auto& x)
        {
            const vector largest = xt::amax(x, {1});
            const auto shifted = x - xt::view(largest, xt::all(), xt::newaxis());
            return vector(largest + xt::log(xt::sum(xt::exp(shifted), {1})));
        });
    add(
        "softmax of rows", rows, columns, [](const auto& x) { return softmax(x); },
        baseline::softmax_rows,
        [](const auto& x)
        {
            const vector largest = xt::amax(x, {1});
            const xt::xtensor<float, 2> e =
                xt::exp(x - xt::view(largest, xt::all(), xt::newaxis()));
            const vector sums = xt::sum(e, {1});
            return xt::xtensor<float, 2>(e / xt::view(sums, xt::all(), xt::newaxis()));
        });
}

} // namespace

int main(int argc, char** argv)
{
    add_all(128, 128);
    add_all(1024, 1024);
    return benchmarks::run(argc, argv);
}
