// SPDX-License-Identifier: BSD-3-Clause
// expect g++: xgrad::inference: expected the shape (dynamic, 3), found (dynamic)
// expect clang: operation<called>::expected_shape<xgrad::detail::tensor<xgrad::detail::unknown::dynamic, 3>>::found<xgrad::detail::tensor<xgrad::detail::unknown::dynamic>>
#include <xgrad/expr/inference.hpp>
#include <xgrad/ops/exponential.hpp>

int main()
{
    xgrad::input<double, xgrad::shape<xgrad::dynamic, 3>> x;
    const xgrad::inference predict(exp(x), x);
#ifdef VALID_TWIN
    const xt::xtensor<double, 2> values{{1, 2, 3}};
#else
    const xt::xtensor<double, 1> values{1, 2, 3};
#endif
    static_cast<void>(predict(values));
}
