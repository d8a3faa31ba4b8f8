// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/ops/var.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

constexpr auto of_all = [](const auto& x, auto... options) { return var(x, options...); };
constexpr auto of_sample = [](const auto& x, auto... options)
{ return var(x, correction<1>, options...); };

template <std::size_t Correction>
double variance_of(const std::vector<double>& v)
{
    const auto count = static_cast<double>(v.size());
    double mean = 0, squares = 0;
    for (const double element : v)
        mean += element / count;
    for (const double element : v)
        squares += (element - mean) * (element - mean);
    return squares / std::max(0.0, count - static_cast<double>(Correction));
}

} // namespace

TEST_CASE("var: equals its definition, whatever the axes")
{
    check_few_axes(of_all, variance_of<0>);
}

TEST_CASE("var: with a correction equals its definition")
{
    for (const std::size_t n : {2U, 3U, 9U})
    {
        const cube x = make_cube(extents(2, n, 3));
        plan p(of_sample(x, axis<1>));
        p.forward();
        const auto groups = groups_of(x, {1});
        for (std::size_t i = 0; i < groups.size(); ++i)
            CHECK(p.value().data()[i] == doctest::Approx(variance_of<1>(groups[i])));
        const auto check = check_gradient(of_sample(x, axis<1>));
        CHECK_MESSAGE(check, check.message);
    }
}

TEST_CASE("var: among fused operations, in float, for the last smaller batch")
{
    check_context(of_all);
}
