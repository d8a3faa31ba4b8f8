// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::cross_entropy: the targets are labels, one for each row of the logits, or
// expect: cross_entropy_op
// expect: shape<3, 4>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/cross_entropy.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<3, 4>> logits;
#ifdef VALID_TWIN
    xgrad::input<int, xgrad::shape<3>> targets;
#else
    xgrad::input<int, xgrad::shape<4>> targets;
#endif
    static_cast<void>(xgrad::cross_entropy(logits, targets));
}
