// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::argmax: an axis without elements has no largest one
// expect: axes_t<1>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/argmax.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 0>> nothing;

#ifdef VALID_TWIN
const auto result = argmax(nothing, axis<0>);
#else
const auto result = argmax(nothing, axis<1>);
#endif
