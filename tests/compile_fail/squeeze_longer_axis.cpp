// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::squeeze: expected axes of extent 1 to leave out, found (2, 1) and axis<0>
// expect clang: operation<squeeze_op<axes_t<0>>>::expected<xgrad::expects::axes_of_extent_1_to_leave_out>::found<xgrad::shape<2, 1>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/squeeze.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 1>> y;

#ifdef VALID_TWIN
const auto result = squeeze(y, axis<1>);
#else
const auto result = squeeze(y, axis<0>);
#endif
