// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace mixed_units
{

/// What a unit found for the function that all of them differentiate.
struct evaluation
{
    double value = 0.0;
    std::vector<double> gradient;
};

struct unit
{
    std::string name;
    evaluation (*evaluate)();
};

/// The units of this program, in the order in which they were linked.
std::vector<unit>& units();

} // namespace mixed_units
