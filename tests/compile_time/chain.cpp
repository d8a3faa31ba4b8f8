// SPDX-License-Identifier: BSD-3-Clause

// A chain of 64 operations that uses each value twice.

#include <xgrad/xgrad.hpp>

using namespace xgrad;

namespace
{

/// Three operations, with x twice.
auto link(const auto& x, const auto& a) { return x * a + x; }

auto four_links(const auto& x, const auto& a) { return link(link(link(link(x, a), a), a), a); }

} // namespace

double value_and_gradient(parameter<double, shape<dynamic>, named<"a">>& a)
{
    const auto first = four_links(four_links(four_links(a, a), a), a);
    const auto last = four_links(four_links(four_links(four_links(first, a), a), a), a);
    static_assert(decltype(last)::program.size == 1 + 2 * 28);
    plan p(sum(exp(last)));
    return p.value_and_gradient();
}
