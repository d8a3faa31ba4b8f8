// SPDX-License-Identifier: BSD-3-Clause
#include "network.hpp"

#include <iostream>
#include <vector>

std::unique_ptr<xgrad::model<float>> make_network(std::uint64_t seed)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return make_network_for_avx2(seed);
#endif
    return make_network_for_any_processor(seed);
}

int main()
{
    const std::vector<float> points{0, 0, 0, 1, 1, 0, 1, 1};
    const std::vector<float> exclusive_or{0, 1, 1, 0};

    const auto net = make_network(1);
    for (int step = 0; step < 2000; ++step)
    {
        net->value_and_gradient(points, exclusive_or);
        net->update();
    }

    std::vector<float> answers(4);
    net->predict(points, answers);
    std::cout << "compiled for " << net->architecture() << '\n';
    for (const float answer : answers)
        std::cout << answer << '\n'; // close to 0 1 1 0
    return answers[0] < 0.5F && answers[1] > 0.5F && answers[2] > 0.5F && answers[3] < 0.5F ? 0 : 1;
}
