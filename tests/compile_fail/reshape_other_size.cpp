// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::reshape: the number of elements is not that of the new shape
// expect: shape<4, ?2>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/reshape.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = reshape(x, shape<3, 2>{});
#else
const auto result = reshape(x, shape<4, 2>{});
#endif
