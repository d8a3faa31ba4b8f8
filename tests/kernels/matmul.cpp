// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/kernels/matmul.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

namespace
{

using std::size_t;

/// A number that the vector unit does not know: an integer in a coat.
struct counted
{
    int value = 0;

    counted() = default;
    counted(int v) : value{v} {}
    friend counted operator*(counted a, counted b) { return {a.value * b.value}; }
    friend counted operator+(counted a, counted b) { return {a.value + b.value}; }
    counted& operator+=(counted other) { return *this = *this + other; }
    friend bool operator==(counted, counted) = default;
};

struct product_shape
{
    size_t m, n, k;
};

/// Small integers, so that every sum is exact in any order and results compare equal. The matrix
/// begins off alignment and its rows are apart; what lies between is `gap`.
template <class T>
struct matrix
{
    static constexpr int gap = 1000;

    matrix(size_t rows, size_t columns, unsigned seed, size_t padding = 3)
        : stride{columns + padding}, storage(rows * stride + 1, T(gap))
    {
        std::mt19937 generator(seed);
        for (size_t i = 0; i < rows; ++i)
            for (size_t j = 0; j < columns; ++j)
                at(i, j) = T(static_cast<int>(generator() % 9) - 4);
    }

    T* data() { return storage.data() + 1; }
    T& at(size_t i, size_t j) { return storage[1 + i * stride + j]; }

    size_t stride;
    std::vector<T> storage;
};

template <bool TransposeA, bool TransposeB, class T>
void multiply_naively(product_shape s, matrix<T>& a, matrix<T>& b, matrix<T>& c, bool accumulate)
{
    for (size_t i = 0; i < s.m; ++i)
        for (size_t j = 0; j < s.n; ++j)
        {
            T sum = accumulate ? c.at(i, j) : T(0);
            for (size_t p = 0; p < s.k; ++p)
                sum +=
                    (TransposeA ? a.at(p, i) : a.at(i, p)) * (TransposeB ? b.at(j, p) : b.at(p, j));
            c.at(i, j) = sum;
        }
}

template <bool TransposeA, bool TransposeB, size_t M = xgrad::dynamic, size_t N = xgrad::dynamic,
          size_t K = xgrad::dynamic, class T>
void check_product(product_shape s, bool accumulate, T)
{
    matrix<T> a(TransposeA ? s.k : s.m, TransposeA ? s.m : s.k, 1);
    matrix<T> b(TransposeB ? s.n : s.k, TransposeB ? s.k : s.n, 2, 2);
    matrix<T> c(s.m, s.n, 3, 5);
    matrix<T> expected = c;
    multiply_naively<TransposeA, TransposeB>(s, a, b, expected, accumulate);
    xgrad::kernels::matmul<TransposeA, TransposeB, M, N, K>(
        s.m, s.n, s.k, a.data(), a.stride, b.data(), b.stride, c.data(), c.stride, accumulate);
    CAPTURE(TransposeA);
    CAPTURE(TransposeB);
    CAPTURE(s.m);
    CAPTURE(s.n);
    CAPTURE(s.k);
    CAPTURE(accumulate);
    CHECK(c.storage == expected.storage);
}

/// A vector b and a vector C, without gaps, and a matrix A with rows apart.
template <bool TransposeA, class T>
void check_column(size_t m, size_t k, bool accumulate, T)
{
    matrix<T> a(TransposeA ? k : m, TransposeA ? m : k, 1);
    matrix<T> b(k, 1, 2, 0);
    matrix<T> c(m, 1, 3, 0);
    matrix<T> expected = c;
    multiply_naively<TransposeA, false>({m, 1, k}, a, b, expected, accumulate);
    CAPTURE(m);
    CAPTURE(k);
    CAPTURE(accumulate);
    const auto multiply = [&]<size_t N>(std::integral_constant<size_t, N>)
    {
        matrix<T> result = c;
        xgrad::kernels::matmul<TransposeA, false, xgrad::dynamic, N>(
            m, 1, k, a.data(), a.stride, b.data(), 1, result.data(), 1, accumulate);
        CHECK(result.storage == expected.storage);
    };
    multiply(std::integral_constant<size_t, 1>{});
    multiply(std::integral_constant<size_t, xgrad::dynamic>{});
}

template <class T>
void check_layouts(product_shape s, T zero)
{
    for (const bool accumulate : {false, true})
    {
        check_product<false, false>(s, accumulate, zero);
        check_product<true, false>(s, accumulate, zero);
        check_product<false, true>(s, accumulate, zero);
        check_product<true, true>(s, accumulate, zero);
    }
}

template <bool TransposeA, bool TransposeB, size_t M, size_t N, size_t K, class T>
void check_static(T zero)
{
    for (const bool accumulate : {false, true})
    {
        check_product<TransposeA, TransposeB, M, N, K>({M, N, K}, accumulate, zero);
        check_product<TransposeA, TransposeB, xgrad::dynamic, N, K>({M + 1, N, K}, accumulate,
                                                                    zero);
    }
}

} // namespace

