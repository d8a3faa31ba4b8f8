// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/copy_blocks.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using xgrad::test::guarded;

TEST_CASE_TEMPLATE("copy_blocks: equals its definition for all small sizes", T, float, double)
{
    for (const std::size_t count : {0U, 1U, 2U, 5U})
        for (const std::size_t block : {0U, 1U, 2U, 3U, 4U, 7U, 8U, 9U, 17U, 64U, 131U})
            for (const std::size_t x_gap : {0U, 3U})
                for (const std::size_t out_gap : {0U, 2U})
                    for (const bool accumulate : {false, true})
                    {
                        const std::size_t x_step = block + x_gap;
                        const std::size_t out_step = block + out_gap;
                        guarded<T> x(count * x_step, 1), out(count * out_step, 3);
                        x.fill_integers(1);
                        out.fill_integers(2);
                        guarded<T> expected = out;
                        for (std::size_t i = 0; i < count; ++i)
                            for (std::size_t j = 0; j < block; ++j)
                            {
                                T& target = expected[i * out_step + j];
                                target = (accumulate ? target : T(0)) + x[i * x_step + j];
                            }
                        xgrad::kernels::copy_blocks(count, block, x.data(), x_step, out.data(),
                                                    out_step, accumulate);
                        CHECK(out == expected);
                        CHECK(out.intact());
                    }
}
