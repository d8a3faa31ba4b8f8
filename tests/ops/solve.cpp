// SPDX-License-Identifier: BSD-3-Clause
#include "matrices.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/solve.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("solve: the product with the matrix is the right-hand side")
{
    for (const std::size_t n : matrix_sizes())
    {
        CAPTURE(n);
        const auto a = regular<named<"a">, unknown_matrix>({n, n});
        const auto b = filled<named<"b">, unknown_matrix>({n, 3});
        const auto v = filled<named<"v">, unknown_vector>(extents(n));
        check_near(product_of(n, 3, a.data(), values_of(solve(a, b)).data()),
                   elements_of(b.value()));
        check_near(product_of(n, 1, a.data(), values_of(solve(a, v)).data()),
                   elements_of(v.value()));
        check_gradients(solve(a, b));
        check_gradients(solve(a, v));
    }
}

TEST_CASE("solve: stacks, and one matrix on both sides")
{
    const auto a = regular<named<"a">, unknown_stack>({3, 4, 4});
    const auto b = filled<named<"b">, unknown_stack>({3, 4, 2});
    check_gradients(solve(a, b));
    const auto square = regular<named<"q">, shape<4, 4>>({4, 4});
    check_near(values_of(solve(square, square)), unit_matrix(4));
    check_gradients(times(solve(square, times(square, square)), square));
}

TEST_CASE("solve: twice in a graph, in float, for a smaller batch")
{
    check_batches<shape<dynamic, 3>, shape<3, 3>>(
        [](const auto& in, const auto& w)
        {
            const auto unit = constant<value_type_of<decltype(w)>, shape<3, 3>>(xt::eye<double>(3));
            const auto m = matmul(w, w) + 50 * unit;
            return sum(matmul(in, solve(m, w)) * matmul(in, solve(m, unit)));
        },
        {5, 3}, {2, 3}, {3, 3});
}

TEST_CASE("solve: what does not fit or has no solution is refused")
{
    const parameter<double, unknown_matrix> a(3, 3);
    const parameter<double, unknown_matrix, named<"b">> b(2, 1);
    plan shapes(solve(a, b));
    CHECK_THROWS_WITH_AS(shapes.forward(),
                         "xgrad::solve: expected equal numbers of rows on both sides, found (3, 3) "
                         "and (2, 1)",
                         shape_error);
    const parameter<double, unknown_vector, named<"v">> v(3);
    plan singular(solve(a, v));
    CHECK_THROWS_WITH_AS(singular.forward(),
                         "xgrad::solve: expected an invertible matrix, found a singular matrix of "
                         "shape (3, 3): column 0 has no pivot",
                         domain_error);
}
