// SPDX-License-Identifier: BSD-3-Clause

#include "dense.hpp"

#include <xgrad/kernels/lu.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

template <class T>
void check_factorisation(std::size_t n)
{
    CAPTURE(n);
    const spaced_matrix<T> a = random_matrix<T>(n, n);
    spaced_matrix<T> lu = a;
    std::vector<std::size_t> pivots(n);
    kernels::factorise_lu(n, lu.data(), lu.stride, pivots.data());
    CHECK(lu.intact());
    CHECK(kernels::singular_column(n, lu.data(), lu.stride) == n);

    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i)
        order[i] = i;
    for (std::size_t k = 0; k < n; ++k)
        std::swap(order[k], order[pivots[k]]);
    const auto lower = [&](std::size_t i, std::size_t j) {
        return i == j ? T(1) : j < i ? lu(i, j) : T(0);
    };
    const auto upper = [&](std::size_t i, std::size_t j) { return i <= j ? lu(i, j) : T(0); };
    const auto exchanged = [&](std::size_t i, std::size_t j) { return a(order[i], j); };
    CHECK(distance<T>(n, n, n, lower, upper, exchanged) <= 50);
    bool pivoted = true;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j)
            pivoted = pivoted && std::abs(lu(i, j)) <= T(1);
    CHECK(pivoted);

    const std::size_t columns = 5;
    const spaced_matrix<T> b = random_matrix<T>(n, columns);
    spaced_matrix<T> x = b;
    kernels::solve_lu<false>(n, columns, lu.data(), lu.stride, pivots.data(), x.data(), x.stride);
    CHECK(x.intact());
    CHECK(distance<T>(n, columns, n, a, x, b) <= 200);
    x = b;
    kernels::solve_lu<true>(n, columns, lu.data(), lu.stride, pivots.data(), x.data(), x.stride);
    CHECK(x.intact());
    const auto transposed = [&](std::size_t i, std::size_t j) { return a(j, i); };
    CHECK(distance<T>(n, columns, n, transposed, x, b) <= 200);
}

} // namespace

TEST_CASE("lu: the factors' product is the matrix with exchanged rows, and systems are solved")
{
    for (const std::size_t n : dense_sizes())
    {
        check_factorisation<double>(n);
        check_factorisation<float>(n);
    }
    check_factorisation<long double>(37); // a number without vectors
}

TEST_CASE("lu: a singular matrix is found out")
{
    spaced_matrix<double> a = random_matrix<double>(40, 40);
    for (std::size_t i = 0; i < 40; ++i)
        a(i, 35) = 0;
    std::vector<std::size_t> pivots(40);
    kernels::factorise_lu(40, a.data(), a.stride, pivots.data());
    CHECK(kernels::singular_column(40, a.data(), a.stride) == 35);
}
