// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/xgrad.hpp>

#include <iostream>
#include <tuple>

using namespace xgrad;

struct network // a plain struct: layers, one expression, and the list of its layers
{
    nn::linear<float, 2, 16> hidden;
    nn::linear<float, 16, 1> output;

    auto operator()(const auto& x) const { return output(tanh(hidden(x))); }
    auto layers() { return std::tie(hidden, output); }
};

int main()
{
    const xt::xtensor<float, 2> points{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    const xt::xtensor<float, 2> exclusive_or{{0}, {1}, {1}, {0}};

    network net;
    nn::initialize(net, nn::glorot_uniform{}, nn::zeros{}, 1);

    input<float, shape<dynamic, 2>> x; // the batch is dynamic, the rest known to the compiler
    input<float, shape<dynamic, 1>> y;
    plan training(mse(net(x), y)); // shapes checked, loops fused, memory laid out
    nn::sgd optimizer(training.parameters(), 0.1);

    x.bind(points);
    y.bind(exclusive_or);
    for (int step = 0; step < 2000; ++step)
    {
        training.value_and_gradient(); // allocates nothing after the first
        optimizer.update();
    }

    evaluation answers(net(x));
    for (const float answer : answers.forward())
        std::cout << answer << '\n'; // close to 0 1 1 0
}
