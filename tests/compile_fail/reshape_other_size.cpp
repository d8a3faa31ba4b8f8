// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::reshape: expected as many elements as the new shape has, found (2, 3) and the shape (4, 2)
// expect clang: operation<reshape_op<shape<4, 2>, false>>::expected<xgrad::expects::as_many_elements_as_the_new_shape_has>::found<xgrad::shape<2, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/reshape.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 3>> x;

#ifdef VALID_TWIN
const auto result = reshape(x, shape<3, 2>{});
#else
const auto result = reshape(x, shape<4, 2>{});
#endif
