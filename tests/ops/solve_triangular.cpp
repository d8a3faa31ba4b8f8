// SPDX-License-Identifier: BSD-3-Clause
#include "matrices.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/solve_triangular.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// op(a) as a full matrix.
std::vector<double> read_half(const double* a, std::size_t n, const triangular_options& how)
{
    std::vector<double> result(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
        {
            const bool inside = how.half == triangle::lower ? j <= i : i <= j;
            const double entry = i == j && how.unit_diagonal ? 1 : inside ? a[i * n + j] : 0;
            result[how.transposed ? j * n + i : i * n + j] = entry;
        }
    return result;
}

} // namespace

TEST_CASE("solve_triangular: either half, transposed or not, with ones on the diagonal or not")
{
    for (const std::size_t n : matrix_sizes())
        for (const int choice : {0, 1, 2, 3, 4, 5, 6, 7})
        {
            const triangular_options how{(choice & 1) != 0 ? triangle::upper : triangle::lower,
                                         (choice & 2) != 0, (choice & 4) != 0};
            CAPTURE(n);
            CAPTURE(choice);
            // Small off the diagonal, else solutions grow exponentially.
            auto a = positive_definite<named<"a">, unknown_matrix>({n, n});
            const auto b = filled<named<"b">, unknown_matrix>({n, 2});
            for (std::size_t i = 0; how.unit_diagonal && i < n * n; ++i)
                a.data()[i] /= static_cast<double>(n);
            const auto x = values_of(solve_triangular(a, b, how));
            const auto matrix = read_half(a.data(), n, how);
            check_near(product_of(n, 2, matrix.data(), x.data()), elements_of(b.value()));
            check_gradients(solve_triangular(a, b, how));
        }
}

TEST_CASE("solve_triangular: vectors, stacks, and one matrix on both sides, in float")
{
    const auto a = positive_definite<named<"a">, unknown_stack>({3, 4, 4});
    const auto b = filled<named<"b">, unknown_stack>({3, 4, 2});
    check_gradients(solve_triangular(a, b, {.transposed = true}));
    check_gradients(solve_triangular(a, a));
    check_batches<shape<dynamic, 3, 3>, shape<3>>(
        [](const auto& in, const auto& w)
        {
            const auto unit = constant<value_type_of<decltype(w)>, shape<3, 3>>(xt::eye<double>(3));
            const auto factor = sum(in, axis<0>) + 9 * unit;
            const auto x = solve_triangular(factor, w, {.half = triangle::upper});
            return sum(x * solve_triangular(factor, w));
        },
        {4, 3, 3}, {2, 3, 3}, dimensions(extents(3)));
}

TEST_CASE("solve_triangular: 0 on the diagonal is refused, unless it is not read")
{
    parameter<double, shape<2, 2>> a(xt::xtensor<double, 2>{{1, 0}, {3, 0}});
    parameter<double, shape<2>, named<"b">> b{2, 5};
    plan p(solve_triangular(a, b));
    CHECK_THROWS_WITH_AS(p.forward(),
                         "xgrad::solve_triangular: expected a diagonal without 0, found a matrix "
                         "of shape (2, 2) with 0 in row 1",
                         domain_error);
    check_near(values_of(solve_triangular(a, b, {.unit_diagonal = true})), {2, -1});
}
