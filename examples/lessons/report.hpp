// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Each number that a lesson prints is checked against one that was found in another way: a lesson
// that ran without an error taught the truth.

#include <xgrad/build_info.hpp>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <utility>

/// Prints @p found, the first time below what the program was built from; ends the program with
/// status 1 unless it lies within @p tolerance of @p expected, which is relative for numbers
/// above 1.
inline void report(const char* what, double found, double expected, double tolerance = 1e-9)
{
    static bool first = true;
    if (std::exchange(first, false))
        std::cout << xgrad::to_string(xgrad::build_info()) << '\n';
    std::cout << what << ": " << found << '\n';
    if (std::abs(found - expected) <= tolerance * std::fmax(1, std::abs(expected)))
        return;
    std::cerr << what << ": expected " << expected << ", found " << found << '\n';
    std::exit(1);
}
