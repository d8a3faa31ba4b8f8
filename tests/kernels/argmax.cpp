// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/core/error.hpp>
#include <xgrad/kernels/argmax.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

using xgrad::test::guarded;

TEST_CASE_TEMPLATE("argmax: along any axis it finds the first of the largest", T, float, double)
{
    for (const std::size_t outer : {0U, 1U, 3U})
        for (const std::size_t length : {1U, 2U, 3U, 9U, 20U})
            for (const std::size_t inner : {0U, 1U, 2U, 9U})
            {
                guarded<T> x(outer * length * inner), out(outer * inner);
                x.fill_integers(3);
                xgrad::kernels::argmax(outer, length, inner, x.data(), out.data());
                CHECK(out.intact());
                for (std::size_t i = 0; i < out.size(); ++i)
                {
                    const auto at = [&](std::size_t row)
                    { return x[(i / inner * length + row) * inner + i % inner]; };
                    std::size_t expected = 0;
                    for (std::size_t row = 1; row < length; ++row)
                        expected = at(row) > at(expected) ? row : expected;
                    CHECK(out[i] == static_cast<T>(expected));
                }
            }
}

TEST_CASE("argmax: along any axis a NaN is largest, and an empty one an error")
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double x[] = {1, nan, 5, nan, 3, 2, nan, 9};
    std::size_t out[2];
    xgrad::kernels::argmax(1, 4, 2, x, out);
    CHECK(out[0] == 3);
    CHECK(out[1] == 0);
    CHECK_THROWS_AS(xgrad::kernels::argmax(1, 0, 2, x, out), xgrad::domain_error);
}

TEST_CASE_TEMPLATE("argmax: finds the first of the largest", T, float, double)
{
    for (std::size_t columns = 1; columns < 40; ++columns)
        for (std::size_t place = 0; place < columns; ++place)
        {
            std::vector<T> x(2 * columns, T(-5));
            x[place] = T(2);
            x[columns - 1] = T(2);
            x[columns + place] = T(-4);
            std::int32_t as_int[2];
            xgrad::kernels::argmax(2, columns, 1, x.data(), as_int);
            CHECK(as_int[0] == static_cast<std::int32_t>(place));
            CHECK(as_int[1] == static_cast<std::int32_t>(place));
        }
}

TEST_CASE("argmax: a NaN is largest, infinities are ordinary, an empty row is an error")
{
    const float inf = std::numeric_limits<float>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> x{inf, 1, nan, nan, /**/ -inf, -inf, -inf, -inf};
    std::size_t place[2];
    xgrad::kernels::argmax(2, 4, 1, x.data(), place);
    CHECK(place[0] == 2);
    CHECK(place[1] == 0);
    xgrad::kernels::argmax(0, 0, 1, x.data(), place);
    CHECK_THROWS_WITH_AS(xgrad::kernels::argmax(2, 0, 1, x.data(), place),
                         "argmax: a row of no elements has no largest one", xgrad::domain_error);
}
