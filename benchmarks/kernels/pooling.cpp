// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/kernels/pooling.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

// Maximum pooling of 2x2 tiles, as in the convnet example: vectorised, and by the definition (which
// indices of four bytes select), in bytes of pixels a second.
namespace
{

using xgrad::kernels::pooling_geometry;
namespace kernels = xgrad::kernels;

constexpr std::size_t planes = 100 * 8;

constexpr pooling_geometry halving(std::size_t extent)
{
    return {.height = extent,
            .width = extent,
            .window_height = 2,
            .window_width = 2,
            .stride_height = 2,
            .stride_width = 2};
}

template <class Index>
struct operands
{
    explicit operands(const pooling_geometry& g)
        : x(planes * g.in_pixels()), out(planes * g.out_pixels()), index(planes * g.out_pixels())
    {
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<float>(i * 2654435761u % 1024);
        kernels::max_pool_forward(g, planes, x.data(), out.data(), index.data());
    }

    std::vector<float> x;
    std::vector<float> out;
    std::vector<Index> index;
};

void count_bytes(benchmark::State& state, std::size_t pixels)
{
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(planes * pixels * sizeof(float)));
}

template <class Index>
void max_forward(benchmark::State& state)
{
    const pooling_geometry g = halving(static_cast<std::size_t>(state.range(0)));
    operands<Index> o(g);
    for (auto _ : state)
    {
        kernels::max_pool_forward(g, planes, o.x.data(), o.out.data(), o.index.data());
        benchmark::ClobberMemory();
    }
    count_bytes(state, g.in_pixels());
}

template <class Index>
void max_backward(benchmark::State& state)
{
    const pooling_geometry g = halving(static_cast<std::size_t>(state.range(0)));
    operands<Index> o(g);
    for (auto _ : state)
    {
        kernels::max_pool_backward(g, planes, o.out.data(), o.index.data(), o.x.data(), false);
        benchmark::ClobberMemory();
    }
    count_bytes(state, g.in_pixels());
}

} // namespace

BENCHMARK(max_forward<std::uint32_t>)->Arg(28)->Arg(14);
BENCHMARK(max_forward<std::uint8_t>)->Arg(28)->Arg(14);
BENCHMARK(max_backward<std::uint32_t>)->Arg(28)->Arg(14);
BENCHMARK(max_backward<std::uint8_t>)->Arg(28)->Arg(14);
BENCHMARK_MAIN();
