// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::conv2d: expected as many channels in the images as the filters read, found (1, 2, 5, 5) and (4, 3, 3, 3)
// expect clang: operation<conv2d_op<{1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, false, true}, false>>::expected<xgrad::expects::as_many_channels_in_the_images_as_the_filters_read>::found<xgrad::shape<1, 2, 5, 5>, xgrad::shape<4, 3, 3, 3>>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/conv2d.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<1, 2, 5, 5>> images;
#ifdef VALID_TWIN
    xgrad::parameter<double, xgrad::shape<4, 2, 3, 3>> filters;
#else
    xgrad::parameter<double, xgrad::shape<4, 3, 3, 3>> filters;
#endif
    static_cast<void>(xgrad::conv2d(images, filters));
}