TEST_CASE_TEMPLATE("matmul: equals its definition at all small sizes", T, float, double, counted)
{
    for (size_t m = 0; m <= 14; ++m)
        for (size_t n = 0; n <= 37; ++n)
            for (const size_t k : {0U, 1U, 2U, 9U})
                check_layouts<T>({m, n, k}, T(0));
}

TEST_CASE_TEMPLATE("matmul: equals its definition at any number of rows", T, float, double)
{
    for (size_t m = 15; m <= 52; ++m)
        for (const size_t n : {1U, 2U, 7U, 10U, 15U, 32U})
            check_layouts<T>({m, n, 5}, T(0));
}

TEST_CASE_TEMPLATE("matmul: equals its definition at few columns", T, float, double)
{
    for (const size_t m : {8U, 9U, 16U, 17U, 33U, 40U})
        for (size_t n = 0; n < 16; ++n)
            for (const size_t k : {1U, 3U, 130U})
                check_layouts<T>({m, n, k}, T(0));
    for (const size_t n : {1U, 3U, 6U})
        check_layouts<T>({40, n, 9001}, T(0));
}

TEST_CASE_TEMPLATE("matmul: a matrix by a vector that lies together", T, float, double, counted)
{
    for (size_t m = 1; m <= 37; ++m)
        for (const size_t k : {0U, 1U, 2U, 3U, 4U, 7U, 16U, 35U})
            for (const bool accumulate : {false, true})
            {
                check_column<false>(m, k, accumulate, T(0));
                check_column<true>(m, k, accumulate, T(0));
            }
}

TEST_CASE_TEMPLATE("matmul: equals its definition at sums of many lengths", T, float, double)
{
    for (const size_t m : {1U, 3U, 4U, 7U, 8U})
        for (const size_t n : {1U, 5U, 17U, 24U})
            for (size_t k = 3; k < 40; ++k)
                check_layouts<T>({m, n, k}, T(0));
    for (const size_t k : {255U, 256U, 257U, 600U})
        for (const size_t n : {3U, 33U})
            check_layouts<T>({13, n, k}, T(0));
}

TEST_CASE_TEMPLATE("matmul: equals its definition at the shapes of networks", T, float, double)
{
    check_layouts<T>({100, 32, 784}, T(0));
    check_layouts<T>({100, 10, 784}, T(0));
    check_layouts<T>({784, 10, 100}, T(0));
    check_layouts<T>({8, 196, 72}, T(0));
}

TEST_CASE_TEMPLATE("matmul: equals its definition at sizes beyond every block", T, float, double)
{
    for (const product_shape s :
         {product_shape{129, 131, 130}, product_shape{400, 150, 340}, product_shape{262, 65, 513},
          product_shape{33, 300, 300}, product_shape{131, 300, 300}})
        check_layouts<T>(s, T(0));
    if constexpr (sizeof(T) == 8)
        check_layouts<T>({257, 1100, 257}, T(0));
}

TEST_CASE_TEMPLATE("matmul: a pool of any size multiplies as one thread does", T, float, double)
{
    for (const product_shape s :
         {product_shape{400, 333, 520}, product_shape{230, 2100, 600}, product_shape{20, 30, 40}})
    {
        matrix<T> a(s.m, s.k, 1), b(s.k, s.n, 2), expected(s.m, s.n, 3);
        // Not integers, so that another order of the sums would show.
        for (T& x : a.storage)
            x /= T(7);
        xgrad::kernels::matmul<false, false>(s.m, s.n, s.k, a.data(), a.stride, b.data(), b.stride,
                                             expected.data(), expected.stride, false);
        for (const size_t threads : {1U, 2U, 5U})
        {
            const xgrad::thread_pool pool(threads);
            matrix<T> c(s.m, s.n, 3);
            xgrad::kernels::matmul<false, false>(pool, s.m, s.n, s.k, a.data(), a.stride, b.data(),
                                                 b.stride, c.data(), c.stride, false);
            CHECK(c.storage == expected.storage);
        }
    }
}

TEST_CASE_TEMPLATE("matmul: takes static extents", T, float, double, counted)
{
    check_static<false, false, 100, 32, 50>(T(0));
    check_static<false, false, 9, 10, 33>(T(0));
    check_static<true, false, 20, 10, 12>(T(0));
    check_static<true, true, 40, 6, 12>(T(0));
    check_static<true, false, 37, 13, 4>(T(0));
    check_static<false, false, 40, 10, 160>(T(0));
    check_static<false, true, 12, 7, 10>(T(0));
    check_static<true, true, 5, 3, 4>(T(0));
    check_static<false, false, 1, 1, 1>(T(0));
    check_static<false, false, 8, 49, 9>(T(0));
}

TEST_CASE("matmul: the element at (i, j) of a transposed product is that at (j, i)")
{
    const product_shape s{23, 17, 31};
    matrix<double> a(s.m, s.k, 1, 0);
    matrix<double> b(s.k, s.n, 2, 0);
    matrix<double> c(s.m, s.n, 3, 0);
    matrix<double> transposed(s.n, s.m, 4, 0);
    xgrad::kernels::matmul<false, false>(s.m, s.n, s.k, a.data(), s.k, b.data(), s.n, c.data(), s.n,
                                         false);
    xgrad::kernels::matmul<true, true>(s.n, s.m, s.k, b.data(), s.n, a.data(), s.k,
                                       transposed.data(), s.m, false);
    for (size_t i = 0; i < s.m; ++i)
        for (size_t j = 0; j < s.n; ++j)
            CHECK(c.at(i, j) == transposed.at(j, i));
}

