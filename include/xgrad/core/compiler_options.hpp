// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Refuses the options that make results wrong. NaN and infinity are values like others here: what
// max finds beside NaN, what log says of 0. And the elementary functions of vectors add the two
// parts of a constant in order and carry signs in the bit of -0. Told that neither matters, g++ 12
// gives sin the wrong sign, and clang 14 finds log(1.5) to be negative.
//
// Of the options of the second kind clang tells nothing unless they come with -ffast-math.

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error                                                                                             \
    "xgrad: found -ffast-math, -Ofast or -ffinite-math-only, but results depend on NaN and infinity; expected -O3, perhaps with -fno-math-errno -fno-trapping-math -freciprocal-math"
#elif defined(__ASSOCIATIVE_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error                                                                                             \
    "xgrad: found -fassociative-math, -fno-signed-zeros or -funsafe-math-optimizations, which make elementary functions wrong; expected -O3, perhaps with -fno-math-errno -fno-trapping-math -freciprocal-math"
#endif
