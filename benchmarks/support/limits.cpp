// SPDX-License-Identifier: BSD-3-Clause
#include "support/limits.hpp"

#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/kernels/simd.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace benchmarks
{

namespace
{

namespace simd = xgrad::simd;

template <class T>
void multiply_add(benchmark::State& state)
{
    using V = simd::pack<T>;
    constexpr std::size_t chains = 12; // two pipes of up to six cycles
    constexpr std::size_t steps = 1000;
    V factor = simd::broadcast<V>(T(0.5));
    V term = simd::broadcast<V>(T(1));
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    for (auto _ : state)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            V sum[] = {((void)I, term)...};
            for (std::size_t step = 0; step < steps; ++step)
                ((sum[I] = simd::fma(sum[I], factor, term)), ...);
            for (V& s : sum)
                benchmark::DoNotOptimize(s);
        }
        (std::make_index_sequence<chains>{});
    }
    count_work(state, {.flops = double{2 * chains * steps * simd::lanes<V>}});
}

/// Two loads and a store of a vector for each addition.
void pass_through(benchmark::State& state, std::size_t bytes)
{
    using V = simd::pack<float>;
    constexpr std::size_t step = 4 * simd::lanes<V>;
    const std::size_t size = bytes / (3 * sizeof(float)) / step * step;
    const array<float> a(size, 0, 1);
    const array<float> b(size, 0, 1);
    const array<float> c(size);
    for (auto _ : state)
    {
        for (std::size_t i = 0; i < size; i += step)
            for (std::size_t j = i; j < i + step; j += simd::lanes<V>)
                simd::store<V>(c.data() + j,
                               simd::load<V>(a.data() + j) + simd::load<V>(b.data() + j));
        benchmark::ClobberMemory();
    }
    count_work(state, {.bytes = double{3 * sizeof(float)} * static_cast<double>(size)});
}

} // namespace

void add_limits()
{
    add("limit/multiply-add/float", multiply_add<float>);
    add("limit/multiply-add/double", multiply_add<double>);
    constexpr std::size_t kib = 1024;
    for (const std::size_t bytes : {16 * kib, 512 * kib, 8192 * kib, 262144 * kib})
        add("limit/bandwidth/" + std::to_string(bytes / kib) + " KiB",
            [bytes](benchmark::State& state) { pass_through(state, bytes); });
}

} // namespace benchmarks
