// SPDX-License-Identifier: BSD-3-Clause

// A chain of operations that uses each value twice: LINKS links of two operations each.

#include <xgrad/xgrad.hpp>

#include <cstddef>

using namespace xgrad;

namespace
{

template <std::size_t Links>
auto chain(const auto& x, const auto& a)
{
    if constexpr (Links == 0)
        return +x;
    else
        return chain<Links - 1>(x * a + x, a);
}

} // namespace

double value_and_gradient(parameter<double, shape<dynamic>, named<"a">>& a)
{
    const auto last = chain<LINKS>(a, a);
    static_assert(decltype(last)::program.size == 1 + 2 * LINKS);
    plan p(sum(exp(last)));
    return p.value_and_gradient();
}
