// SPDX-License-Identifier: BSD-3-Clause

#include "dense.hpp"

#include <xgrad/kernels/triangular.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

template <class T, bool Transpose>
void check_solution(std::size_t n, std::size_t columns, kernels::triangle half, bool unit)
{
    CAPTURE(n);
    CAPTURE(columns);
    CAPTURE(Transpose);
    CAPTURE(unit);
    // Entries so small that solutions stay of the size of the right-hand side.
    spaced_matrix<T> a = random_matrix<T>(n, n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            a(i, j) = i == j ? T(2) + a(i, j) : a(i, j) / static_cast<T>(n);
    const auto read = [&](std::size_t i, std::size_t j)
    {
        const bool inside = half == kernels::triangle::lower ? j < i : i < j;
        return i == j ? (unit ? T(1) : a(i, i)) : inside ? a(i, j) : T(0);
    };
    const auto matrix = [&](std::size_t i, std::size_t j)
    { return Transpose ? read(j, i) : read(i, j); };
    const spaced_matrix<T> b = random_matrix<T>(n, columns);
    spaced_matrix<T> x = b;
    kernels::solve_triangular<Transpose>(half, unit, n, columns, a.data(), a.stride, x.data(),
                                         x.stride);
    CHECK(x.intact());
    CHECK(distance<T>(n, columns, n, matrix, x, b) <= 20);
}

} // namespace

TEST_CASE("triangular: systems of either half, transposed or not, with ones on the diagonal or not")
{
    for (const auto half : {kernels::triangle::lower, kernels::triangle::upper})
        for (const bool unit : {false, true})
            for (const std::size_t n : dense_sizes())
                for (const std::size_t columns : {std::size_t{1}, std::size_t{6}, n})
                {
                    check_solution<double, false>(n, columns, half, unit);
                    check_solution<float, true>(n, columns, half, unit);
                    check_solution<double, true>(n, columns, half, unit);
                }
    check_solution<long double, true>(37, 4, kernels::triangle::lower, false);
}
