// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::broadcast_to: expected a tensor that broadcasts to the shape, found (2, 3) and the shape (2, 4)
// expect clang: operation<broadcast_to_op<shape<2, 4>, false>>::expected<xgrad::expects::a_tensor_that_broadcasts_to_the_shape>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/broadcast_to.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = broadcast_to(x, shape<5, 2, 3>{});
#else
const auto result = broadcast_to(x, shape<2, 4>{});
#endif
