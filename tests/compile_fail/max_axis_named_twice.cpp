// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::max: an axis is out of range or named twice
// expect: axes_t<0, ?-2>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/max.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = max(x, axes<0, -1>);
#else
const auto result = max(x, axes<0, -2>);
#endif
