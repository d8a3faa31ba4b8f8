// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Each number that a lesson prints is checked against one that was found in another way: a lesson
// that ran without an error taught the truth.

#include <cmath>
#include <cstdlib>
#include <iostream>

/// Prints @p found; ends the program with status 1 unless it lies within @p tolerance of
/// @p expected, which is relative for numbers above 1.
inline void report(const char* what, double found, double expected, double tolerance = 1e-9)
{
    std::cout << what << ": " << found << '\n';
    if (std::abs(found - expected) <= tolerance * std::fmax(1, std::abs(expected)))
        return;
    std::cerr << what << ": expected " << expected << ", found " << found << '\n';
    std::exit(1);
}
