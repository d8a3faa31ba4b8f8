// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/fmod.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace
{

using namespace elementwise_checks;

const points both_signs{-7.5, 0.3, 5.7, -0.6};

const auto remainder_of = [](const auto& a, const auto& b)
{
    using std::fmod;
    return fmod(a, b);
};

} // namespace

TEST_CASE("fmod: values and gradients, away from the jumps")
{
    for (const std::size_t size : sizes())
    {
        vector<> a(size);
        xgrad::parameter<double, xgrad::shape<xgrad::dynamic>, xgrad::named<"second">> b(size);
        fill(a, both_signs);
        fill(b, {1.3, -0.7, 2.2});
        check_alone(xgrad::fmod(a, b), a,
                    [&](std::size_t i) { return std::fmod(a.data()[i], b.data()[i]); });
    }
    // At fmod(x, x) there is a jump.
    vector<> x(7);
    fill(x, both_signs);
    const auto both = [](const auto& v) { return remainder_of(v, 1.6) * v + remainder_of(4.1, v); };
    check_alone(both(x), x, [&](std::size_t i) { return both(x.data()[i]); });
}

TEST_CASE("fmod: float agrees with double")
{
    check_float([](const auto& x, const auto& y) { return xgrad::sum(xgrad::fmod(x, y) * x); },
                both_signs, {1, -0.35, 2});
}
