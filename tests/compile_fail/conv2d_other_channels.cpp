// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::conv2d: the channels of the images are not those of the filters
// expect: conv2d_op
// expect: shape<1, 2, 5, 5>
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
