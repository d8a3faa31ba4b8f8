// SPDX-License-Identifier: BSD-3-Clause

#include "dense.hpp"

#include <xgrad/kernels/cholesky.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// A symmetric matrix that is diagonally dominant.
template <class T>
spaced_matrix<T> symmetric_matrix(std::size_t n)
{
    spaced_matrix<T> a = random_matrix<T>(n, n, static_cast<double>(n));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j)
            a(j, i) = a(i, j);
    return a;
}

template <class T>
void check_factorisation(std::size_t n)
{
    CAPTURE(n);
    const spaced_matrix<T> a = symmetric_matrix<T>(n);
    spaced_matrix<T> l = a;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j)
            l(i, j) = 1000; // not read
    CHECK(kernels::factorise_cholesky(n, l.data(), l.stride) == n);
    CHECK(l.intact());
    const auto lower = [&](std::size_t i, std::size_t j) { return j <= i ? l(i, j) : T(0); };
    const auto upper = [&](std::size_t i, std::size_t j) { return lower(j, i); };
    CHECK(distance<T>(n, n, n, lower, upper, a) <= 20);
}

} // namespace

TEST_CASE("cholesky: the factor times its transpose is the matrix")
{
    for (const std::size_t n : dense_sizes())
    {
        check_factorisation<double>(n);
        check_factorisation<float>(n);
    }
    check_factorisation<long double>(37); // a number without vectors
}

TEST_CASE("cholesky: the first column of an indefinite matrix without a positive pivot is told")
{
    for (const std::size_t bad : std::vector<std::size_t>{0, 1, 31, 32, 50})
    {
        spaced_matrix<double> a = symmetric_matrix<double>(60);
        a(bad, bad) = bad % 2 == 0 ? -1.0 : std::nan("");
        CHECK(kernels::factorise_cholesky(60, a.data(), a.stride) == bad);
    }
}
