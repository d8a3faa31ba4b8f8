// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::cross_entropy: labels are integers, one for each row of the logits
// expect: cross_entropy
#include <xgrad/expr/leaf.hpp>
#include <xgrad/ops/cross_entropy.hpp>

int main()
{
    xgrad::parameter<double, xgrad::shape<3, 4>> logits;
#ifdef VALID_TWIN
    xgrad::input<unsigned char, xgrad::shape<3>> targets;
#else
    xgrad::input<double, xgrad::shape<3>> targets;
#endif
    static_cast<void>(xgrad::cross_entropy(logits, targets));
}
