// SPDX-License-Identifier: BSD-3-Clause
#include "matrices.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/determinant.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// By expansion along the first row.
double expanded(const std::vector<double>& a, std::size_t n)
{
    if (n == 0)
        return 1;
    double result = 0;
    for (std::size_t column = 0; column < n; ++column)
    {
        std::vector<double> minor;
        for (std::size_t i = 1; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                if (j != column)
                    minor.push_back(a[i * n + j]);
        result += (column % 2 == 0 ? 1 : -1) * a[column] * expanded(minor, n - 1);
    }
    return result;
}

} // namespace

TEST_CASE("determinant and log_determinant: by expansion along a row")
{
    for (std::size_t n = 0; n <= 5; ++n)
    {
        CAPTURE(n);
        const auto a = regular<named<"a">, unknown_matrix>({n, n});
        const double expected = expanded(elements_of(a.value()), n);
        CHECK(values_of(determinant(a))[0] == doctest::Approx(expected).epsilon(1e-12));
        CHECK(values_of(log_determinant(a))[0] ==
              doctest::Approx(std::log(std::abs(expected))).epsilon(1e-12));
        check_gradients(determinant(a));
        check_gradients(log_determinant(a));
    }
    check_gradients(log_determinant(regular<named<"a">, unknown_matrix>({40, 40})));
    const auto stack = regular<named<"s">, shape<dynamic, 3, 3>>({4, 3, 3});
    check_gradients(determinant(stack) * log_determinant(stack));
}

TEST_CASE("log_determinant: where the determinant overflows or vanishes")
{
    parameter<double, shape<50, 50>> a;
    for (std::size_t i = 0; i < 50; ++i)
        a.value()(i, i) = 1e-20;
    CHECK(values_of(log_determinant(a))[0] == doctest::Approx(-1000 * std::log(10)));
    CHECK(values_of(determinant(a))[0] == 0);
}

TEST_CASE("determinant and log_determinant: in float, for a smaller batch")
{
    check_batches<shape<dynamic, 3, 3>, shape<3, 3>>(
        [](const auto& in, const auto& w)
        {
            const auto unit = constant<value_type_of<decltype(w)>, shape<3, 3>>(xt::eye<double>(3));
            return sum(log_determinant(in + 9 * unit) * determinant(w + 2 * unit));
        },
        {4, 3, 3}, {2, 3, 3}, {3, 3});
}

TEST_CASE("determinant and log_determinant: singular matrices")
{
    const parameter<double, shape<2, 2>> zero;
    const auto value = determinant(zero);
    plan p(value);
    CHECK(p.forward() == 0);
    CHECK_THROWS_WITH_AS(p.backward(),
                         "xgrad::determinant, for its gradient: expected an invertible matrix, "
                         "found a singular matrix of shape (2, 2): column 0 has no pivot",
                         domain_error);
    plan q(log_determinant(zero));
    CHECK_THROWS_WITH_AS(q.forward(),
                         "xgrad::log_determinant: expected an invertible matrix, found a singular "
                         "matrix of shape (2, 2): column 0 has no pivot",
                         domain_error);
}
