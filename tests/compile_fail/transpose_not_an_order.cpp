// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::transpose: the given axes are not an order of the axes of the tensor
// expect: axes_t<0, ?2>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/transpose.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = transpose(x, axes<1, 0>);
#else
const auto result = transpose(x, axes<0, 2>);
#endif
