// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

#include <tuple>
#include <type_traits>

using namespace xgrad;

namespace
{

void records()
{
    parameter<double, shape<4>> a{1.0, 2.0, 3.0, 4.0};
    parameter<double, shape<4>> b{2.0, 2.0, 2.0, 2.0};
    parameter<double> c(1.0);
    const auto y = sum(a * b + c);

    static_assert(sizeof(y) == 8);  // one handle
    const auto program = y.program; // structure: part of the type
    for (const auto& entry : program.entries)
        std::cout << "operation " << entry.operation << " of " << entry.argument[0] << ' '
                  << entry.argument[1] << '\n';
    plan f(y);
    std::cout << f.value_and_gradient() << '\n' << f.describe();
}

void shared()
{
    parameter<double> t(1.1);
    auto x = +t * t;
    const auto squared = x * x; // x is one entry, used twice
    std::cout << decltype(squared)::program.size << " entries\n";

    const auto scaled = [&](double factor) { return factor * t; };
    const auto first = scaled(2.0);
    const auto second = scaled(3.0);
    static_assert(std::is_same_v<decltype(first), decltype(second)>); // one type, two values
    show(first * second, t);
}

struct network
{
    nn::conv2d<float, 1, 8, 3, same_t> features;
    nn::linear<float, 8 * 14 * 14, 32> hidden;
    nn::linear<float, 32, 10> output;

    auto operator()(const auto& images) const
    {
        const auto maps = max_pool2d(relu(features(images)), window<2>);
        return output(tanh(hidden(flatten(maps))));
    }
    auto layers() { return std::tie(features, hidden, output); }
};

void describe()
{
    network net;
    nn::initialize(net, nn::he_normal{}, nn::zeros{}, 1);
    input<float, shape<dynamic, 1, 28, 28>> images;
    input<std::uint8_t, shape<dynamic>> labels;
    plan training(cross_entropy(net(images), labels));

    images.assign(xt::zeros<float>({100, 1, 28, 28}));
    labels.assign(xt::zeros<std::uint8_t>({100}));
    training.value_and_gradient();
    std::cout << training.describe();
}

} // namespace

int main()
{
    section("records"), records();
    section("shared"), shared();
    section("describe"), describe();
}
