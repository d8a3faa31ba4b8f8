// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

#include <array>
#include <cstdint>
#include <tuple>

using namespace xgrad;

namespace
{

void conv2d_page()
{
    parameter<double, shape<1, 1, 3, 3>> x(
        xt::xtensor<double, 4>{{{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}}});
    parameter<double, shape<1, 1, 2, 2>> weight(xt::xtensor<double, 4>{{{{1, 0}, {0, -1}}}});
    parameter<double, shape<1>> bias{10.0};
    show(conv2d(x, weight, bias), x, weight, bias); // (1, 1, 2, 2)
    static_assert(decltype(conv2d(x, weight, same, stride<2>))::shape_type::value[2] == 2);
}

void pooling_page()
{
    parameter<double, shape<2, 4>> x(xt::xtensor<double, 2>{{1, 2, 3, 3}, {5, 4, 3, 3}});
    show(max_pool2d(x, window<2>), x); // of equal pixels the first takes the gradient
    show(avg_pool2d(x, window<2>, stride<1>), x);
}

void softmax_page()
{
    parameter<double, shape<3>> x{1.0, 2.0, 3.0};
    const constant<double, shape<3>> weights(xt::xtensor<double, 1>{0.0, 0.0, 1.0});
    show(softmax(x) * weights, x);
    show(log_softmax(x) * weights, x);
}

void cross_entropy_page()
{
    parameter<double, shape<2, 3>> logits(xt::xtensor<double, 2>{{2, 1, 0}, {0, 0, 0}});
    input<std::uint8_t, shape<2>> labels;
    const std::array<std::uint8_t, 2> digits{0, 2};
    labels.bind(digits.data());
    show(cross_entropy(logits, labels), logits);                 // the mean over the examples
    show(cross_entropy(logits, labels, reduction::sum), logits); // or their sum
}

struct classifier
{
    nn::conv2d<float, 1, 4, 3, same_t> features;
    nn::linear<float, 4 * 2 * 2, 3> scores;

    auto operator()(const auto& images) const
    {
        return scores(flatten(max_pool2d(relu(features(images)), window<2>)));
    }
    auto layers() { return std::tie(features, scores); }
};

void layers_page()
{
    classifier net;
    nn::initialize(net, nn::he_normal{}, nn::zeros{}, 1);

    input<float, shape<dynamic, 1, 4, 4>> images;
    input<std::uint8_t, shape<dynamic>> labels;
    plan training(cross_entropy(net(images), labels));
    nn::sgd optimizer(training.parameters(), 0.1);

    const xt::xtensor<float, 4> pixels = xt::ones<float>({2, 1, 4, 4});
    const xt::xtensor<std::uint8_t, 1> digits{1, 1};
    images.bind(pixels);
    labels.bind(digits);
    for (int step = 0; step < 100; ++step)
    {
        training.value_and_gradient();
        optimizer.update();
    }
    std::cout << nn::parameter_count(net) << " parameters\n";
    std::cout << "learnt: " << (training.forward() < 0.01f ? "yes" : "no") << '\n';
}

} // namespace

int main()
{
    section("conv2d"), conv2d_page();
    section("pooling"), pooling_page();
    section("softmax"), softmax_page();
    section("cross_entropy"), cross_entropy_page();
    section("layers"), layers_page();
}
