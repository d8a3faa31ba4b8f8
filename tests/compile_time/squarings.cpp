// SPDX-License-Identifier: BSD-3-Clause

// Twelve squarings: a tree would have 4096 leaves.

#include <xgrad/xgrad.hpp>

using namespace xgrad;

namespace
{

template <std::size_t N>
auto squared(const auto& x)
{
    if constexpr (N == 0)
        return +x;
    else
        return squared<N - 1>(x * x);
}

} // namespace

double value_and_gradient(parameter<double, shape<dynamic>, named<"x">>& x)
{
    const auto power = squared<12>(x);
    static_assert(decltype(power)::program.size == 13 && sizeof(power) == sizeof(void*));
    plan p(sum(power));
    return p.value_and_gradient();
}
