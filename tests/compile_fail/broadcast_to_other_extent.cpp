// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::broadcast_to: the tensor does not broadcast to the shape
// expect: shape<2, ?4>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/broadcast_to.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = broadcast_to(x, shape<5, 2, 3>{});
#else
const auto result = broadcast_to(x, shape<2, 4>{});
#endif
