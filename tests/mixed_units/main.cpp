// SPDX-License-Identifier: BSD-3-Clause
#include "unit.hpp"

#include <cmath>
#include <cstddef>
#include <iostream>

// One program of units that were compiled for different processors: each must find the same. Takes
// the number of units as its argument.

namespace mixed_units
{

std::vector<unit>& units()
{
    static std::vector<unit> all;
    return all;
}

namespace
{

bool close(double a, double b) { return std::abs(a - b) <= 1e-4 * (1.0 + std::abs(b)); }

bool agree(const evaluation& a, const evaluation& b)
{
    bool same = close(a.value, b.value) && a.gradient.size() == b.gradient.size();
    for (std::size_t i = 0; same && i < b.gradient.size(); ++i)
        same = close(a.gradient[i], b.gradient[i]);
    return same;
}

} // namespace

} // namespace mixed_units

int main(int argc, char** argv)
{
    using namespace mixed_units;
    if (argc != 2 || std::to_string(units().size()) != argv[1])
    {
        std::cerr << "expected the number of units, which is " << units().size() << '\n';
        return 1;
    }
    const evaluation expected = units().front().evaluate();
    double magnitude = 0.0;
    for (const double g : expected.gradient)
        magnitude += std::abs(g);
    bool passed = std::isfinite(expected.value) && magnitude > 1.0;
    for (const unit& u : units())
    {
        const bool same = agree(u.evaluate(), expected);
        std::cout << u.name << (same ? ": agrees\n" : ": DIFFERS\n");
        passed = passed && same;
    }
    return passed ? 0 : 1;
}
