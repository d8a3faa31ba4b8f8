// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::slice: expected a range within the axis, found (2, 3) and axis<1>, range<1, 4>
// expect clang: operation<slice_op<1, range_t<1, 4, 1>>>::expected<xgrad::expects::a_range_within_the_axis>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/slice.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = slice(x, axis<1>, range<1, 3>);
#else
const auto result = slice(x, axis<1>, range<1, 4>);
#endif
