// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/kernels/convolution.hpp>
#include <xgrad/kernels/simd.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

// Forward, input gradient and weight gradient of the convolutions of the convnet example and of a
// larger one, with the geometry known when running (im2col) and known when compiling, against the
// peak of multiply-adds.
namespace
{

using xgrad::kernels::convolution_geometry;
namespace kernels = xgrad::kernels;
namespace simd = xgrad::simd;

struct aligned_delete
{
    void operator()(float* memory) const
    {
        ::operator delete[](memory, std::align_val_t{simd::alignment});
    }
};

using buffer = std::unique_ptr<float[], aligned_delete>;

buffer make_buffer(std::size_t size)
{
    buffer memory(static_cast<float*>(
        ::operator new[](size * sizeof(float), std::align_val_t{simd::alignment})));
    for (std::size_t i = 0; i < size; ++i)
        memory[i] = static_cast<float>(i % 17) * 0.125f - 1.0f;
    return memory;
}

constexpr convolution_geometry three_by_three(std::size_t in, std::size_t out, std::size_t extent)
{
    return kernels::with_same_padding({.in_channels = in,
                                       .height = extent,
                                       .width = extent,
                                       .out_channels = out,
                                       .kernel_height = 3,
                                       .kernel_width = 3});
}

constexpr convolution_geometry first_layer = three_by_three(1, 8, 28);
constexpr convolution_geometry second_layer = three_by_three(8, 8, 14);
constexpr convolution_geometry large_layer = three_by_three(64, 64, 28);

template <convolution_geometry G>
struct operands
{
    static constexpr std::size_t batch = G.in_channels == 64 ? 8 : 100;

    buffer x = make_buffer(batch * G.in_size());
    buffer w = make_buffer(G.filter_size());
    buffer bias = make_buffer(G.out_channels);
    buffer out = make_buffer(batch * G.out_size());
    buffer scratch = make_buffer(std::max(kernels::convolution_scratch_size<float>(G, batch),
                                          kernels::convolution_scratch_size<G, float>(batch)));
};

template <convolution_geometry G>
void count_operations(benchmark::State& state)
{
    const double products = static_cast<double>(operands<G>::batch * G.out_size() * G.taps());
    state.counters["FLOP/s"] =
        benchmark::Counter(2 * products, benchmark::Counter::kIsIterationInvariantRate);
}

template <convolution_geometry G, bool Static>
void forward(benchmark::State& state)
{
    operands<G> o;
    for (auto _ : state)
    {
        if constexpr (Static)
            kernels::convolution_forward<G>(o.batch, o.x.get(), o.w.get(), o.bias.get(),
                                            o.out.get(), false, o.scratch.get());
        else
            kernels::convolution_forward(G, o.batch, o.x.get(), o.w.get(), o.bias.get(),
                                         o.out.get(), false, o.scratch.get());
        benchmark::ClobberMemory();
    }
    count_operations<G>(state);
}

template <convolution_geometry G, bool Static>
void input_gradient(benchmark::State& state)
{
    operands<G> o;
    for (auto _ : state)
    {
        if constexpr (Static)
            kernels::convolution_input_gradient<G>(o.batch, o.out.get(), o.w.get(), o.x.get(),
                                                   false, o.scratch.get());
        else
            kernels::convolution_input_gradient(G, o.batch, o.out.get(), o.w.get(), o.x.get(),
                                                false, o.scratch.get());
        benchmark::ClobberMemory();
    }
    count_operations<G>(state);
}

template <convolution_geometry G, bool Static>
void weight_gradient(benchmark::State& state)
{
    operands<G> o;
    for (auto _ : state)
    {
        if constexpr (Static)
            kernels::convolution_weight_gradient<G>(o.batch, o.x.get(), o.out.get(), o.w.get(),
                                                    o.bias.get(), false, o.scratch.get());
        else
            kernels::convolution_weight_gradient(G, o.batch, o.x.get(), o.out.get(), o.w.get(),
                                                 o.bias.get(), false, o.scratch.get());
        benchmark::ClobberMemory();
    }
    count_operations<G>(state);
}

/// Independent multiply-adds in registers: what the processor can do at best.
void fma_peak(benchmark::State& state)
{
    using V = simd::pack<float>;
    constexpr std::size_t chains = 12;
    constexpr std::size_t rounds = 1000;
    V sums[chains];
    for (std::size_t i = 0; i < chains; ++i)
        sums[i] = simd::broadcast<V>(static_cast<float>(i));
    V factor = simd::broadcast<V>(0.5f);
    benchmark::DoNotOptimize(factor);
    for (auto _ : state)
    {
        for (std::size_t round = 0; round < rounds; ++round)
            for (std::size_t i = 0; i < chains; ++i)
                sums[i] = simd::fma(sums[i], factor, factor);
        for (std::size_t i = 0; i < chains; ++i)
            benchmark::DoNotOptimize(sums[i]);
    }
    state.counters["FLOP/s"] =
        benchmark::Counter(static_cast<double>(2 * chains * rounds * simd::lanes<V>),
                           benchmark::Counter::kIsIterationInvariantRate);
}

} // namespace

BENCHMARK(fma_peak);
BENCHMARK(forward<first_layer, false>);
BENCHMARK(forward<first_layer, true>);
BENCHMARK(weight_gradient<first_layer, false>);
BENCHMARK(weight_gradient<first_layer, true>);
BENCHMARK(forward<second_layer, false>);
BENCHMARK(forward<second_layer, true>);
BENCHMARK(input_gradient<second_layer, false>);
BENCHMARK(input_gradient<second_layer, true>);
BENCHMARK(weight_gradient<second_layer, false>);
BENCHMARK(weight_gradient<second_layer, true>);
BENCHMARK(forward<large_layer, false>);
BENCHMARK(forward<large_layer, true>);
BENCHMARK(input_gradient<large_layer, false>);
BENCHMARK(input_gradient<large_layer, true>);
BENCHMARK(weight_gradient<large_layer, false>);
BENCHMARK(weight_gradient<large_layer, true>);
BENCHMARK_MAIN();