TEST_CASE("matmul: the products of the two gradients are its adjoints")
{
    // <A B, Y> = <A, Y B^T> = <B, A^T Y>, exactly, as all values are small integers.
    const auto inner_product = [](const matrix<float>& x, const matrix<float>& y)
    {
        double sum = 0;
        for (size_t i = 1; i < x.storage.size(); ++i)
            sum += static_cast<double>(x.storage[i]) * static_cast<double>(y.storage[i]);
        return sum;
    };
    for (const product_shape s : {product_shape{7, 5, 9}, product_shape{100, 10, 33},
                                  product_shape{30, 64, 1}, product_shape{140, 130, 129}})
    {
        matrix<float> a(s.m, s.k, 1, 0);
        matrix<float> b(s.k, s.n, 2, 0);
        matrix<float> y(s.m, s.n, 3, 0);
        matrix<float> c(s.m, s.n, 4, 0);
        matrix<float> grad_a(s.m, s.k, 5, 0);
        matrix<float> grad_b(s.k, s.n, 6, 0);
        using xgrad::kernels::matmul;
        matmul<false, false>(s.m, s.n, s.k, a.data(), s.k, b.data(), s.n, c.data(), s.n, false);
        matmul<false, true>(s.m, s.k, s.n, y.data(), s.n, b.data(), s.n, grad_a.data(), s.k, false);
        matmul<true, false>(s.k, s.n, s.m, a.data(), s.k, y.data(), s.n, grad_b.data(), s.n, false);
        CHECK(inner_product(c, y) == inner_product(a, grad_a));
        CHECK(inner_product(c, y) == inner_product(b, grad_b));
    }
}

TEST_CASE("matmul: an infinity or NaN in A reaches its row only, zeros in B notwithstanding")
{
    const size_t n = 21;
    matrix<float> a(9, 4, 1, 0);
    matrix<float> b(4, n, 2, 0);
    matrix<float> c(9, n, 3, 0);
    a.at(5, 2) = std::numeric_limits<float>::quiet_NaN();
    b.at(2, 7) = 0;
    xgrad::kernels::matmul<false, false>(9, n, 4, a.data(), 4, b.data(), n, c.data(), n, false);
    for (size_t i = 0; i < 9; ++i)
        for (size_t j = 0; j < n; ++j)
            CHECK((c.at(i, j) != c.at(i, j)) == (i == 5));
}

namespace
{

/// Adds 100 times the row and 10000 times the column: wrong wherever a position is wrong, and
/// wherever it is applied twice.
struct add_position
{
    template <class V>
    V operator()(const V& value, size_t row, size_t column, size_t count) const
    {
        using T = xgrad::simd::lane<V>;
        std::array<T, xgrad::simd::lanes<V>> position{};
        for (size_t i = 0; i < count; ++i)
            position[i] = T(static_cast<int>(100 * row + 10000 * (column + i)));
        return value + xgrad::simd::load<V>(position.data());
    }
};

template <bool TransposeA, bool TransposeB, class T>
void check_epilogue(product_shape s, bool accumulate)
{
    matrix<T> a(TransposeA ? s.k : s.m, TransposeA ? s.m : s.k, 1, 0);
    matrix<T> b(TransposeB ? s.n : s.k, TransposeB ? s.k : s.n, 2, 0);
    matrix<T> c(s.m, s.n, 3, 1);
    matrix<T> expected = c;
    multiply_naively<TransposeA, TransposeB>(s, a, b, expected, accumulate);
    for (size_t i = 0; i < s.m; ++i)
        for (size_t j = 0; j < s.n; ++j)
            expected.at(i, j) += T(static_cast<int>(100 * i + 10000 * j));
    xgrad::kernels::matmul<TransposeA, TransposeB>(s.m, s.n, s.k, a.data(), a.stride, b.data(),
                                                   b.stride, c.data(), c.stride, accumulate,
                                                   add_position{});
    CAPTURE(TransposeA);
    CAPTURE(TransposeB);
    CAPTURE(s.m);
    CAPTURE(s.n);
    CAPTURE(s.k);
    CHECK(c.storage == expected.storage);
}

} // namespace

TEST_CASE_TEMPLATE("matmul: applies an epilogue once to every element", T, float, double, counted)
{
    for (const product_shape s :
         {product_shape{5, 3, 2}, product_shape{13, 30, 0}, product_shape{13, 30, 600},
          product_shape{13, 3, 600}, product_shape{50, 10, 150}, product_shape{230, 133, 600}})
        for (const bool accumulate : {false, true})
        {
            check_epilogue<false, false, T>(s, accumulate);
            check_epilogue<true, false, T>(s, accumulate);
            check_epilogue<false, true, T>(s, accumulate);
        }
}
