// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/nn.hpp>
#include <xgrad/ops/activations.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

using namespace xgrad;

namespace
{

struct network
{
    nn::linear<double, 3, 4> first;
    nn::linear<double, 4, 4> second;
    nn::linear<double, 4, 4> third; // of the same type as the second

    auto operator()(const auto& x) const { return third(sigmoid(second(sigmoid(first(x))))); }
    auto layers() { return std::tie(first, second, third); }
};

std::vector<double> values_of(network& net)
{
    std::vector<double> values;
    nn::visit_parameters(net, [&](auto& p, nn::parameter_role, const nn::fans&)
                         { values.insert(values.end(), p.data(), p.data() + p.size()); });
    return values;
}

} // namespace

TEST_CASE("initialize: weights and biases from their own initializers, the same from the same seed")
{
    network a;
    network b{};
    network c = {};
    CHECK(nn::parameter_count(a) == 16 + 20 + 20);
    nn::initialize(a, nn::glorot_uniform{}, nn::constant{0.5}, 3);
    nn::initialize(b, nn::glorot_uniform{}, nn::constant{0.5}, 3);
    nn::initialize(c, nn::glorot_uniform{}, nn::constant{0.5}, 4);
    CHECK(values_of(a) == values_of(b));
    CHECK(values_of(a) != values_of(c));
    for (const double bias : {a.first.bias.data()[0], a.third.bias.data()[3]})
        CHECK(bias == 0.5);
    CHECK(a.second.weight.data()[0] != a.third.weight.data()[0]);
}

TEST_CASE("linear: x weight + bias, also for stacks of vectors and equal layers in one network")
{
    network net;
    nn::initialize(net, nn::normal{1}, nn::normal{1}, 3);
    input<double, shape<dynamic, 3>> x;
    xt::xtensor<double, 2> points{{1, 2, 3}, {-1, 0, 1}};
    x.bind(points);
    const auto result = net.first(x);
    evaluation e(result);
    const auto values = e.forward();
    for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t j = 0; j < 4; ++j)
        {
            double expected = net.first.bias.value()(j);
            for (std::size_t k = 0; k < 3; ++k)
                expected += points(i, k) * net.first.weight.value()(k, j);
            CHECK(values(i, j) == doctest::Approx(expected));
        }
    const auto check = check_gradient(sum(net(x)));
    CHECK_MESSAGE(check.passed, check.message);
}

TEST_CASE("conv2d layer: groups, stride and bias")
{
    nn::conv2d<double, 4, 2, 3, same_t, stride_t<2>, groups_t<2>> layer;
    nn::initialize(layer, nn::normal{1}, nn::normal{1}, 3);
    CHECK(nn::parameter_count(layer) == 2 * 2 * 9 + 2);
    input<double, shape<dynamic, 4, 5, 5>> x;
    std::vector<double> pixels(2 * 100);
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<double>(i % 17) / 17;
    x.bind(pixels.data(), 2);
    const auto out = layer(x);
    CHECK(shape_of<decltype(out)>::value == extents(dynamic, 2, 3, 3));
    const auto check = check_gradient(out);
    CHECK_MESSAGE(check.passed, check.message);
}
