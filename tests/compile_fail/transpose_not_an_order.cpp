// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::transpose: expected each axis of the operand once, found (2, 3) and axes<0, 2>
// expect clang: operation<transpose_op<axes_t<0, 2>>>::expected<xgrad::expects::each_axis_of_the_operand_once>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/transpose.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = transpose(x, axes<1, 0>);
#else
const auto result = transpose(x, axes<0, 2>);
#endif
