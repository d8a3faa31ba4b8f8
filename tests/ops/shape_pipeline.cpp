// SPDX-License-Identifier: BSD-3-Clause
#include "reductions.hpp"

#include <xgrad/ops/broadcast_to.hpp>
#include <xgrad/ops/concatenate.hpp>
#include <xgrad/ops/reshape.hpp>
#include <xgrad/ops/slice.hpp>
#include <xgrad/ops/squeeze.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/ops/transpose.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace xgrad;
using namespace xgrad::test;

namespace
{

/// Every operation on shapes in one expression of an input of any batch.
template <class X, class W>
auto pipeline(const X& x, const W& w)
{
    const auto scaled = times(x, w);
    const auto turned = transpose(slice(scaled, axis<1>, range<1, -1>), axes<0, 2, 1>);
    const auto pile = stack(axis<0>, flatten(turned), reshape(turned, shape<dynamic, 6>{}));
    const auto wide = broadcast_to(expand_dimensions(pile, axis<1>), shape<2, 3, dynamic, 6>{});
    return times(concatenate(axis<-1>, wide, wide), concatenate(axis<-1>, wide, wide));
}

template <class T>
std::vector<T> gradient_of_pipeline(std::size_t batch, std::size_t batch_before)
{
    std::vector<T> data(5 * 4 * 3);
    fill_distinct(data.data(), data.size());
    input<T, shape<dynamic, 4, 3>, named<"x">> x;
    parameter<T, shape<4, 3>, named<"w">> w;
    fill_distinct(w.value().data(), 12, 7);
    const auto loss = sum(pipeline(x, w));
    x.bind(data.data(), batch_before);
    plan p(loss);
    p.value_and_gradient();
    x.bind(data.data(), batch);
    p.value_and_gradient();
    const auto check = check_gradient(loss);
    CHECK_MESSAGE(check, check.message);
    return std::vector<T>(w.gradient().data(), w.gradient().data() + 12);
}

} // namespace

TEST_CASE("transpose, slice, stack, ...: one plan serves every batch, in double and in float")
{
    for (const std::size_t batch : {0U, 1U, 2U, 5U})
    {
        const auto exact = gradient_of_pipeline<double>(batch, 3);
        const auto rounded = gradient_of_pipeline<float>(batch, 5);
        for (std::size_t i = 0; i < exact.size(); ++i)
            CHECK(static_cast<double>(rounded[i]) == doctest::Approx(exact[i]).epsilon(1e-5));
        for (std::size_t j = 0; j < 3; ++j)
        {
            CHECK(exact[j] == 0); // the rows that the slice leaves out
            CHECK(exact[9 + j] == 0);
            CHECK((exact[3 + j] != 0) == (batch > 0));
        }
    }
}
