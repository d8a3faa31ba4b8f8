// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::cross_entropy: expected labels, one for each row of the logits, or probabilities of the shape of the logits, found (3, 4) and (4)
// expect clang: operation<cross_entropy_op>::expected<xgrad::expects::labels_for_each_row_or_probabilities>::found<xgrad::shape<3, 4>, xgrad::shape<4>>
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
