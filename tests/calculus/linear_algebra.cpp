// SPDX-License-Identifier: BSD-3-Clause

// Second derivatives through the factorisations of matrices, which then consist of dual numbers.

#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/hessian.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/cholesky.hpp>
#include <xgrad/ops/determinant.hpp>
#include <xgrad/ops/inverse.hpp>
#include <xgrad/ops/solve.hpp>
#include <xgrad/ops/solve_triangular.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/ops/trace.hpp>

#include <doctest/doctest.h>

#include <cstddef>

TEST_CASE("hessian: through cholesky, inverse, determinants and systems")
{
    const auto f = [](const auto& a, const auto& b)
    {
        const auto l = cholesky(a);
        return log_determinant(a) + 0.1 * determinant(a) + trace(inverse(a) * a) +
               sum(solve(a, b) * solve_triangular(l, b));
    };
    const xt::xtensor<double, 2> a{{3, 0.5, -0.2}, {0.4, 2, 0.7}, {0.1, -0.3, 4}};
    const xt::xtensor<double, 1> b{1, -2, 0.5};
    auto gradient = xgrad::gradient(f, xgrad::wrt<0>);
    auto hessian = xgrad::hessian(f, xgrad::wrt<0>);
    const auto& found = hessian(a, b);
    REQUIRE(found.shape(0) == 9);
    constexpr double step = 1e-5;
    for (std::size_t j = 0; j < 9; ++j)
    {
        xt::xtensor<double, 2> moved = a;
        moved.data()[j] += step;
        const xt::xtensor<double, 2> above = gradient(moved, b);
        moved.data()[j] -= 2 * step;
        const xt::xtensor<double, 2> below = gradient(moved, b);
        for (std::size_t i = 0; i < 9; ++i)
        {
            CAPTURE(i);
            CAPTURE(j);
            const double difference = (above.data()[i] - below.data()[i]) / (2 * step);
            CHECK(found(i, j) == doctest::Approx(difference).epsilon(1e-6).scale(1));
            CHECK(found(i, j) == doctest::Approx(found(j, i)).epsilon(1e-12).scale(1));
        }
    }
}
