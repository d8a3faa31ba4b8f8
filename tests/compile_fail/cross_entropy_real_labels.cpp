// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::cross_entropy: expected labels of an integer type, found double
// expect clang: operation<cross_entropy_op>::expected<xgrad::expects::labels_of_an_integer_type>::found<double>
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
