// SPDX-License-Identifier: BSD-3-Clause
#include "matrices.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/inverse.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("inverse: the product with the matrix is the unit matrix")
{
    for (const std::size_t n : matrix_sizes())
    {
        CAPTURE(n);
        const auto a = regular<named<"a">, unknown_matrix>({n, n});
        const auto found = values_of(inverse(a));
        check_near(product_of(n, n, a.data(), found.data()), unit_matrix(n));
        check_gradients(inverse(a));
    }
    check_gradients(inverse(regular<named<"s">, shape<dynamic, 3, 3>>({2, 3, 3})));
}

TEST_CASE("inverse: twice in a graph, in float, for a smaller batch")
{
    check_batches<shape<dynamic, 3, 3>, shape<3, 3>>(
        [](const auto& in, const auto& w)
        {
            const auto unit = constant<value_type_of<decltype(w)>, shape<3, 3>>(xt::eye<double>(3));
            const auto m = inverse(matmul(w, w) + 50 * unit);
            return sum(matmul(m, inverse(in + 9 * unit)) * in);
        },
        {4, 3, 3}, {2, 3, 3}, {3, 3});
}

TEST_CASE("inverse: what is no invertible matrix is refused")
{
    parameter<double, shape<2, 3, 3>> a;
    make_regular(a.data(), 2, 3);
    for (std::size_t j = 0; j < 3; ++j)
        a.value()(1, j, 1) = 2 * a.value()(1, j, 0);
    a.value()(1, 0, 1) = a.value()(1, 0, 0) = 0;
    a.value()(1, 1, 1) = a.value()(1, 1, 0) = 0;
    plan p(inverse(a));
    CHECK_THROWS_WITH_AS(
        p.forward(),
        "xgrad::inverse: expected an invertible matrix, found a singular matrix of "
        "shape (3, 3) (number 1 of the stack): column 1 has no pivot",
        domain_error);
    make_regular(a.data(), 2, 3);
    CHECK_NOTHROW(p.forward());
    const parameter<double, unknown_matrix> b(2, 3);
    plan q(inverse(b));
    CHECK_THROWS_WITH_AS(q.forward(), "xgrad::inverse: expected square matrices, found (2, 3)",
                         shape_error);
}
