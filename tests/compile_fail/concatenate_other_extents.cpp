// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::concatenate: expected equal extents along the other axes, found (2, 3) and (2, 1) and axis<0>
// expect clang: operation<concatenate_op<0, 2>>::expected<xgrad::expects::equal_extents_along_the_other_axes>::found<xgrad::shape<2, 3>, xgrad::shape<2, 1>>
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
