// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::flatten: expected an axis of the operand, found (2, 3) and axis<3>
// expect clang: operation<flatten_op<3>>::expected<xgrad::expects::an_axis_of_the_operand>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/reshape.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = flatten(x, axis<2>);
#else
const auto result = flatten(x, axis<3>);
#endif
