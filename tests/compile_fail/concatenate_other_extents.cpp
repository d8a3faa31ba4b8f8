// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::concatenate: the operands differ in another axis
// expect: concatenate_op<0, ?2>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/concatenate.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;
const xgrad::parameter<float, xgrad::shape<2, 1>> y;

#ifdef VALID_TWIN
const auto result = concatenate(axis<1>, x, y);
#else
const auto result = concatenate(axis<0>, x, y);
#endif
