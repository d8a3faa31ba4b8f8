// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::conv2d: expected images of four axes: batch, channels, height, width, found (dynamic, 784) and (8, 1, 3, 3)
// expect clang: >::expected<xgrad::expects::images_of_four_axes>::found<xgrad::detail::tensor<xgrad::detail::unknown::dynamic, 784>, xgrad::shape<8, 1, 3, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/conv2d.hpp>

int main()
{
#ifdef VALID_TWIN
    xgrad::input<float, xgrad::shape<xgrad::dynamic, 1, 28, 28>> images;
#else
    xgrad::input<float, xgrad::shape<xgrad::dynamic, 784>> images;
#endif
    xgrad::parameter<float, xgrad::shape<8, 1, 3, 3>> filters;
    static_cast<void>(xgrad::conv2d(images, filters));
}
