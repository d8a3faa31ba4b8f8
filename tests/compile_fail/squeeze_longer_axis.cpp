// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::squeeze: an axis to leave out has an extent other than 1
// expect: axes_t<0>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/squeeze.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 1>> y;

#ifdef VALID_TWIN
const auto result = squeeze(y, axis<1>);
#else
const auto result = squeeze(y, axis<0>);
#endif
