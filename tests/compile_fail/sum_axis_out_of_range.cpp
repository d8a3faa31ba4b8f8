// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::sum: expected axes of the operand, each named once, found (2, 3) and axis<3>
// expect clang: operation<sum_op<axes_t<3>, false>>::expected<xgrad::expects::axes_of_the_operand_each_named_once>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/sum.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = sum(x, axis<1>);
#else
const auto result = sum(x, axis<3>);
#endif
