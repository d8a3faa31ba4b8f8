// SPDX-License-Identifier: BSD-3-Clause
#include "matrices.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/cholesky.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/ops/transpose.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

TEST_CASE("cholesky: a lower triangular root of the matrix")
{
    for (const std::size_t n : matrix_sizes())
    {
        CAPTURE(n);
        const auto a = positive_definite<named<"a">, unknown_matrix>({n, n});
        const auto l = values_of(cholesky(a));
        std::vector<double> transposed(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
            {
                transposed[j * n + i] = l[i * n + j];
                CHECK((j <= i || l[i * n + j] == 0));
            }
        check_near(product_of(n, n, l.data(), transposed.data()), elements_of(a.value()));
        check_gradients(cholesky(a));
    }
    check_gradients(cholesky(positive_definite<named<"s">, shape<dynamic, 3, 3>>({4, 3, 3})));
}

TEST_CASE("cholesky: of a matrix that is not symmetric, the symmetric part")
{
    const parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{4, 3}, {1, 5}});
    check_near(values_of(cholesky(a)), {2, 0, 1, 2});
    check_gradients(cholesky(a));
}

TEST_CASE("cholesky: twice in a graph, in float, for a smaller batch")
{
    check_batches<shape<dynamic, 3, 3>, shape<3, 3>>(
        [](const auto& in, const auto& w)
        {
            const auto unit = constant<value_type_of<decltype(w)>, shape<3, 3>>(xt::eye<double>(3));
            const auto l = cholesky(matmul(w, transpose(w)) + unit);
            return sum(matmul(in, l) * l + cholesky(100 * unit + w));
        },
        {4, 3, 3}, {2, 3, 3}, {3, 3});
}

TEST_CASE("cholesky: what is not positive definite is refused")
{
    parameter<double, shape<3, 3>> a(xt::xtensor<double, 2>{{4, 2, 0}, {2, 1, 0}, {0, 0, 1}});
    plan p(cholesky(a));
    CHECK_THROWS_WITH_AS(p.forward(),
                         "xgrad::cholesky: expected a positive definite matrix, found a matrix of "
                         "shape (3, 3) whose leading minor of order 2 is not positive",
                         domain_error);
    a.value()(1, 1) = 2;
    CHECK_NOTHROW(p.forward());
}
