// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/expand.hpp>
#include <xgrad/kernels/reduce.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using xgrad::test::guarded;

TEST_CASE_TEMPLATE("expand: repeats its numbers, at all small shapes", T, float, double)
{
    for (const std::size_t outer : {0U, 1U, 3U})
        for (const std::size_t length : {0U, 1U, 2U, 3U, 7U, 8U, 9U, 21U})
            for (const std::size_t inner : {0U, 1U, 2U, 3U, 4U, 7U, 8U, 9U, 21U})
                for (const bool accumulate : {false, true})
                {
                    guarded<T> numbers(outer * inner, 1), out(outer * length * inner, 3);
                    numbers.fill_integers(1);
                    out.fill_integers(2);
                    guarded<T> expected = out;
                    for (std::size_t i = 0; i < expected.size(); ++i)
                        expected[i] = (accumulate ? expected[i] : T(0)) +
                                      T(3) * numbers[i / (length * inner) * inner + i % inner];
                    xgrad::kernels::expand(outer, length, inner, numbers.data(), out.data(),
                                           accumulate, T(3));
                    CHECK(out == expected);
                    CHECK(out.intact());
                }
}

TEST_CASE_TEMPLATE("expand: is the adjoint of sum", T, float, double)
{
    for (const std::size_t length : {1U, 5U, 12U})
        for (const std::size_t inner : {1U, 3U, 10U})
        {
            guarded<T> x(2 * length * inner), y(2 * inner), sums(2 * inner), expanded(x.size());
            x.fill_integers(1);
            y.fill_integers(2);
            xgrad::kernels::sum(2, length, inner, x.data(), sums.data());
            xgrad::kernels::expand(2, length, inner, y.data(), expanded.data());
            CHECK(xgrad::test::inner_product(sums, y) == xgrad::test::inner_product(x, expanded));
        }
}
