// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/shape.hpp>

#include <iostream>

int main() { std::cout << xgrad::to_string(xgrad::extents(100, 784)) << '\n'; }
