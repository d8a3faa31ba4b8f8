// SPDX-License-Identifier: BSD-3-Clause

// Matrix products: the shapes of the example models, convolutions as products, and squares, beside
// the multiply-add peak of the machine and, when built with XGRAD_BENCHMARK_CBLAS, a BLAS. Run a
// BLAS with one thread (OPENBLAS_NUM_THREADS=1).

#include <xgrad/kernels/matmul.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#if defined(XGRAD_BENCHMARK_CBLAS)
#include <cblas.h>
#endif

namespace
{

using std::size_t;

std::vector<float> random_values(size_t count)
{
    std::mt19937 generator(1);
    std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
    std::vector<float> values(count);
    for (float& value : values)
        value = uniform(generator);
    return values;
}

void count_flops(benchmark::State& state, size_t flops)
{
    state.counters["GFLOP/s"] = benchmark::Counter(static_cast<double>(flops) * 1e-9,
                                                   benchmark::Counter::kIsIterationInvariantRate);
}

/// What independent multiply-adds in registers reach: the upper limit of every product.
void peak(benchmark::State& state)
{
    using V = xgrad::simd::pack<float>;
    constexpr size_t chains = 12;
    constexpr size_t steps = 1000;
    V factor = xgrad::simd::broadcast<V>(0.5F);
    V term = xgrad::simd::broadcast<V>(1.0F);
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    for (auto _ : state)
    {
        [&]<size_t... I>(std::index_sequence<I...>)
        {
            V sum[] = {((void)I, term)...};
            for (size_t step = 0; step < steps; ++step)
                ((sum[I] = xgrad::simd::fma(sum[I], factor, term)), ...);
            for (V& s : sum)
                benchmark::DoNotOptimize(s);
        }
        (std::make_index_sequence<chains>{});
    }
    count_flops(state, 2 * chains * steps * xgrad::simd::lanes<V>);
}

struct operands
{
    size_t m, n, k;
    std::vector<float> a = random_values(m * k);
    std::vector<float> b = random_values(k * n);
    std::vector<float> c = random_values(m * n);
};

template <bool TransposeA, bool TransposeB, size_t N, size_t K>
void xgrad_matmul(benchmark::State& state, operands x)
{
    for (auto _ : state)
    {
        xgrad::kernels::matmul<TransposeA, TransposeB, xgrad::dynamic, N, K>(
            x.m, x.n, x.k, x.a.data(), TransposeA ? x.m : x.k, x.b.data(), TransposeB ? x.k : x.n,
            x.c.data(), x.n, false);
        benchmark::DoNotOptimize(x.c.data());
        benchmark::ClobberMemory();
    }
    count_flops(state, 2 * x.m * x.n * x.k);
}

#if defined(XGRAD_BENCHMARK_CBLAS)
template <bool TransposeA, bool TransposeB>
void cblas_matmul(benchmark::State& state, operands x)
{
    const auto as_int = [](size_t n) { return static_cast<int>(n); };
    for (auto _ : state)
    {
        cblas_sgemm(CblasRowMajor, TransposeA ? CblasTrans : CblasNoTrans,
                    TransposeB ? CblasTrans : CblasNoTrans, as_int(x.m), as_int(x.n), as_int(x.k),
                    1.0F, x.a.data(), as_int(TransposeA ? x.m : x.k), x.b.data(),
                    as_int(TransposeB ? x.k : x.n), 0.0F, x.c.data(), as_int(x.n));
        benchmark::ClobberMemory();
    }
    count_flops(state, 2 * x.m * x.n * x.k);
}
#endif

template <bool TransposeA, bool TransposeB, size_t N = xgrad::dynamic, size_t K = xgrad::dynamic>
void add(size_t m, size_t n, size_t k)
{
    const std::string name = std::string(TransposeA ? "T" : "N") + (TransposeB ? "T" : "N") + "/" +
                             std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k);
    const bool is_static = N != xgrad::dynamic || K != xgrad::dynamic;
    benchmark::RegisterBenchmark((name + (is_static ? "/xgrad_static" : "/xgrad")).c_str(),
                                 xgrad_matmul<TransposeA, TransposeB, N, K>, operands{m, n, k});
#if defined(XGRAD_BENCHMARK_CBLAS)
    benchmark::RegisterBenchmark((name + "/blas").c_str(), cblas_matmul<TransposeA, TransposeB>,
                                 operands{m, n, k});
#endif
}

void add_model_shapes()
{
    add<false, false>(100, 32, 784);
    add<false, false>(100, 10, 32);
    add<false, false>(100, 32, 392);
    add<false, false>(100, 10, 784);
    add<false, false>(100, 32, 32);
    add<true, false>(784, 32, 100);
    add<true, false>(784, 10, 100);
    add<true, false>(392, 32, 100);
    add<true, false>(32, 10, 100);
    add<false, true>(100, 784, 32);
    add<false, true>(100, 392, 32);
    add<false, true>(100, 32, 10);
    add<false, true>(100, 32, 32);
    add<false, false>(8, 196, 72);
    add<false, false>(8, 784, 9);
    add<false, true>(8, 72, 196);
    add<true, false>(72, 196, 8);
}

void add_other_shapes()
{
    add<false, false>(1, 512, 512);
    add<false, true>(1, 512, 512);
    add<false, false>(512, 1, 512);
    for (const size_t n : {64U, 128U, 256U, 512U, 1024U, 2048U})
        add<false, false>(n, n, n);
    add<true, false>(512, 512, 512);
    add<false, true>(512, 512, 512);
}

} // namespace

int main(int argc, char** argv)
{
    benchmark::RegisterBenchmark("peak", peak);
    add_model_shapes();
    add_other_shapes();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
