// SPDX-License-Identifier: BSD-3-Clause

// Convolutions of the convnet example and larger ones: forward, weight gradient, input gradient.
// The geometry is known when compiling; `xgrad dynamic` has it known when running.

#include "kernels/onednn_convolution.hpp"
#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/kernels/convolution.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

namespace
{

using benchmarks::array;
using std::size_t;
using xgrad::kernels::convolution_geometry;
namespace kernels = xgrad::kernels;

constexpr convolution_geometry square(size_t in, size_t out, size_t extent, size_t kernel,
                                      size_t stride = 1, size_t groups = 1)
{
    const size_t pad = kernel / 2;
    return {.in_channels = in,
            .height = extent,
            .width = extent,
            .out_channels = out,
            .kernel_height = kernel,
            .kernel_width = kernel,
            .stride_height = stride,
            .stride_width = stride,
            .pad_top = pad,
            .pad_bottom = pad,
            .pad_left = pad,
            .pad_right = pad,
            .groups = groups};
}

template <convolution_geometry G>
struct operands
{
    explicit operands(size_t images)
        : batch{images}, x(images * G.in_size(), -1, 1), w(G.filter_size(), -1, 1),
          bias(G.out_channels, -1, 1), out(images * G.out_size(), -1, 1),
          scratch(std::max(kernels::convolution_scratch_size<float>(G, images),
                           kernels::convolution_scratch_size<G, float>(images)))
    {
    }

    size_t batch;
    array<float> x, w, bias, out, scratch;
};

/// One row; @p run(operands) is what is timed.
template <convolution_geometry G, class Run>
void add_xgrad(const std::string& row, size_t batch, Run run)
{
    benchmarks::add(row,
                    [=](benchmark::State& state)
                    {
                        operands<G> o(batch);
                        benchmarks::repeat(state, [&] { run(o); });
                        benchmarks::count_work(
                            state,
                            {.flops = 2.0 * static_cast<double>(batch * G.out_size() * G.taps())});
                    });
}

#if defined(XGRAD_BENCHMARK_ONEDNN)
template <convolution_geometry G, class Run>
void add_onednn(const std::string& row, size_t batch, dnnl::algorithm algorithm, Run run)
{
    benchmarks::add(row,
                    [=](benchmark::State& state)
                    {
                        benchmarks::onednn_convolution o(G, batch, algorithm);
                        benchmarks::repeat(state, [&] { run(o); });
                        benchmarks::count_work(
                            state,
                            {.flops = 2.0 * static_cast<double>(batch * G.out_size() * G.taps())});
                    });
}

/// The same three rows by oneDNN, and those of Winograd's algorithm where it would take that.
template <convolution_geometry G>
void add_rivals(const std::string& shape, size_t batch)
{
    using rival = benchmarks::onednn_convolution;
    for (const auto algorithm :
         {dnnl::algorithm::convolution_direct, dnnl::algorithm::convolution_auto})
    {
        const bool is_direct = algorithm == dnnl::algorithm::convolution_direct;
        if (!is_direct && !rival(G, 1, algorithm).is_winograd())
            continue;
        const std::string name = is_direct ? "/oneDNN" : "/oneDNN Winograd";
        add_onednn<G>("convolution/forward " + shape + name, batch, algorithm,
                      [](rival& o) { o.forward(); });
        add_onednn<G>("convolution/weights " + shape + name, batch, algorithm,
                      [](rival& o) { o.weight_gradient(); });
        add_onednn<G>("convolution/input " + shape + name, batch, algorithm,
                      [](rival& o) { o.input_gradient(); });
    }
}
#endif

template <convolution_geometry G>
void add_shape(const std::string& shape, size_t batch)
{
    using o = operands<G>;
    add_xgrad<G>("convolution/forward " + shape + "/xgrad", batch,
                 [](o& p)
                 {
                     kernels::convolution_forward<G>(p.batch, p.x.data(), p.w.data(), p.bias.data(),
                                                     p.out.data(), false, p.scratch.data());
                 });
    add_xgrad<G>("convolution/forward " + shape + "/xgrad dynamic", batch,
                 [](o& p)
                 {
                     kernels::convolution_forward(G, p.batch, p.x.data(), p.w.data(), p.bias.data(),
                                                  p.out.data(), false, p.scratch.data());
                 });
    add_xgrad<G>("convolution/weights " + shape + "/xgrad", batch,
                 [](o& p)
                 {
                     kernels::convolution_weight_gradient<G>(p.batch, p.x.data(), p.out.data(),
                                                             p.w.data(), p.bias.data(), false,
                                                             p.scratch.data());
                 });
    add_xgrad<G>("convolution/weights " + shape + "/xgrad dynamic", batch,
                 [](o& p)
                 {
                     kernels::convolution_weight_gradient(G, p.batch, p.x.data(), p.out.data(),
                                                          p.w.data(), p.bias.data(), false,
                                                          p.scratch.data());
                 });
    add_xgrad<G>("convolution/input " + shape + "/xgrad", batch,
                 [](o& p)
                 {
                     kernels::convolution_input_gradient<G>(p.batch, p.out.data(), p.w.data(),
                                                            p.x.data(), false, p.scratch.data());
                 });
    add_xgrad<G>("convolution/input " + shape + "/xgrad dynamic", batch,
                 [](o& p)
                 {
                     kernels::convolution_input_gradient(G, p.batch, p.out.data(), p.w.data(),
                                                         p.x.data(), false, p.scratch.data());
                 });
#if defined(XGRAD_BENCHMARK_ONEDNN)
    add_rivals<G>(shape, batch);
#endif
}

} // namespace

int main(int argc, char** argv)
{
    add_shape<square(1, 8, 28, 3)>("convnet N100 C1 28x28 K8 3x3", 100);
    add_shape<square(8, 8, 14, 3)>("convnet N100 C8 14x14 K8 3x3", 100);
    add_shape<square(64, 64, 28, 3)>("N32 C64 28x28 K64 3x3", 32);
    add_shape<square(128, 256, 14, 3, 2)>("N8 C128 14x14 K256 3x3 stride 2", 8);
    add_shape<square(256, 64, 28, 1)>("N8 C256 28x28 K64 1x1", 8);
    add_shape<square(32, 32, 28, 5)>("N8 C32 28x28 K32 5x5", 8);
    add_shape<square(3, 64, 112, 7, 2)>("N8 C3 112x112 K64 7x7 stride 2", 8);
    add_shape<square(64, 64, 56, 3, 1, 64)>("N8 C64 56x56 depthwise 3x3", 8);
    return benchmarks::run(argc, argv);
}
