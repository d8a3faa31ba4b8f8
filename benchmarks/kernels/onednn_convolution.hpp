// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// oneDNN's convolutions in the layouts that it likes best; conversions to and from them are not
// part of what is measured.

#if defined(XGRAD_BENCHMARK_ONEDNN)

#include <xgrad/kernels/convolution_geometry.hpp>

#include <dnnl.hpp>

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace benchmarks
{

class onednn_convolution
{
public:
    onednn_convolution(const xgrad::kernels::convolution_geometry& g, std::size_t batch,
                       dnnl::algorithm algorithm, bool with_relu = false)
    {
        using tag = dnnl::memory::format_tag;
        using type = dnnl::memory::data_type;
        const dnnl::memory::desc x({dim(batch), dim(g.in_channels), dim(g.height), dim(g.width)},
                                   type::f32, tag::any);
        const dnnl::memory::desc w(filters(g), type::f32, tag::any);
        const dnnl::memory::desc bias({dim(g.out_channels)}, type::f32, tag::x);
        const dnnl::memory::desc out(
            {dim(batch), dim(g.out_channels), dim(g.out_height()), dim(g.out_width())}, type::f32,
            tag::any);
        const dnnl::memory::dims strides{dim(g.stride_height), dim(g.stride_width)};
        const dnnl::memory::dims before{dim(g.pad_top), dim(g.pad_left)};
        const dnnl::memory::dims after{dim(g.pad_bottom), dim(g.pad_right)};
        dnnl::primitive_attr attributes;
        if (with_relu)
        {
            dnnl::post_ops relu;
            relu.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
            attributes.set_post_ops(relu);
        }
        m_forward_description = {
            {dnnl::prop_kind::forward_training, algorithm, x, w, bias, out, strides, before, after},
            attributes,
            m_engine};
        const dnnl::convolution_forward::primitive_desc hint(
            {dnnl::prop_kind::forward_training, algorithm, x, w, bias, out, strides, before, after},
            m_engine);
        m_weight_description = {
            {algorithm, x, w, bias, out, strides, before, after}, m_engine, hint};
        m_input_description = {{algorithm, x, w, out, strides, before, after}, m_engine, hint};
        m_forward = dnnl::convolution_forward(m_forward_description);
        m_weights = dnnl::convolution_backward_weights(m_weight_description);
        m_input = dnnl::convolution_backward_data(m_input_description);
        m_forward_arguments = {{DNNL_ARG_SRC, filled(m_forward_description.src_desc())},
                               {DNNL_ARG_WEIGHTS, filled(m_forward_description.weights_desc())},
                               {DNNL_ARG_BIAS, filled(m_forward_description.bias_desc())},
                               {DNNL_ARG_DST, filled(m_forward_description.dst_desc())}};
        m_weight_arguments = {
            {DNNL_ARG_SRC, filled(m_weight_description.src_desc())},
            {DNNL_ARG_DIFF_DST, filled(m_weight_description.diff_dst_desc())},
            {DNNL_ARG_DIFF_WEIGHTS, filled(m_weight_description.diff_weights_desc())},
            {DNNL_ARG_DIFF_BIAS, filled(m_weight_description.diff_bias_desc())}};
        m_input_arguments = {{DNNL_ARG_DIFF_SRC, filled(m_input_description.diff_src_desc())},
                             {DNNL_ARG_WEIGHTS, filled(m_input_description.weights_desc())},
                             {DNNL_ARG_DIFF_DST, filled(m_input_description.diff_dst_desc())}};
    }

    void forward() { run(m_forward, m_forward_arguments); }
    void weight_gradient() { run(m_weights, m_weight_arguments); }
    void input_gradient() { run(m_input, m_input_arguments); }

    /// Whether it turns tiles into products of transformed ones, which are fewer.
    [[nodiscard]] bool is_winograd() const
    {
        return std::string_view(m_forward_description.impl_info_str()).find("wino") !=
               std::string_view::npos;
    }

    [[nodiscard]] const dnnl::memory& result() const
    {
        return m_forward_arguments.at(DNNL_ARG_DST);
    }
    [[nodiscard]] const dnnl::engine& engine() const { return m_engine; }

    void run(const dnnl::primitive& primitive,
             const std::unordered_map<int, dnnl::memory>& arguments)
    {
        primitive.execute(m_stream, arguments);
        m_stream.wait();
    }

private:
    static dnnl::memory::dim dim(std::size_t extent)
    {
        return static_cast<dnnl::memory::dim>(extent);
    }

    static dnnl::memory::dims filters(const xgrad::kernels::convolution_geometry& g)
    {
        if (g.groups == 1)
            return {dim(g.out_channels), dim(g.in_channels), dim(g.kernel_height),
                    dim(g.kernel_width)};
        return {dim(g.groups), dim(g.group_out_channels()), dim(g.group_in_channels()),
                dim(g.kernel_height), dim(g.kernel_width)};
    }

    dnnl::memory filled(const dnnl::memory::desc& description) const
    {
        dnnl::memory memory(description, m_engine);
        auto* const data = static_cast<float*>(memory.get_data_handle());
        for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i)
            data[i] = static_cast<float>(i % 17) * 0.125F - 1.0F;
        return memory;
    }

    dnnl::engine m_engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream m_stream{m_engine};
    dnnl::convolution_forward::primitive_desc m_forward_description;
    dnnl::convolution_backward_weights::primitive_desc m_weight_description;
    dnnl::convolution_backward_data::primitive_desc m_input_description;
    dnnl::convolution_forward m_forward;
    dnnl::convolution_backward_weights m_weights;
    dnnl::convolution_backward_data m_input;
    std::unordered_map<int, dnnl::memory> m_forward_arguments, m_weight_arguments,
        m_input_arguments;
};

} // namespace benchmarks

#endif
