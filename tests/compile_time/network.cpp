// SPDX-License-Identifier: BSD-3-Clause

// A step of training of a network of LAYERS layers. Widths take turns, so that neighbours differ.

#include <xgrad/xgrad.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

using namespace xgrad;

namespace
{

constexpr std::size_t width(std::size_t layer) { return 32 + 3 * (layer % 7); }

template <class>
struct layer_stack;

template <std::size_t... Layer>
struct layer_stack<std::index_sequence<Layer...>>
{
    std::tuple<nn::linear<float, width(Layer), width(Layer + 1)>...> all;

    auto layers() { return std::tie(std::get<Layer>(all)...); }

    template <std::size_t First = 0>
    auto operator()(const auto& x) const
    {
        if constexpr (First == sizeof...(Layer))
            return +x;
        else
            return operator()<First + 1>(relu(std::get<First>(all)(x)));
    }
};

} // namespace

float step(const float* rows, std::size_t count)
{
    static layer_stack<std::make_index_sequence<LAYERS>> network;
    static input<float, shape<dynamic, width(0)>, named<"rows">> x;
    static plan loss(sum(network(x)));
    x.bind(rows, count);
    return loss.value_and_gradient();
}
