// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::max: expected axes of the operand, each named once, found (2, 3) and axes<0, -2>
// expect clang: operation<max_op<axes_t<0, -2>, false>>::expected<xgrad::expects::axes_of_the_operand_each_named_once>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/max.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = max(x, axes<0, -1>);
#else
const auto result = max(x, axes<0, -2>);
#endif
