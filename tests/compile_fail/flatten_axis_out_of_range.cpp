// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::flatten: the first axis to flatten is out of range
// expect: flatten_op<3>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/reshape.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = flatten(x, axis<2>);
#else
const auto result = flatten(x, axis<3>);
#endif
