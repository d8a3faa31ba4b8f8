// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::argmax: expected an axis with elements, found (2, 0) and axis<1>
// expect clang: operation<argmax_op<axes_t<1>, false>>::expected<xgrad::expects::an_axis_with_elements>::found<xgrad::shape<2, 0>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/argmax.hpp>

using namespace xgrad;

const xgrad::parameter<float, xgrad::shape<2, 0>> nothing;

#ifdef VALID_TWIN
const auto result = argmax(nothing, axis<0>);
#else
const auto result = argmax(nothing, axis<1>);
#endif
