// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/transpose.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using xgrad::test::guarded;

namespace
{

template <class T>
void check_transpose(std::size_t rows, std::size_t columns, std::size_t gap, bool accumulate)
{
    const std::size_t x_stride = columns + gap, out_stride = rows + 2 * gap;
    guarded<T> x(rows * x_stride, 1), out(columns * out_stride, 3);
    x.fill_integers(1);
    out.fill_integers(2);
    guarded<T> expected = out;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
        {
            T& target = expected[j * out_stride + i];
            target = (accumulate ? target : T(0)) + x[i * x_stride + j];
        }
    xgrad::kernels::transpose(rows, columns, x.data(), x_stride, out.data(), out_stride,
                              accumulate);
    CAPTURE(rows);
    CAPTURE(columns);
    CHECK(out == expected);
    CHECK(out.intact());
}

} // namespace

TEST_CASE_TEMPLATE("transpose: equals its definition for all small sizes", T, float, double)
{
    for (std::size_t rows = 0; rows < 20; ++rows)
        for (std::size_t columns = 0; columns < 20; ++columns)
            for (const bool accumulate : {false, true})
                check_transpose<T>(rows, columns, rows % 3, accumulate);
}

TEST_CASE_TEMPLATE("transpose: is right across the edges of its blocks", T, float, double)
{
    for (const std::size_t rows : {63U, 64U, 65U, 130U})
        for (const std::size_t columns : {63U, 64U, 67U, 129U})
            check_transpose<T>(rows, columns, 1, false);
}
