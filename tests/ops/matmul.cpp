// SPDX-License-Identifier: BSD-3-Clause
#include "tensors.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// Where the matrix at @p index of the result's stack begins in an operand of the extents @p e,
/// counted in matrices: axes of extent 1 are repeated.
std::size_t matrix_of(const dimensions& e, const std::vector<std::size_t>& index)
{
    const std::size_t stacked = e.rank > 2 ? e.rank - 2 : 0;
    std::size_t result = 0;
    for (std::size_t axis = 0; axis < stacked; ++axis)
    {
        const std::size_t i = index[index.size() - stacked + axis];
        result = result * e[axis] + (e[axis] == 1 ? 0 : i);
    }
    return result;
}

/// By the definition; @p stack are the extents of the result's stack.
std::vector<double> naive_product(const dimensions& a, const std::vector<double>& left,
                                  const dimensions& b, const std::vector<double>& right,
                                  const std::vector<std::size_t>& stack)
{
    const std::size_t rows = a.rank == 1 ? 1 : a[a.rank - 2];
    const std::size_t inner = a[a.rank - 1];
    const std::size_t columns = b.rank == 1 ? 1 : b[b.rank - 1];
    std::size_t count = 1;
    for (const std::size_t n : stack)
        count *= n;
    std::vector<double> result;
    for (std::size_t k = 0; k < count; ++k)
    {
        std::vector<std::size_t> index(stack.size());
        std::size_t rest = k;
        for (std::size_t axis = stack.size(); axis-- > 0; rest /= stack[axis])
            index[axis] = rest % stack[axis];
        const double* x = left.data() + matrix_of(a, index) * rows * inner;
        const double* y = right.data() + matrix_of(b, index) * inner * columns;
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j)
            {
                double sum = 0;
                for (std::size_t l = 0; l < inner; ++l)
                    sum += x[i * inner + l] * y[l * columns + j];
                result.push_back(sum);
            }
    }
    return result;
}

/// Values and gradients of matmul(a, b) for operands of the given extents.
template <class A, class B>
void check_product(const dimensions& left, const dimensions& right,
                   const std::vector<std::size_t>& stack = {})
{
    CAPTURE(to_string(left));
    CAPTURE(to_string(right));
    const auto a = filled<named<"a">, A>(left);
    const auto b = filled<named<"b">, B>(right, 7);
    const auto out = matmul(a, b);
    check_values(values_of(out),
                 naive_product(left, elements_of(a.value()), right, elements_of(b.value()), stack));
    check_gradients(out);
}

} // namespace

TEST_CASE("matmul: the product of two matrices")
{
    for (const std::size_t n : sizes())
    {
        check_product<unknown_matrix, unknown_matrix>({n, 3}, {3, 2});
        check_product<unknown_matrix, unknown_matrix>({2, n}, {n, 3});
        check_product<unknown_matrix, unknown_matrix>({3, 2}, {2, n});
        check_product<unknown_matrix, unknown_matrix>({n, n}, {n, n});
    }
    check_product<unknown_matrix, unknown_matrix>({13, 19}, {19, 17});
}

TEST_CASE("matmul: static extents give what dynamic ones give")
{
    check_product<shape<5, 7>, shape<7, 9>>({5, 7}, {7, 9});
    check_product<shape<dynamic, 7>, shape<7, 9>>({3, 7}, {7, 9});
    check_product<shape<2, 3, 5>, shape<2, 5, 4>>({2, 3, 5}, {2, 5, 4}, {2});
}

TEST_CASE("matmul: vectors are a row on the left and a column on the right")
{
    for (const std::size_t n : sizes())
    {
        check_product<unknown_vector, unknown_vector>(extents(n), extents(n));
        check_product<unknown_vector, unknown_matrix>(extents(n), {n, 3});
        check_product<unknown_matrix, unknown_vector>({3, n}, extents(n));
        check_product<unknown_matrix, unknown_vector>({n, 2}, extents(2));
    }
}

