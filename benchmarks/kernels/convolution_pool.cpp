// SPDX-License-Identifier: BSD-3-Clause

// Convolution, relu and pooling of 2x2 tiles in one, at the two layers of the convnet example. The
// rival's rows are oneDNN's convolution with relu followed by its pooling, both in its own layout;
// `xgrad apart` is the separate kernels of xgrad.

#include "kernels/onednn_convolution.hpp"
#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/kernels/convolution_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace
{

using benchmarks::array;
using std::size_t;
using xgrad::kernels::convolution_geometry;
namespace kernels = xgrad::kernels;

constexpr size_t batch = 100;

constexpr convolution_geometry layer(size_t in, size_t extent)
{
    return kernels::with_same_padding({.in_channels = in,
                                       .height = extent,
                                       .width = extent,
                                       .out_channels = 8,
                                       .kernel_height = 3,
                                       .kernel_width = 3});
}

template <convolution_geometry G>
struct operands
{
    static constexpr size_t pooled = batch * kernels::convolution_pool_out_size<G>();

    array<float> x{batch * G.in_size(), -1, 1}, w{G.filter_size(), -1, 1},
        bias{G.out_channels, -1, 1}, out{pooled, -1, 1}, grad_out{pooled, -1, 1};
    array<float> scratch{kernels::convolution_pool_scratch_size<G, float>(batch) +
                         kernels::detail::pool_apart_scratch<G, float>()};
    std::vector<std::uint8_t> mask =
        std::vector<std::uint8_t>(batch * kernels::convolution_pool_mask_size<G, float>() + pooled);
};

/// One row; @p prepare and then, timed, @p run work on the operands.
template <convolution_geometry G, class Prepare, class Run>
void add_row(const std::string& row, double products, Prepare prepare, Run run)
{
    benchmarks::add(row,
                    [=](benchmark::State& state)
                    {
                        operands<G> o;
                        prepare(o);
                        benchmarks::repeat(state, [&] { run(o); });
                        benchmarks::count_work(
                            state, {.flops = 2.0 * products *
                                             static_cast<double>(batch * G.out_size() * G.taps())});
                    });
}

template <convolution_geometry G>
void forward(operands<G>& o)
{
    kernels::convolution_relu_max_pool_forward<G>(batch, o.x.data(), o.w.data(), o.bias.data(),
                                                  o.out.data(), o.mask.data(), o.scratch.data());
}

template <convolution_geometry G>
void forward_apart(operands<G>& o)
{
    kernels::detail::pool_apart_forward<G>(batch, o.x.data(), o.w.data(), o.bias.data(),
                                           o.out.data(), o.mask.data(), o.scratch.data());
}

/// The gradients with respect to the weights and, if @p Input, to the images.
template <convolution_geometry G, bool Input>
void backward(operands<G>& o)
{
    kernels::convolution_relu_max_pool_backward<G>(
        batch, o.x.data(), o.w.data(), o.grad_out.data(), o.mask.data(),
        Input ? o.x.data() : nullptr, false, o.w.data(), o.bias.data(), false, o.scratch.data());
}

template <convolution_geometry G, bool Input>
void backward_apart(operands<G>& o)
{
    kernels::detail::pool_apart_backward<G>(batch, o.x.data(), o.w.data(), o.grad_out.data(),
                                            o.mask.data(), Input ? o.x.data() : nullptr, false,
                                            o.w.data(), o.bias.data(), o.scratch.data());
}

#if defined(XGRAD_BENCHMARK_ONEDNN)
template <convolution_geometry G>
void add_rival(const std::string& row)
{
    benchmarks::add(
        row,
        [](benchmark::State& state)
        {
            benchmarks::onednn_convolution o(G, batch, dnnl::algorithm::convolution_direct, true);
            const dnnl::memory::desc pooled(
                {batch, G.out_channels, G.out_height() / 2, G.out_width() / 2},
                dnnl::memory::data_type::f32, dnnl::memory::format_tag::any);
            const dnnl::pooling_forward::primitive_desc description(
                {dnnl::prop_kind::forward_training,
                 dnnl::algorithm::pooling_max,
                 o.result().get_desc(),
                 pooled,
                 {2, 2},
                 {2, 2},
                 {0, 0},
                 {0, 0}},
                o.engine());
            const dnnl::pooling_forward pooling(description);
            const std::unordered_map<int, dnnl::memory> arguments{
                {DNNL_ARG_SRC, o.result()},
                {DNNL_ARG_DST, dnnl::memory(description.dst_desc(), o.engine())},
                {DNNL_ARG_WORKSPACE, dnnl::memory(description.workspace_desc(), o.engine())}};
            benchmarks::repeat(state,
                               [&]
                               {
                                   o.forward();
                                   o.run(pooling, arguments);
                               });
            benchmarks::count_work(
                state, {.flops = 2.0 * static_cast<double>(batch * G.out_size() * G.taps())});
        });
}
#endif

template <convolution_geometry G, bool Input>
void add_layer(const std::string& shape)
{
    static_assert(kernels::is_fused_pool<G, float> ||
                  !xgrad::simd::is_vector<xgrad::simd::pack<float>>);
    const std::string table = "convolution with relu and pooling/";
    const std::string gradients = Input ? "weights and input " : "weights ";
    const double products = Input ? 2 : 1;
    add_row<G>(
        table + "forward " + shape + "/xgrad", 1, [](operands<G>&) {}, forward<G>);
    add_row<G>(
        table + "forward " + shape + "/xgrad apart", 1, [](operands<G>&) {}, forward_apart<G>);
    add_row<G>(table + gradients + shape + "/xgrad", products, forward<G>, backward<G, Input>);
    add_row<G>(table + gradients + shape + "/xgrad apart", products, forward_apart<G>,
               backward_apart<G, Input>);
#if defined(XGRAD_BENCHMARK_ONEDNN)
    add_rival<G>(table + "forward " + shape + "/oneDNN");
#endif
}

} // namespace

int main(int argc, char** argv)
{
    add_layer<layer(1, 28), false>("N100 C1 28x28 K8 3x3");
    add_layer<layer(8, 14), true>("N100 C8 14x14 K8 3x3");
    return benchmarks::run(argc, argv);
}
