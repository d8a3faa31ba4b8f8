// SPDX-License-Identifier: BSD-3-Clause
#include "matrices.hpp"

#include <xgrad/calculus/hessian.hpp>
#include <xgrad/core/error.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/determinant.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
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

TEST_CASE("determinant: the gradient at a singular matrix is that of its cofactors")
{
    const auto check = [](const std::vector<double>& elements, std::size_t n)
    {
        parameter<double, shape<dynamic, dynamic>, named<"a">> a(
            filled_tensor<double, 2>(dimensions{n, n}));
        std::copy(elements.begin(), elements.end(), a.value().data());
        plan p(determinant(a) * 3.0);
        CHECK(p.value_and_gradient() == doctest::Approx(0));
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
            {
                CAPTURE(i);
                CAPTURE(j);
                std::vector<double> with = elements; // the cofactor is what a 1 in its place gives
                for (std::size_t k = 0; k < n; ++k)
                    with[i * n + k] = k == j ? 1 : 0;
                CHECK(a.gradient()(i, j) == doctest::Approx(3 * expanded(with, n)));
            }
    };
    check({0}, 1);
    check({0, 0, 0, 0}, 2);
    check({0, 1, 0, 0}, 2);
    check({1, 2, 2, 4}, 2);
    check({0, 0, 5, 7}, 2);
    check({1, 2, 4, 2, 4, 8, 1, 1, 1}, 3);
    check({2, 1, 0, 4, 2, 1, 8, 4, -3}, 3);
    check({1, 2, 3, 2, 4, 6, 3, 6, 9}, 3); // of rank 1: no cofactor is left
    check({0, 1, 2, 3, 0, 4, 1, 1, 0, 0, 0, 2, 0, 2, 1, 8}, 4);
    check({4, 2, 0, 2, 2, 1, 0, 1, 1, 3, 2, 7, 0, 5, 1, -2}, 4);
}

TEST_CASE("determinant: of a stack in which one matrix is singular")
{
    parameter<float, shape<3, 2, 2>> stack(
        xt::xtensor<float, 3>{{{1, 2}, {3, 4}}, {{1, 2}, {2, 4}}, {{0, 0}, {0, 2}}});
    plan p(sum(determinant(stack)) + sum(determinant(stack)));
    p.value_and_gradient();
    CHECK(stack.gradient() ==
          xt::xtensor<float, 3>{{{8, -6}, {-4, 2}}, {{8, -4}, {-4, 2}}, {{4, 0}, {0, 0}}});
    stack.value()(1, 0, 0) = std::numeric_limits<float>::quiet_NaN();
    p.value_and_gradient();
    CHECK(std::isnan(stack.gradient()(1, 1, 1)));
    CHECK(stack.gradient()(0, 0, 0) == doctest::Approx(8));
}

TEST_CASE("determinant and log_determinant: singular matrices")
{
    const parameter<double, shape<2, 2>> zero;
    CHECK(plan(determinant(zero)).forward() == 0);
    plan q(log_determinant(zero));
    CHECK_THROWS_WITH_AS(q.forward(),
                         "xgrad::log_determinant: expected an invertible matrix, found a singular "
                         "matrix of shape (2, 2): column 0 has no pivot",
                         domain_error);
    auto second = hessian([](const auto& a) { return determinant(a); });
    const xt::xtensor<double, 2> zeros = xt::zeros<double>({2, 2});
    CHECK_THROWS_WITH_AS(second(zeros),
                         "xgrad::determinant, for its second derivative: expected an invertible "
                         "matrix, found a singular matrix of shape (2, 2): column 0 has no pivot",
                         domain_error);
}
