// SPDX-License-Identifier: BSD-3-Clause
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/kernels/pooling.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Maximum pooling of 2x2 tiles, as in the convnet example: vectorised, and by the definition (which
// indices of four bytes select).
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

/// Forward and backward for planes of @p extent squared, with the places of the maxima as Index.
template <class Index>
void add(const std::string& places, std::size_t extent)
{
    const pooling_geometry g = halving(extent);
    const std::string row = "pooling/maximum of 2x2, 800 planes of " + std::to_string(extent) +
                            " squared, places in " + places + ", ";
    const auto add_row = [&](const char* what, auto body)
    {
        benchmarks::add(row + what + "/xgrad",
                        [=](benchmark::State& state)
                        {
                            operands<Index> o(g);
                            benchmarks::repeat(state, [&] { body(o); });
                            benchmarks::count_work(
                                state,
                                {.bytes = static_cast<double>(
                                     planes * (g.in_pixels() + g.out_pixels()) * sizeof(float))});
                        });
    };
    add_row("forward", [g](operands<Index>& o)
            { kernels::max_pool_forward(g, planes, o.x.data(), o.out.data(), o.index.data()); });
    add_row("backward",
            [g](operands<Index>& o) {
                kernels::max_pool_backward(g, planes, o.out.data(), o.index.data(), o.x.data(),
                                           false);
            });
}

} // namespace

int main(int argc, char** argv)
{
    for (const std::size_t extent : {std::size_t{28}, std::size_t{14}})
    {
        add<std::uint8_t>("bytes", extent);
        add<std::uint32_t>("words", extent);
    }
    return benchmarks::run(argc, argv);
}
