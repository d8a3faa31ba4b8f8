// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::sum: an axis is out of range or named twice
// expect: axes_t<3>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/sum.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = sum(x, axis<1>);
#else
const auto result = sum(x, axis<3>);
#endif
