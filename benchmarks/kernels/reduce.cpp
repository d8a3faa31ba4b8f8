// SPDX-License-Identifier: BSD-3-Clause

// Reductions and the rows of softmax and cross entropy, as kernels.

#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/kernels/argmax.hpp>
#include <xgrad/kernels/cross_entropy.hpp>
#include <xgrad/kernels/log_sum_exp.hpp>
#include <xgrad/kernels/reduce.hpp>
#include <xgrad/kernels/softmax.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace
{

using std::size_t;
namespace kernels = xgrad::kernels;

/// Times body(x, y) on two arrays of rows * columns elements.
template <class Body>
void add(const std::string& name, size_t rows, size_t columns, Body body)
{
    benchmarks::add(
        "rows/" + name + ", " + std::to_string(rows) + "x" + std::to_string(columns) + "/xgrad",
        [=](benchmark::State& state)
        {
            const benchmarks::array<float> x(rows * columns, -1, 1);
            const benchmarks::array<float> y(rows * columns);
            benchmarks::repeat(state, [&] { body(x.data(), y.data()); });
            benchmarks::count_work(state,
                                   {.bytes = static_cast<double>(rows * columns * sizeof(float))});
        });
}

void add_reductions(size_t rows, size_t columns)
{
    add("sum_rows", rows, columns,
        [=](float* x, float* y) { kernels::sum(rows, columns, 1, x, y); });
    add("sum_columns", rows, columns,
        [=](float* x, float* y) { kernels::sum(1, rows, columns, x, y); });
    add("maximum_rows", rows, columns,
        [=](float* x, float* y) { kernels::maximum(rows, columns, 1, x, y); });
    add("log_sum_exp_rows", rows, columns,
        [=](float* x, float* y) { kernels::log_sum_exp(rows, columns, 1, x, y); });
}

void add_softmax(size_t rows, size_t columns)
{
    add("softmax_forward", rows, columns,
        [=](float* x, float* y) { kernels::softmax_forward(rows, columns, x, y); });
    add("softmax_backward", rows, columns,
        [=](float* x, float* y) { kernels::softmax_backward(rows, columns, x, x, y, false); });
    const std::vector<std::uint8_t> labels(rows, 1);
    add("cross_entropy_forward", rows, columns,
        [=](float* x, float* y) {
            benchmark::DoNotOptimize(
                kernels::cross_entropy_forward(rows, columns, x, labels.data(), y));
        });
    add("cross_entropy_backward", rows, columns,
        [=](float* x, float* y)
        { kernels::cross_entropy_backward(rows, columns, x, labels.data(), 0.01F, y, false); });
    add("argmax", rows, columns,
        [=](float* x, float* y)
        { kernels::argmax(rows, columns, 1, x, reinterpret_cast<std::int32_t*>(y)); });
}

} // namespace

int main(int argc, char** argv)
{
    add_reductions(100, 10);
    add_reductions(100, 32);
    add_reductions(100, 784);
    add_reductions(1, 1000);
    add_reductions(1, 1000000);
    add_softmax(100, 10);
    add_softmax(100, 1000);
    return benchmarks::run(argc, argv);
}