TEST_CASE("matmul: stacks of matrices broadcast")
{
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{3}})
    {
        check_product<unknown_stack, unknown_stack>({n, 2, 3}, {n, 3, 5}, {n});
        check_product<unknown_stack, unknown_matrix>({n, 2, 3}, {3, 5}, {n});
        check_product<unknown_matrix, unknown_stack>({2, 3}, {n, 3, 5}, {n});
        check_product<unknown_images, unknown_stack>({2, 1, 4, 5}, {n, 5, 2}, {2, n});
    }
    check_product<unknown_stack, unknown_stack>({1, 2, 3}, {4, 3, 5}, {4});
    check_product<unknown_images, unknown_stack>({2, 3, 4, 5}, {1, 5, 2}, {2, 3});
    check_product<unknown_stack, unknown_vector>({3, 2, 4}, extents(4), {3});
    check_product<unknown_vector, unknown_stack>(extents(4), {3, 4, 2}, {3});
}

TEST_CASE("matmul: the same matrix twice")
{
    for (const std::size_t n : sizes())
    {
        const auto a = filled<named<"a">, unknown_matrix>({n, n});
        const auto value = elements_of(a.value());
        check_values(values_of(matmul(a, a)), naive_product({n, n}, value, {n, n}, value, {}));
        check_gradients(matmul(a, a));
        check_gradients(matmul(times(a, a), a));
    }
    check_gradients(matmul(filled<named<"v">, unknown_vector>(extents(5)),
                           filled<named<"v">, unknown_vector>(extents(5), 3)));
    const auto stack = filled<named<"s">, unknown_stack>({3, 2, 2});
    check_gradients(matmul(stack, stack));
    const auto square = filled<named<"q">, shape<6, 6>>({6, 6});
    check_gradients(matmul(square, square));
}

TEST_CASE("matmul: among fused operations, in float, for the last smaller batch")
{
    const auto loss = [](const auto& in, const auto& w)
    {
        const auto hidden = matmul(times(in, in), times(w, w));
        return mean(times(hidden, matmul(in, w)));
    };
    check_batches<shape<dynamic, 5>, shape<5, 6>>(loss, {7, 5}, {4, 5}, {5, 6});
}

TEST_CASE("matmul: results have the sharpest extents that are known")
{
    const parameter<double, shape<dynamic, 10, 3>, named<"a">> a(2);
    const parameter<double, shape<3, 4>, named<"b">> b;
    const parameter<double, shape<3>, named<"v">> v;
    static_assert(std::is_same_v<shape_of<decltype(matmul(a, b))>, shape<dynamic, 10, 4>>);
    static_assert(std::is_same_v<shape_of<decltype(matmul(a, v))>, shape<dynamic, 10>>);
    static_assert(std::is_same_v<shape_of<decltype(matmul(v, b))>, shape<4>>);
    static_assert(std::is_same_v<shape_of<decltype(matmul(v, v))>, shape<>>);
}

TEST_CASE("matmul: operands that do not fit are refused at run time")
{
    const parameter<double, unknown_matrix, named<"a">> a(2, 3);
    const parameter<double, unknown_matrix, named<"b">> b(4, 5);
    plan inner(matmul(a, b));
    CHECK_THROWS_WITH_AS(inner.forward(),
                         "xgrad::matmul: expected equal inner extents, found (2, 3) and (4, 5)",
                         shape_error);
    const parameter<double, unknown_stack, named<"s">> s(2, 3, 4);
    const parameter<double, unknown_stack, named<"t">> t(3, 4, 5);
    plan stacks(matmul(s, t));
    CHECK_THROWS_WITH_AS(
        stacks.forward(),
        "xgrad::matmul: expected stacks of matrices that broadcast together, found "
        "(2, 3, 4) and (3, 4, 5)",
        shape_error);
}
