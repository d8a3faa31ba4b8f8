// SPDX-License-Identifier: BSD-3-Clause

// Matrix products: forward, weights' and inputs' gradient of the example models' linear layers, and
// squares, beside the libraries that the machine has.

#include "baseline/product_rivals.hpp"
#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/kernels/matmul.hpp>

#include <cstddef>
#include <string>
#include <type_traits>

namespace
{

using benchmarks::array;
using std::size_t;
using xgrad::dynamic;

template <class T, bool TransposeA, bool TransposeB>
struct operands
{
    using product_type = baseline::product<T, TransposeA, TransposeB>;

    operands(size_t m, size_t n, size_t k)
        : a(m * k, -1, 1, 1), b(k * n, -1, 1, 2),
          c(m * n), product{m, n, k, a.data(), b.data(), c.data()}
    {
    }

    array<T> a;
    array<T> b;
    array<T> c;
    product_type product;
};

/// The rows of one product. Extents of the template are known to xgrad when compiling, as they are
/// in a network, others not.
template <class T, bool TransposeA, bool TransposeB, size_t M = dynamic, size_t N = dynamic,
          size_t K = dynamic>
void add(const std::string& group, size_t m, size_t n, size_t k)
{
    using product = baseline::product<T, TransposeA, TransposeB>;
    const std::string row = "matmul/" + group + " " +
                            (std::is_same_v<T, double> ? "double " : "float ") +
                            (TransposeA ? "T" : "N") + (TransposeB ? "T " : "N ") +
                            std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k);
    const auto add_row = [=](const std::string& contender, auto multiply)
    {
        benchmarks::add(row + "/" + contender,
                        [=](benchmark::State& state)
                        {
                            const operands<T, TransposeA, TransposeB> o(m, n, k);
                            benchmarks::repeat(state, [&] { multiply(o.product); });
                            benchmarks::count_work(state,
                                                   {.flops = 2.0 * static_cast<double>(m * n * k)});
                        });
    };
    add_row("xgrad",
            [](const product& p)
            {
                xgrad::kernels::matmul<TransposeA, TransposeB, M, N, K>(
                    p.m, p.n, p.k, p.a, p.lda(), p.b, p.ldb(), p.c, p.n, false);
            });
    for (const auto& [name, multiply] : baseline::product_rivals<T, TransposeA, TransposeB>())
        add_row(name, multiply);
}

/// The products of a linear layer for @p batch examples.
template <size_t Inputs, size_t Outputs>
void add_layer(size_t batch)
{
    add<float, false, false, dynamic, Outputs, Inputs>("layer", batch, Outputs, Inputs);
    add<float, true, false, Inputs, Outputs>("layer", Inputs, Outputs, batch);
    if (Inputs != 784) // the images, which need no gradient
        add<float, false, true, dynamic, Inputs, Outputs>("layer", batch, Inputs, Outputs);
}

template <class T>
void add_squares()
{
    for (const size_t n : {size_t{128}, size_t{256}, size_t{512}, size_t{1024}, size_t{2048}})
        add<T, false, false>("square", n, n, n);
    add<T, true, false>("square", 512, 512, 512);
    add<T, false, true>("square", 512, 512, 512);
}

} // namespace

int main(int argc, char** argv)
{
    constexpr size_t batch = 100;
    add_layer<784, 32>(batch);
    add_layer<784, 10>(batch);
    add_layer<392, 32>(batch);
    add_layer<32, 32>(batch);
    add_layer<32, 10>(batch);
    add_squares<float>();
    add_squares<double>();
    return benchmarks::run(argc, argv);
}
