// SPDX-License-Identifier: BSD-3-Clause
#if __has_include(<xgrad/xgrad.hpp>)
#include <xgrad/xgrad.hpp>
#else
#include <xgrad/core/shape.hpp>
#endif

int main() { return xgrad::to_string(xgrad::extents(2, 3)) == "(2, 3)" ? 0 : 1; }
