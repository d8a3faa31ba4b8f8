// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::slice: the range goes beyond the axis
// expect: range_t<1, ?4, ?1>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/slice.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = slice(x, axis<1>, range<1, 3>);
#else
const auto result = slice(x, axis<1>, range<1, 4>);
#endif
